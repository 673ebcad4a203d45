package net

import (
	"context"
	"errors"
	stdnet "net"
	"syscall"
	"time"

	"github.com/volt-net/volt/platform"
)

// unixRoom is what the send buffer gets at least: on some systems one datagram
// of more than 2,048 bytes would be too long otherwise (G17). The receive buffer
// gets more, for the sender's name and descriptors: a datagram that passes the
// one and never fits into the other would be waited for without end.
const (
	unixRoom     = 64 << 10
	unixRecvRoom = unixRoom + 8<<10
)

func (d *desc) makeRoom() error {
	for _, b := range []struct {
		option platform.Option[int]
		room   int
	}{{platform.SendBuffer, unixRoom}, {platform.RecvBuffer, unixRecvRoom}} {
		have, err := getOption(d, b.option)
		if err == nil && have < b.room {
			err = d.force(b.option.Info(), platform.Pack(b.room))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tellsNoRoom reports whether d's poller may keep silent when there is room for
// a datagram again: that is a matter of the receiver's queue (G16).
func (d *desc) tellsNoRoom() bool {
	return d.family == platform.Unix && d.kind == platform.Datagram
}

// unixSendError gives a failed send the class it has on every system. A full
// queue may be out of buffers (G16), a peer that is gone may refuse (G18), and
// EPROTOTYPE may be the class of a stream's reset (G9).
func (d *desc) unixSendError(err error) error {
	switch sys.Classify(err) {
	case platform.ClassNoBuffers:
		return ErrWouldBlock
	case platform.ClassRefused:
		if d.has(flagConnected) {
			return withClass(err, platform.ClassReset)
		}
	case platform.ClassReset:
		if errors.Is(err, syscall.EPROTOTYPE) {
			return withClass(err, platform.ClassWrongType)
		}
	case platform.ClassNotSocket:
		return withClass(err, platform.ClassRefused)
	}
	return err
}

// untilTaken is until for datagrams to a Unix socket: it tries again by the
// clock if no event comes (G16).
func (d *desc) untilTaken(o *op) error {
	if err := d.enter(writing, o.ctx); err != nil {
		return err
	}
	defer d.leave(writing)
	pause := backoff{first: time.Millisecond, most: 100 * time.Millisecond}
	for {
		if err := d.interrupted(writing, o.ctx); err != nil {
			return err
		}
		if err := o.try(d); err != ErrWouldBlock {
			return err
		}
		if err := d.doze(o.ctx, pause.next()); err != nil {
			return err
		}
	}
}

// doze waits until an event says that there is room, or for length. The caller
// holds writing.
func (d *desc) doze(ctx context.Context, length time.Duration) error {
	d.mu.Lock()
	err := d.react()
	d.mu.Unlock()
	if err != nil {
		return err
	}
	timer := time.AfterFunc(length, func() { d.slots[writing].signal(true) })
	defer timer.Stop()
	return d.park(writing, ctx)
}

// TrySendTo sends p to one address, as one datagram, or returns
// [ErrWouldBlock] while the receiver's queue is full. A socket that has a peer
// returns [ErrIsConnected] (G21).
func (s *UnixDatagram) TrySendTo(p []byte, to UnixAddr) (n int, err error) {
	sa, err := to.sockaddr()
	if err == nil {
		err = s.d.oneTry(func() error { n, err = s.d.trySendTo(p, sa); return err })
	}
	return n, s.failTo(to, err)
}

// SendTo is TrySendTo that waits while the receiver's queue is full.
func (s *UnixDatagram) SendTo(p []byte, to UnixAddr) (int, error) { return s.sendTo(nil, p, to) }

// SendToContext is SendTo that also ends with ctx.
func (s *UnixDatagram) SendToContext(ctx context.Context, p []byte, to UnixAddr) (int, error) {
	return s.sendTo(ctx, p, to)
}

func (s *UnixDatagram) sendTo(ctx context.Context, p []byte, to UnixAddr) (int, error) {
	sa, err := to.sockaddr()
	if err != nil {
		return 0, s.failTo(to, err)
	}
	o := op{kind: opSendTo, ctx: ctx, p: p, addr: sa}
	err = s.d.untilSent(&o)
	return o.n, s.failTo(to, err)
}

func (s *UnixDatagram) failTo(to UnixAddr, err error) error {
	if err == nil || err == ErrWouldBlock {
		return err
	}
	return opError("write", s.d.network(), s.d.stdAddr(s.d.localAddr()), to.std(s.d.network()), err)
}

// TryRecvFrom receives a datagram and its sender's address, unnamed if it has
// none, or returns [ErrWouldBlock]. What does not fit into p is lost. Empty
// datagrams exist: 0, nil is one.
func (s *UnixDatagram) TryRecvFrom(p []byte) (n int, from UnixAddr, err error) {
	var sa platform.Addr
	err = s.d.oneTry(func() error { n, sa, err = s.d.tryRecv(p); return err })
	return n, unixFromSys(sa), s.d.fail("read", err)
}

// TryPeekFrom is TryRecvFrom that leaves the datagram to be received.
func (s *UnixDatagram) TryPeekFrom(p []byte) (n int, from UnixAddr, err error) {
	var sa platform.Addr
	err = s.d.oneTry(func() error { n, sa, err = s.d.tryPeekFrom(p); return err })
	return n, unixFromSys(sa), s.d.fail("peek", err)
}

// RecvFrom waits for a datagram and receives it. What does not fit into p is
// lost. Empty datagrams exist: 0, nil is one.
func (s *UnixDatagram) RecvFrom(p []byte) (int, UnixAddr, error) { return s.RecvFromContext(nil, p) }

// RecvFromContext is RecvFrom that also ends with ctx.
func (s *UnixDatagram) RecvFromContext(ctx context.Context, p []byte) (int, UnixAddr, error) {
	n, from, err := s.recv(ctx, opRecv, "read", p)
	return n, unixFromSys(from), err
}

// PeekFrom is RecvFrom that leaves the datagram to be received.
func (s *UnixDatagram) PeekFrom(p []byte) (int, UnixAddr, error) { return s.PeekFromContext(nil, p) }

// PeekFromContext is PeekFrom that also ends with ctx.
func (s *UnixDatagram) PeekFromContext(ctx context.Context, p []byte) (int, UnixAddr, error) {
	n, from, err := s.recv(ctx, opPeekFrom, "peek", p)
	return n, unixFromSys(from), err
}

// ReadFrom is RecvFrom for the standard interface.
func (s *UnixDatagram) ReadFrom(p []byte) (int, stdnet.Addr, error) {
	n, from, err := s.RecvFrom(p)
	if err != nil {
		return n, nil, err
	}
	return n, from.std(s.d.network()), nil
}

// WriteTo is SendTo for the standard interface: to may be a [UnixAddr] or a
// *net.UnixAddr.
func (s *UnixDatagram) WriteTo(p []byte, to stdnet.Addr) (int, error) {
	a, err := UnixAddrOf(to)
	if err != nil {
		return 0, opError("write", s.d.network(), s.LocalAddr(), to, err)
	}
	return s.SendTo(p, a)
}
