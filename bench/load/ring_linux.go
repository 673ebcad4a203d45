package load

// ring is a bounded queue.
type ring struct {
	items      []int64
	head, tail int // ever taken, ever put
}

// newRing makes a ring for n items, a power of two.
func newRing(n int) ring { return ring{items: make([]int64, n)} }

// push reports whether there was room.
func (r *ring) push(v int64) bool {
	if r.tail-r.head == len(r.items) {
		return false
	}
	r.items[r.tail&(len(r.items)-1)] = v
	r.tail++
	return true
}

// pop takes the oldest item; there is one.
func (r *ring) pop() int64 {
	v := r.items[r.head&(len(r.items)-1)]
	r.head++
	return v
}
