package net

import (
	"context"

	"github.com/volt-net/volt/platform"
)

// TrySendTo sends p to one address, as one datagram, or returns
// [ErrWouldBlock]. Where the system is out of memory for it the error is
// [ErrNoBuffers], and no event says when that is over. A socket that has a
// peer returns [ErrIsConnected]. The unspecified address is the loopback (C53).
func (s *UDPSocket) TrySendTo(p []byte, to Address) (n int, err error) {
	sa, err := s.d.target(to)
	if err != nil {
		return 0, s.failTo(to, err)
	}
	if err := s.d.acquire(); err != nil {
		return 0, s.failTo(to, err)
	}
	n, err = s.d.trySendTo(p, sa)
	s.d.release()
	return n, s.failTo(to, err)
}

// SendTo is TrySendTo that waits while there is no room.
func (s *UDPSocket) SendTo(p []byte, to Address) (int, error) { return s.sendTo(nil, p, to) }

// SendToContext is SendTo that also ends with ctx.
func (s *UDPSocket) SendToContext(ctx context.Context, p []byte, to Address) (int, error) {
	return s.sendTo(ctx, p, to)
}

func (s *UDPSocket) sendTo(ctx context.Context, p []byte, to Address) (int, error) {
	sa, err := s.d.target(to)
	if err != nil {
		return 0, s.failTo(to, err)
	}
	o := op{kind: opSendTo, ctx: ctx, p: p, addr: sa}
	err = s.d.untilSent(&o)
	return o.n, s.failTo(to, err)
}

// failTo is fail for a datagram to an address.
func (s *UDPSocket) failTo(to Address, err error) error {
	if err == nil || err == ErrWouldBlock {
		return err
	}
	return opError("write", s.d.network(), s.d.stdAddr(s.d.localAddr()), known(to.UDPAddr()), err)
}

// TryRecvFrom receives a datagram and its sender's address, or returns
// [ErrWouldBlock]. What does not fit into p is lost, which RecvMessage would
// tell. Empty datagrams exist: 0, nil is one.
func (s *UDPSocket) TryRecvFrom(p []byte) (n int, from Address, err error) {
	if err := s.d.acquire(); err != nil {
		return 0, Address{}, s.d.fail("read", err)
	}
	n, sa, err := s.d.tryRecv(p)
	s.d.release()
	return n, addressFromSys(sa), s.d.fail("read", err)
}

// TryPeekFrom is TryRecvFrom that leaves the datagram to be received.
func (s *UDPSocket) TryPeekFrom(p []byte) (n int, from Address, err error) {
	if err := s.d.acquire(); err != nil {
		return 0, Address{}, s.d.fail("peek", err)
	}
	n, sa, err := s.d.tryPeekFrom(p)
	s.d.release()
	return n, addressFromSys(sa), s.d.fail("peek", err)
}

// RecvFrom waits for a datagram and receives it. What does not fit into p is
// lost. Empty datagrams exist: 0, nil is one.
func (s *UDPSocket) RecvFrom(p []byte) (int, Address, error) { return s.recvFrom(nil, p) }

// RecvFromContext is RecvFrom that also ends with ctx.
func (s *UDPSocket) RecvFromContext(ctx context.Context, p []byte) (int, Address, error) {
	return s.recvFrom(ctx, p)
}

func (s *UDPSocket) recvFrom(ctx context.Context, p []byte) (int, Address, error) {
	n, from, err := s.recv(ctx, opRecv, "read", p)
	return n, addressFromSys(from), err
}

// PeekFrom is RecvFrom that leaves the datagram to be received.
func (s *UDPSocket) PeekFrom(p []byte) (int, Address, error) { return s.peekFrom(nil, p) }

// PeekFromContext is PeekFrom that also ends with ctx.
func (s *UDPSocket) PeekFromContext(ctx context.Context, p []byte) (int, Address, error) {
	return s.peekFrom(ctx, p)
}

func (s *UDPSocket) peekFrom(ctx context.Context, p []byte) (int, Address, error) {
	n, from, err := s.recv(ctx, opPeekFrom, "peek", p)
	return n, addressFromSys(from), err
}

// message makes one call of sendmsg or recvmsg, m being of the heap.
func (d *desc) message(dir direction, m *platform.Message) (err error) {
	if dir == reading {
		if err := d.takeFound(); err != nil {
			return err
		}
	}
	d.slots[dir].clear()
	if dir == reading {
		err = sys.RecvMsg(d.fd, m)
	} else {
		m.N, err = sys.SendMsg(d.fd, m)
	}
	if err != ErrWouldBlock {
		d.slots[dir].signal(true)
	}
	return err
}
