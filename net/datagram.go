package net

import (
	"context"
	stdnet "net"

	"github.com/volt-net/volt/platform"
)

// datagram is a socket that keeps the boundaries of messages: what UDPSocket
// and UnixDatagram share. Its methods may be called from any number of
// goroutines, in any mixture of forms.
type datagram struct{ socket }

// TrySend sends p to the peer that Connect has named, as one datagram, or
// returns [ErrWouldBlock]. Where the system is out of memory for it the error
// is [ErrNoBuffers], and no event says when that is over. That nobody listens
// at the peer is [ErrRefused], of this call or any later one (D1).
func (s datagram) TrySend(p []byte) (n int, err error) {
	if err := s.d.acquire(); err != nil {
		return 0, s.d.fail("write", err)
	}
	n, err = s.d.trySend(p)
	s.d.release()
	return n, s.d.fail("write", err)
}

// Send is TrySend that waits while there is no room.
func (s datagram) Send(p []byte) (int, error) { return s.send(nil, p) }

// SendContext is Send that also ends with ctx.
func (s datagram) SendContext(ctx context.Context, p []byte) (int, error) { return s.send(ctx, p) }

func (s datagram) send(ctx context.Context, p []byte) (int, error) {
	o := op{kind: opSend, ctx: ctx, p: p}
	err := s.d.untilSent(&o)
	return o.n, s.d.fail("write", err)
}

// TryRecv receives a datagram, or returns [ErrWouldBlock]. What does not fit
// into p is lost. Empty datagrams exist: 0, nil is one.
func (s datagram) TryRecv(p []byte) (n int, err error) {
	if err := s.d.acquire(); err != nil {
		return 0, s.d.fail("read", err)
	}
	n, _, err = s.d.tryRecv(p)
	s.d.release()
	return n, s.d.fail("read", err)
}

// TryPeek is TryRecv that leaves the datagram, all of it, to be received.
func (s datagram) TryPeek(p []byte) (n int, err error) {
	if err := s.d.acquire(); err != nil {
		return 0, s.d.fail("peek", err)
	}
	n, _, err = s.d.tryPeekFrom(p)
	s.d.release()
	return n, s.d.fail("peek", err)
}

// Recv waits for a datagram and receives it. What does not fit into p is lost.
// Empty datagrams exist: 0, nil is one.
func (s datagram) Recv(p []byte) (int, error) {
	n, _, err := s.recv(nil, opRecv, "read", p)
	return n, err
}

// RecvContext is Recv that also ends with ctx.
func (s datagram) RecvContext(ctx context.Context, p []byte) (int, error) {
	n, _, err := s.recv(ctx, opRecv, "read", p)
	return n, err
}

// Peek is Recv that leaves the datagram, all of it, to be received.
func (s datagram) Peek(p []byte) (int, error) {
	n, _, err := s.recv(nil, opPeekFrom, "peek", p)
	return n, err
}

// PeekContext is Peek that also ends with ctx.
func (s datagram) PeekContext(ctx context.Context, p []byte) (int, error) {
	n, _, err := s.recv(ctx, opPeekFrom, "peek", p)
	return n, err
}

func (s datagram) recv(ctx context.Context, kind opKind, name string, p []byte) (int, platform.Addr, error) {
	o := op{kind: kind, ctx: ctx, p: p}
	err := s.d.until(reading, &o)
	return o.n, o.addr, s.d.fail(name, err)
}

// Read is Recv under the name of the standard interfaces.
func (s datagram) Read(p []byte) (int, error) { return s.Recv(p) }

// Write is Send under the name of the standard interfaces.
func (s datagram) Write(p []byte) (int, error) { return s.Send(p) }

// Readable waits until there is a datagram, or an error, to receive. Deadlines
// and ctx end the wait.
func (s datagram) Readable(ctx context.Context) error {
	return s.d.fail("readable", s.d.untilReadable(ctx))
}

// Writable waits until there may be room for a datagram.
func (s datagram) Writable(ctx context.Context) error {
	return s.d.fail("writable", s.d.untilWritable(ctx))
}

// Ready waits until the socket is ready for any of what interest names, and
// returns for what.
func (s datagram) Ready(ctx context.Context, interest Interest) (Ready, error) {
	r, err := s.d.ready(ctx, interest)
	return r, s.d.fail("ready", err)
}

// TryIO calls fn with the descriptor's number, once, and keeps the socket's
// readiness true: fn makes one non-blocking system call in the directions of
// interest and returns [ErrWouldBlock] (or EAGAIN) if that would have had to
// wait. fn must not close the descriptor or keep the number.
func (s datagram) TryIO(interest Interest, fn func(fd int) error) error {
	return s.d.tryIO(interest, fn)
}

// LocalAddr returns the local address as the standard library's type.
func (s datagram) LocalAddr() stdnet.Addr { return s.d.stdAddr(s.d.localAddr()) }

// RemoteAddr returns the peer's address as the standard library's type, or nil
// where there is no peer.
func (s datagram) RemoteAddr() stdnet.Addr { return s.d.stdAddr(s.d.peer()) }
