package platform

import (
	"sync"
	"unsafe"
)

// Message is one datagram, or a piece of a stream, with everything that comes
// with it. RecvMsg fills N, ControlLen, Addr and the flags; SendMsg reads Addr and
// takes Control whole.
type Message struct {
	Buffers    [][]byte
	Control    []byte
	ControlLen int
	Addr       Addr
	N          int
	Flags      MessageFlags

	KernelFlags int // Flags and others, by this system's numbers
}

// MessageFlags tell what RecvMsg could not deliver.
type MessageFlags uint8

const (
	Truncated        MessageFlags = 1 << iota // the buffers were too small
	ControlTruncated                          // Control was too small
)

// MaxVector is the most buffers that one system call takes: IOV_MAX is 1024
// everywhere (C49).
const MaxVector = 1024

// MaxTransfer bounds the bytes of one system call: Darwin refuses more than
// INT_MAX (C48).
const MaxTransfer = 1 << 30

// Iovec is struct iovec, which has one layout on every system.
type Iovec struct {
	Base *byte
	Len  uintptr
}

// Vector is a reusable array of Iovec. Its memory must be of the heap: the
// kernel reads it while the goroutine's stack may move.
type Vector struct {
	iov [MaxVector]Iovec
	n   int
}

var vectors = sync.Pool{New: func() any { return new(Vector) }}

// NewVector lists as many of bufs as one call takes, empty ones left out.
// Release gives the memory back.
func NewVector(bufs [][]byte) *Vector {
	v := vectors.Get().(*Vector)
	v.Add(bufs)
	return v
}

// Add lists bufs behind what is listed already, and returns where they begin
// and how many entries they take.
func (v *Vector) Add(bufs [][]byte) (first *Iovec, n int) {
	start, total := v.n, 0
	for _, b := range bufs {
		if len(b) == 0 {
			continue
		}
		if v.n == MaxVector || total == MaxTransfer {
			break
		}
		b = b[:min(len(b), MaxTransfer-total)]
		total += len(b)
		v.iov[v.n] = Iovec{unsafe.SliceData(b), uintptr(len(b))}
		v.n++
	}
	return &v.iov[min(start, MaxVector-1)], v.n - start
}

// Fits reports whether Add would list all of bufs.
func (v *Vector) Fits(bufs [][]byte) bool { return v.n+len(bufs) <= MaxVector }

// Pointer returns the first entry.
func (v *Vector) Pointer() unsafe.Pointer { return unsafe.Pointer(&v.iov) }

// Len returns the number of entries.
func (v *Vector) Len() int { return v.n }

// Release forgets the buffers.
func (v *Vector) Release() {
	v.clear()
	vectors.Put(v)
}

func (v *Vector) clear() {
	clear(v.iov[:v.n])
	v.n = 0
}
