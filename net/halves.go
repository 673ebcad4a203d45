package net

import (
	stdnet "net"
	"sync"
	"time"

	"github.com/volt-net/volt/platform"
)

// ReadHalf is the reading side of a stream that stays whole: closing the
// stream ends it.
type ReadHalf struct{ reader }

// WriteHalf is the writing side of a stream that stays whole.
type WriteHalf struct{ writer }

// Split returns the two sides of the stream, for two goroutines that should
// not be able to use the other's. The stream stays usable, and the caller's to
// close.
func (s stream) Split() (*ReadHalf, *WriteHalf) { return &ReadHalf{s.reader}, &WriteHalf{s.writer} }

// IntoSplit hands the stream over to two halves, which close it when both are
// closed. The stream itself must not be used afterwards.
func (s stream) IntoSplit() (*OwnedReadHalf, *OwnedWriteHalf) {
	j := &joint{d: s.d, open: 2}
	return &OwnedReadHalf{reader: s.reader, half: half{joint: j}}, &OwnedWriteHalf{writer: s.writer, half: half{joint: j}}
}

// A joint is what two owned halves have in common.
type joint struct {
	d *desc

	mu   sync.Mutex // guards open, and the halves' closed
	open int
}

// half is one of two owners of a stream.
type half struct {
	joint  *joint
	closed bool
}

// drop gives the half up: whoever is parked on it, or comes later, is told
// that it is closed. The last one closes the stream; before, the direction is
// shut down, unless shut is 0.
func (h *half) drop(dir direction, shut ShutdownHow) error {
	j := h.joint
	j.mu.Lock()
	if h.closed {
		j.mu.Unlock()
		return j.d.fail("close", ErrClosed)
	}
	h.closed = true
	j.open--
	last := j.open == 0
	j.mu.Unlock()
	j.d.set(flagReadGone << dir)
	if shut != 0 {
		j.d.shutdown(shut) // a peer that is gone is no error of closing
	}
	j.d.retry(dir)
	if !last {
		return nil
	}
	return j.d.fail("close", j.d.finish())
}

// LocalAddr returns the stream's local address.
func (h *half) LocalAddr() stdnet.Addr { return h.joint.d.stdAddr(h.joint.d.localAddr()) }

// RemoteAddr returns the peer's address.
func (h *half) RemoteAddr() stdnet.Addr { return h.joint.d.stdAddr(h.joint.d.remote) }

// OwnedReadHalf is the reading side of a stream that was split for good.
type OwnedReadHalf struct {
	reader
	half
}

// OwnedWriteHalf is the writing side of a stream that was split for good.
type OwnedWriteHalf struct {
	writer
	half
}

// Close gives the half up and wakes whoever reads from it. The stream closes
// with its last half.
func (h *OwnedReadHalf) Close() error {
	return h.drop(reading, ShutdownRead)
}

// SetReadDeadline sets the deadline of reading.
func (h *OwnedReadHalf) SetReadDeadline(t time.Time) error {
	return h.joint.d.fail("set", h.joint.d.setDeadline(reading, t))
}

// Close tells the peer that nothing more follows and gives the half up. The
// stream closes with its last half.
func (h *OwnedWriteHalf) Close() error {
	return h.drop(writing, ShutdownWrite)
}

// Forget gives the half up without telling the peer: that happens when the
// reading half closes.
func (h *OwnedWriteHalf) Forget() error { return h.drop(writing, 0) }

// SetWriteDeadline sets the deadline of writing.
func (h *OwnedWriteHalf) SetWriteDeadline(t time.Time) error {
	return h.joint.d.fail("set", h.joint.d.setDeadline(writing, t))
}

// Reunite makes the two halves of one TCP stream that stream again. Afterwards
// the halves are closed, the stream is not.
func (h *OwnedReadHalf) Reunite(w *OwnedWriteHalf) (*TCPStream, error) {
	d, err := h.reunite(w, platform.TCPStream)
	if err != nil {
		return nil, err
	}
	return &TCPStream{newStream(d)}, nil
}

// ReuniteUnix is Reunite for the halves of a Unix stream.
func (h *OwnedReadHalf) ReuniteUnix(w *OwnedWriteHalf) (*UnixStream, error) {
	d, err := h.reunite(w, platform.UnixStream)
	if err != nil {
		return nil, err
	}
	return &UnixStream{newStream(d)}, nil
}

// reunite leaves the halves as they are unless they are of one stream, of the
// type asked for.
func (h *OwnedReadHalf) reunite(w *OwnedWriteHalf, typ platform.SocketType) (*desc, error) {
	j := h.joint
	if w == nil || j != w.joint || j.d.typ != typ {
		return nil, j.d.fail("reunite", ErrInvalidState)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if h.closed || w.closed {
		return nil, j.d.fail("reunite", ErrClosed)
	}
	h.closed, w.closed = true, true
	return j.d, nil
}
