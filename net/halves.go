package net

import (
	stdnet "net"
	"sync/atomic"
	"time"
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
	j := &joint{d: s.d}
	j.open.Store(2)
	return &OwnedReadHalf{reader: s.reader, half: half{joint: j}}, &OwnedWriteHalf{writer: s.writer, half: half{joint: j}}
}

// A joint is what two owned halves have in common.
type joint struct {
	d    *desc
	open atomic.Int32
}

// half is one of two owners of a stream.
type half struct {
	joint  *joint
	closed atomic.Bool
}

// drop gives the half up; the last one closes the stream.
func (h *half) drop() error {
	if h.closed.Swap(true) {
		return ErrClosed
	}
	if h.joint.open.Add(-1) == 0 {
		return h.joint.d.finish()
	}
	return nil
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
	d := h.joint.d
	if h.closed.Load() {
		return d.fail("close", ErrClosed)
	}
	d.shutdown(ShutdownRead) // a peer that is gone is no error of closing
	return d.fail("close", h.drop())
}

// SetReadDeadline sets the deadline of reading.
func (h *OwnedReadHalf) SetReadDeadline(t time.Time) error {
	return h.joint.d.fail("set", h.joint.d.setDeadline(reading, t))
}

// Close tells the peer that nothing more follows and gives the half up. The
// stream closes with its last half.
func (h *OwnedWriteHalf) Close() error {
	d := h.joint.d
	if h.closed.Load() {
		return d.fail("close", ErrClosed)
	}
	d.shutdown(ShutdownWrite)
	return d.fail("close", h.drop())
}

// Forget gives the half up without telling the peer: that happens when the
// reading half closes.
func (h *OwnedWriteHalf) Forget() error { return h.joint.d.fail("close", h.drop()) }

// SetWriteDeadline sets the deadline of writing.
func (h *OwnedWriteHalf) SetWriteDeadline(t time.Time) error {
	return h.joint.d.fail("set", h.joint.d.setDeadline(writing, t))
}

// Reunite makes the two halves of one stream that stream again. Afterwards the
// halves are closed, the stream is not.
func (h *OwnedReadHalf) Reunite(w *OwnedWriteHalf) (*TCPStream, error) {
	d, err := h.reunite(w)
	if err != nil {
		return nil, err
	}
	return &TCPStream{newStream(d)}, nil
}

func (h *OwnedReadHalf) reunite(w *OwnedWriteHalf) (*desc, error) {
	d := h.joint.d
	switch {
	case h.joint != w.joint:
		return nil, d.fail("reunite", ErrInvalidState)
	case h.closed.Swap(true):
		return nil, d.fail("reunite", ErrClosed)
	case w.closed.Swap(true):
		h.closed.Store(false)
		return nil, d.fail("reunite", ErrClosed)
	}
	return d, nil
}
