package net

import (
	"context"

	"github.com/volt-net/volt/platform"
)

// SendFDs sends p with copies of fds, at most 253, as one datagram to the peer.
// p has at least one byte (G25). fds must stay open until it returns, and are
// still the caller's then.
func (s *UnixDatagram) SendFDs(p []byte, fds ...int) (int, error) {
	return s.SendFDsContext(nil, p, fds...)
}

// SendFDsContext is SendFDs that also ends with ctx.
func (s *UnixDatagram) SendFDsContext(ctx context.Context, p []byte, fds ...int) (int, error) {
	n, err := s.d.sendParcel(ctx, p, fds, platform.Addr{})
	return n, s.d.fail("write", err)
}

// SendFDsTo is SendFDs to one address, for a socket without a peer.
func (s *UnixDatagram) SendFDsTo(p []byte, to UnixAddr, fds ...int) (int, error) {
	return s.SendFDsToContext(nil, p, to, fds...)
}

// SendFDsToContext is SendFDsTo that also ends with ctx.
func (s *UnixDatagram) SendFDsToContext(ctx context.Context, p []byte, to UnixAddr, fds ...int) (n int, err error) {
	sa, err := to.sockaddr()
	if err == nil {
		n, err = s.d.sendParcel(ctx, p, fds, sa)
	}
	return n, s.failTo(to, err)
}

// TrySendFDs is SendFDs that returns [ErrWouldBlock] while the receiver's queue
// is full.
func (s *UnixDatagram) TrySendFDs(p []byte, fds ...int) (int, error) {
	n, err := s.d.trySendParcel(p, fds, platform.Addr{})
	return n, s.d.fail("write", err)
}

// TrySendFDsTo is SendFDsTo that returns [ErrWouldBlock] while the receiver's
// queue is full.
func (s *UnixDatagram) TrySendFDsTo(p []byte, to UnixAddr, fds ...int) (n int, err error) {
	sa, err := to.sockaddr()
	if err == nil {
		n, err = s.d.trySendParcel(p, fds, sa)
	}
	return n, s.failTo(to, err)
}

// parcel makes the message that carries p and fds to an address, or to the
// peer if that is zero.
func (d *desc) parcel(p []byte, fds []int, to platform.Addr) (*platform.Message, error) {
	if err := checkRights(p, fds); err != nil {
		return nil, err
	}
	m := &platform.Message{Buffers: [][]byte{p}, Addr: to}
	switch {
	case len(fds) > platform.MaxRights:
		return nil, rightsRange("descriptors", len(fds), 0, platform.MaxRights)
	case d.has(flagConnected) && to.Family != platform.FamilyNone:
		return nil, ErrIsConnected // as trySendTo
	case len(fds) > 0:
		m.Control = sys.Traits().Control.PutRights(fds)
	}
	return m, nil
}

func (d *desc) sendParcel(ctx context.Context, p []byte, fds []int, to platform.Addr) (int, error) {
	m, err := d.parcel(p, fds, to)
	if err != nil {
		return 0, err
	}
	err = d.untilSent(&op{kind: opCall, ctx: ctx, call: func() error { return d.tryParcel(m) }})
	return m.N, err
}

func (d *desc) trySendParcel(p []byte, fds []int, to platform.Addr) (int, error) {
	m, err := d.parcel(p, fds, to)
	if err != nil {
		return 0, err
	}
	err = d.oneTry(func() error { return d.tryParcel(m) })
	return m.N, err
}

func (d *desc) tryParcel(m *platform.Message) (err error) {
	d.slots[writing].clear()
	n, err := sys.SendMsg(d.fd, m)
	m.N, err = d.didSend(n, err)
	return err
}

// RecvFDs is Recv that also takes the descriptors that came with the datagram,
// n bytes and m descriptors. They are close-on-exec, and the caller's to close.
// More than fit into fds are closed, which [ErrDescriptorsLost] tells; p and
// fds are filled then, too.
func (s *UnixDatagram) RecvFDs(p []byte, fds []int) (n, m int, err error) {
	return s.RecvFDsContext(nil, p, fds)
}

// RecvFDsContext is RecvFDs that also ends with ctx.
func (s *UnixDatagram) RecvFDsContext(ctx context.Context, p []byte, fds []int) (n, m int, err error) {
	n, m, _, err = s.RecvFDsFromContext(ctx, p, fds)
	return n, m, err
}

// RecvFDsFrom is RecvFDs that also returns the sender's address.
func (s *UnixDatagram) RecvFDsFrom(p []byte, fds []int) (n, m int, from UnixAddr, err error) {
	return s.RecvFDsFromContext(nil, p, fds)
}

// RecvFDsFromContext is RecvFDsFrom that also ends with ctx.
func (s *UnixDatagram) RecvFDsFromContext(ctx context.Context, p []byte, fds []int) (n, m int, from UnixAddr, err error) {
	err = s.d.until(reading, &op{kind: opCall, ctx: ctx, call: func() error {
		n, m, from, err = s.d.tryOpen(p, fds)
		return err
	}})
	return n, m, from, s.d.fail("read", err)
}

// TryRecvFDs is RecvFDs that returns [ErrWouldBlock] where there is nothing.
func (s *UnixDatagram) TryRecvFDs(p []byte, fds []int) (n, m int, err error) {
	n, m, _, err = s.TryRecvFDsFrom(p, fds)
	return n, m, err
}

// TryRecvFDsFrom is RecvFDsFrom that returns [ErrWouldBlock] where there is
// nothing.
func (s *UnixDatagram) TryRecvFDsFrom(p []byte, fds []int) (n, m int, from UnixAddr, err error) {
	err = s.d.oneTry(func() error { n, m, from, err = s.d.tryOpen(p, fds); return err })
	return n, m, from, s.d.fail("read", err)
}

// tryOpen receives a parcel.
func (d *desc) tryOpen(p []byte, fds []int) (n, m int, from UnixAddr, err error) {
	control := sys.Traits().Control
	msg := &platform.Message{Buffers: [][]byte{p}, Control: make([]byte, control.RightsSpace(platform.MaxRightsHere))}
	if err := d.message(reading, msg); err != nil {
		return 0, 0, UnixAddr{}, err
	}
	m, lost := takeRights(control, msg, fds)
	if lost {
		err = ErrDescriptorsLost
	}
	return msg.N, m, unixFromSys(msg.Addr), err
}
