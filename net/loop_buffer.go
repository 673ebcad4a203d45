package net

// chunkSize is the memory that queued output comes in.
const chunkSize = 16 << 10

// keptChunks is how many free chunks a worker holds on to.
const keptChunks = 64

// chunks are a worker's free memory for output, and for what sessions keep of
// their input. The one used last is the next, as the caches have it.
type chunks struct {
	free  [][]byte
	boxes []*outbox
}

// get returns an empty slice with room for chunkSize bytes.
func (c *chunks) get() []byte {
	last := len(c.free) - 1
	if last < 0 {
		return make([]byte, 0, chunkSize)
	}
	b := c.free[last]
	c.free[last] = nil
	c.free = c.free[:last]
	return b[:0]
}

func (c *chunks) put(b []byte) {
	if cap(b) == chunkSize && len(c.free) < keptChunks {
		c.free = append(c.free, b)
	}
}

// box returns an empty outbox, which has its first chunk.
func (c *chunks) box() *outbox {
	last := len(c.boxes) - 1
	if last < 0 {
		return &outbox{bufs: [][]byte{c.get()}}
	}
	o := c.boxes[last]
	c.boxes = c.boxes[:last]
	return o
}

// empty takes an outbox back, with whatever is in it.
func (c *chunks) empty(o *outbox) {
	for i, b := range o.bufs[1:] {
		c.put(b)
		o.bufs[1+i] = nil
	}
	o.bufs[0] = o.bufs[0][:0]
	o.bufs, o.head, o.size = o.bufs[:1], 0, 0
	if len(c.boxes) < keptChunks {
		c.boxes = append(c.boxes, o)
	}
}

// An outbox is the output that a session has queued. Sessions have one only
// while they have output.
type outbox struct {
	bufs [][]byte
	head int // how much of the first is sent
	size int // what is not sent
}

// add copies p to the end.
func (o *outbox) add(c *chunks, p []byte) {
	o.size += len(p)
	for len(p) > 0 {
		last := len(o.bufs) - 1
		if last < 0 || len(o.bufs[last]) == cap(o.bufs[last]) {
			o.bufs = append(o.bufs, c.get())
			last++
		}
		b := o.bufs[last]
		k := min(len(p), cap(b)-len(b))
		o.bufs[last] = append(b, p[:k]...)
		p = p[k:]
	}
}

// drop forgets the first n bytes, which are not all.
func (o *outbox) drop(c *chunks, n int) {
	o.size -= n
	o.head += n
	done := 0
	for done < len(o.bufs) && o.head >= len(o.bufs[done]) {
		o.head -= len(o.bufs[done])
		c.put(o.bufs[done])
		done++
	}
	left := copy(o.bufs, o.bufs[done:])
	clear(o.bufs[left:])
	o.bufs = o.bufs[:left]
}

// vector appends what is not sent to vec.
func (o *outbox) vector(vec [][]byte) [][]byte {
	for i, b := range o.bufs {
		if i == 0 {
			b = b[o.head:]
		}
		vec = append(vec, b)
	}
	return vec
}
