package net

import (
	"context"

	"github.com/volt-net/volt/platform"
)

// Datagram is one of a batch.
type Datagram struct {
	Buffer []byte  // memory to receive into, or what to send
	N      int     // how much of Buffer was received, or sent
	Addr   Address // the sender, or the destination; zero is the socket's peer

	// Meta, unless nil, is what [UDPSocket.RecvMessage] would tell, or
	// [UDPSocket.SendMessage] would be given, but that Addr is the destination.
	Meta *Meta
}

// TryRecvBatch receives as many datagrams as there are, but no more than list
// has room for, and returns how many; none is [ErrWouldBlock]. After at least
// one, an error is left for the next call that receives (D19).
func (s *UDPSocket) TryRecvBatch(list []Datagram) (n int, err error) {
	if err := s.tellMetaOf(list); err != nil {
		return 0, s.d.fail("read", err)
	}
	if err := s.d.acquire(); err != nil {
		return 0, s.d.fail("read", err)
	}
	n, err = s.d.recvSome(list)
	s.d.release()
	return n, s.d.fail("read", err)
}

// RecvBatch is TryRecvBatch that waits for the first datagram.
func (s *UDPSocket) RecvBatch(list []Datagram) (int, error) { return s.recvBatch(nil, list) }

// RecvBatchContext is RecvBatch that also ends with ctx.
func (s *UDPSocket) RecvBatchContext(ctx context.Context, list []Datagram) (int, error) {
	return s.recvBatch(ctx, list)
}

func (s *UDPSocket) recvBatch(ctx context.Context, list []Datagram) (int, error) {
	if len(list) == 0 {
		return 0, s.d.fail("read", s.d.alive())
	}
	if err := s.tellMetaOf(list); err != nil {
		return 0, s.d.fail("read", err)
	}
	o := op{kind: opRecvBatch, ctx: ctx, list: list}
	err := s.d.until(reading, &o)
	return o.n, s.d.fail("read", err)
}

// tellMetaOf asks the kernel to tell what a caller wants to know.
func (s *UDPSocket) tellMetaOf(list []Datagram) error {
	for i := range list {
		if list[i].Meta != nil {
			return s.tellMeta()
		}
	}
	return nil
}

// recvSome receives until there is nothing more. An error that is not the
// first result is kept.
func (d *desc) recvSome(list []Datagram) (n int, err error) {
	if len(list) == 0 {
		return 0, nil
	}
	if err := d.takeFound(); err != nil {
		return 0, err
	}
	b := newBundle()
	defer b.release()
	for n < len(list) {
		part := list[n:min(len(list), n+platform.MaxBatch)]
		k, err := b.recv(d, part)
		n += k
		switch {
		case n == 0:
			return 0, err
		case err != nil || k < len(part):
			d.found(ignoreWouldBlock(err))
			return n, nil
		}
	}
	return n, nil
}

func ignoreWouldBlock(err error) error {
	if err == ErrWouldBlock {
		return nil
	}
	return err
}

// TrySendBatch sends the datagrams of list in order and returns how many the
// system has taken; none for lack of room is [ErrWouldBlock] or
// [ErrNoBuffers]. After at least one, the error of the next datagram is left
// to the call that begins with it (D19).
//
// Neighbours that have one destination and one size, and no Meta, may go to
// the kernel together. They arrive as if they had not.
func (s *UDPSocket) TrySendBatch(list []Datagram) (int, error) {
	if err := s.d.acquire(); err != nil {
		return 0, s.d.fail("write", err)
	}
	o := op{kind: opSendBatch, list: list}
	err := o.sendBatch(s.d)
	s.d.release()
	return s.sentBatch(&o, err)
}

// SendBatch is TrySendBatch that waits while there is no room, until the
// system has taken all datagrams or refused one.
func (s *UDPSocket) SendBatch(list []Datagram) (int, error) { return s.sendBatch(nil, list) }

// SendBatchContext is SendBatch that also ends with ctx.
func (s *UDPSocket) SendBatchContext(ctx context.Context, list []Datagram) (int, error) {
	return s.sendBatch(ctx, list)
}

func (s *UDPSocket) sendBatch(ctx context.Context, list []Datagram) (int, error) {
	if len(list) == 0 {
		return 0, s.d.fail("write", s.d.alive())
	}
	o := op{kind: opSendBatch, ctx: ctx, list: list}
	err := s.d.untilSent(&o)
	return s.sentBatch(&o, err)
}

// sendBatch goes on behind what was sent, up to the first error.
func (o *op) sendBatch(d *desc) error {
	if o.n == len(o.list) {
		return nil
	}
	b := newBundle()
	defer b.release()
	for o.n < len(o.list) {
		k, err := b.send(d, o.list[o.n:])
		o.n += k
		if err != nil {
			return err
		}
	}
	return nil
}

// sentBatch leaves err to the next call where something was sent: whatever is
// wrong with a datagram will be so again. What may be about an earlier one is
// told once; it is kept for whoever receives (D1).
func (s *UDPSocket) sentBatch(o *op, err error) (int, error) {
	switch {
	case err == nil:
		return o.n, nil
	case o.n == 0 && len(o.list) > 0 && o.list[0].Addr != (Address{}):
		return 0, s.failTo(o.list[0].Addr, err)
	case o.n == 0:
		return 0, s.d.fail("write", err)
	case s.d.aboutEarlier(err):
		s.d.toldSender(err)
	}
	return o.n, nil
}

// aboutEarlier reports an error that may be the answer to a datagram sent
// earlier: a refusal, or, from a socket with a peer, that it cannot be reached.
func (d *desc) aboutEarlier(err error) bool {
	switch sys.Classify(err) {
	case platform.ClassRefused:
		return true
	case platform.ClassUnreachable:
		return d.has(flagConnected)
	}
	return false
}
