package tape

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"unsafe"

	"github.com/volt-net/volt/platform"
)

// Vector is an array of iovec.
type Vector struct {
	P  unsafe.Pointer
	N  int
	In bool // the kernel reads
}

func (a Vector) show(*System) string { return a.text() + ", " + strconv.Itoa(a.N) }

func (a Vector) text() string {
	var items []string
	for _, v := range a.entries() {
		text := strconv.Itoa(int(v.Len))
		if a.In {
			text = quote(unsafe.Slice(v.Base, v.Len))
		}
		items = append(items, text)
	}
	return list(items)
}

func (a Vector) entries() []platform.Iovec { return unsafe.Slice((*platform.Iovec)(a.P), a.N) }

func (a Vector) answer(_ *Recorder, res *Result, _ []Arg) int {
	n, data := 0, res.Data
	for _, v := range a.entries() {
		if a.In {
			n += int(v.Len)
			continue
		}
		k := copy(unsafe.Slice(v.Base, v.Len), data)
		n, data = n+k, data[k:]
	}
	return n
}

// Msg is a struct msghdr, whose fields have other widths on every system.
type Msg struct {
	Name    In
	Vector  Vector
	Control In

	// Set stores what a received message returns; nil if it is sent.
	Set func(name, control, flags int)

	// Len is where how much was moved goes, of one of several.
	Len *uint32
}

// Msgs is an array of struct mmsghdr. An answer is that of each message alike;
// its Count says how many there are, if not all.
type Msgs []Msg

func (m Msg) show(*System) string {
	if m.Set != nil {
		return "{sa [" + strconv.Itoa(m.Name.N) + "], " + m.Vector.text() + ", control [" + strconv.Itoa(m.Control.N) + "]}"
	}
	name := "NULL"
	if m.Name.P != nil {
		name = sockaddr(bytesAt(m.Name.P, m.Name.N))
	}
	return "{" + name + ", " + m.Vector.text() + ", control " + strconv.Quote(hex.EncodeToString(bytesAt(m.Control.P, m.Control.N))) + "}"
}

func (m Msg) answer(r *Recorder, res *Result, all []Arg) int {
	n := m.Vector.answer(r, res, all)
	if m.Set != nil {
		name := r.putAddr(bytesAt(m.Name.P, m.Name.N), res)
		m.Set(name, r.putRights(bytesAt(m.Control.P, m.Control.N), res.Rights), int(r.system.Number("MSG_", res.Flags)))
	}
	return n
}

func (a Msgs) show(s *System) string {
	var items []string
	for _, m := range a {
		items = append(items, m.show(s))
	}
	return list(items) + ", " + strconv.Itoa(len(a))
}

func (a Msgs) answer(r *Recorder, res *Result, all []Arg) int {
	if res.Count != 0 {
		a = a[:min(res.Count, len(a))]
	}
	for _, m := range a {
		*m.Len = uint32(m.answer(r, res, all))
	}
	return len(a)
}

// putRights opens n descriptors and stores a control message with them.
func (r *Recorder) putRights(to []byte, n int) int {
	if n == 0 {
		return 0
	}
	l := r.system.Backend.Traits().Control
	head := (l.LenSize + 8 + l.Align - 1) &^ (l.Align - 1)
	size := int(head) + 4*n
	if size > len(to) {
		panic("tape: no room for descriptors")
	}
	clear(to[:size])
	if l.LenSize == 8 {
		binary.NativeEndian.PutUint64(to, uint64(size))
	} else {
		binary.NativeEndian.PutUint32(to, uint32(size))
	}
	binary.NativeEndian.PutUint32(to[l.LenSize:], uint32(l.Level))
	binary.NativeEndian.PutUint32(to[l.LenSize+4:], uint32(l.Rights))
	for i := range n {
		binary.NativeEndian.PutUint32(to[int(head)+4*i:], uint32(r.opened()))
	}
	return size
}

// RecordsIn is an array of structs that the poller is given.
type RecordsIn struct {
	N    int
	Text func(i int) string
}

// RecordsOut is an array of structs that the poller fills.
type RecordsOut struct {
	N   int
	Put func(i int, ev Event)
}

func (a RecordsIn) show(*System) string {
	var items []string
	for i := range a.N {
		items = append(items, a.Text(i))
	}
	return list(items) + ", " + strconv.Itoa(a.N)
}

func (RecordsIn) answer(*Recorder, *Result, []Arg) int { return 0 }

func (a RecordsOut) show(*System) string { return "events, " + strconv.Itoa(a.N) }

// answer stores what is ready. To changes, the answer is a receipt each.
func (a RecordsOut) answer(_ *Recorder, res *Result, all []Arg) int {
	events := res.Events
	for _, other := range all {
		changes, ok := other.(RecordsIn)
		for i := 0; ok && i < min(changes.N, a.N); i++ {
			ev := Event{Receipt: true}
			if i < len(res.Receipts) {
				ev.Errno = res.Receipts[i]
			}
			events = append(events, ev)
		}
	}
	for i, ev := range events {
		a.Put(i, ev)
	}
	return len(events)
}
