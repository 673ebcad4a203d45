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
}

// TryRecvBatch receives as many datagrams as there are, but no more than list
// has room for, and returns how many; none is [ErrWouldBlock]. After at least
// one, an error is left for the next call that receives (D19).
func (s *UDPSocket) TryRecvBatch(list []Datagram) (n int, err error) {
	if len(list) == 0 {
		return 0, s.d.fail("read", s.d.alive())
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
	n, from, err := s.recv(ctx, opRecv, "read", list[0].Buffer)
	if err != nil {
		return 0, err
	}
	list[0].N, list[0].Addr = n, addressFromSys(from)
	if err := s.d.acquire(); err != nil {
		return 1, nil
	}
	defer s.d.release()
	more, err := s.d.recvSome(list[1:])
	s.d.found(ignoreWouldBlock(err))
	return 1 + more, nil
}

// recvSome receives until there is nothing more. An error that is not the
// first result is kept.
func (d *desc) recvSome(list []Datagram) (int, error) {
	for i := range list {
		n, from, err := d.tryRecv(list[i].Buffer)
		if err != nil && i > 0 {
			d.found(ignoreWouldBlock(err))
			return i, nil
		}
		if err != nil {
			return 0, err
		}
		list[i].N, list[i].Addr = n, addressFromSys(from)
	}
	return len(list), nil
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
func (s *UDPSocket) TrySendBatch(list []Datagram) (int, error) {
	for i := range list {
		n, err := s.tryOne(&list[i])
		if err != nil {
			return s.sentBefore(i, err)
		}
		list[i].N = n
	}
	return len(list), s.d.fail("write", s.d.alive())
}

// SendBatch is TrySendBatch that waits while there is no room, until the
// system has taken all datagrams or refused one.
func (s *UDPSocket) SendBatch(list []Datagram) (int, error) { return s.sendBatch(nil, list) }

// SendBatchContext is SendBatch that also ends with ctx.
func (s *UDPSocket) SendBatchContext(ctx context.Context, list []Datagram) (int, error) {
	return s.sendBatch(ctx, list)
}

func (s *UDPSocket) sendBatch(ctx context.Context, list []Datagram) (int, error) {
	for i := range list {
		n, err := s.sendOne(ctx, &list[i])
		if err != nil {
			return s.sentBefore(i, err)
		}
		list[i].N = n
	}
	return len(list), s.d.fail("write", s.d.alive())
}

func (s *UDPSocket) tryOne(g *Datagram) (int, error) {
	if g.Addr == (Address{}) {
		return s.TrySend(g.Buffer)
	}
	return s.TrySendTo(g.Buffer, g.Addr)
}

func (s *UDPSocket) sendOne(ctx context.Context, g *Datagram) (int, error) {
	if g.Addr == (Address{}) {
		return s.send(ctx, g.Buffer)
	}
	return s.sendTo(ctx, g.Buffer, g.Addr)
}

// sentBefore leaves err to the next call where something was sent: whatever is
// wrong with a datagram will be so again. Only a refusal, which is about an
// earlier one, is told once; it is kept for whoever receives (D1).
func (s *UDPSocket) sentBefore(n int, err error) (int, error) {
	if n == 0 {
		return 0, err
	}
	if sys.Classify(err) == platform.ClassRefused {
		s.d.found(err)
	}
	return n, nil
}
