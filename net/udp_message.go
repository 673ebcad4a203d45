package net

import (
	"context"
	"sync"
	"time"

	"github.com/volt-net/volt/platform"
)

// Meta is what goes with a datagram. Of one that was received, it tells; for
// one that is sent, it chooses, and its zero fields leave the choice to the
// socket and the system. So Meta{Dst: m.Src, Src: m.Dst} answers m from the
// address that it was sent to.
type Meta struct {
	Src Address // who sent it; to send, the address to send from, whose port does not count
	Dst Address // where it was sent to; to send, zero is the socket's peer

	IfIndex   int  // the interface it came by, or is to leave by
	TTL       int  // how many routers it might still pass
	TOS       int  // its traffic class byte
	Truncated bool // it did not fit

	// Segment is the size of the datagrams that it is cut into, or that it was
	// put together from after [UDPSocket.SetCoalesce], of which the last may be
	// smaller; zero is one datagram. Not all systems can (D20).
	Segment int

	Time time.Time // when the system received it, after [UDPSocket.SetRecvTime]

	// Dropped is how many datagrams for this socket the system had thrown away by
	// the time it received this one, since the socket was made: mostly for want of
	// room. It goes on from 2^32-1 with zero, so differences hold. It is told
	// after the option RecvOverflow of package sockopt, by Linux alone: socket(7).
	Dropped uint32
}

// envelope is memory for a message, which must be of the heap while a call
// waits.
type envelope struct {
	platform.Message
	buffer  [1][]byte
	control [platform.MaxControl]byte
}

var envelopes = sync.Pool{New: func() any { return new(envelope) }}

func newEnvelope(p []byte) *envelope {
	e := envelopes.Get().(*envelope)
	e.buffer[0] = p
	e.Message = platform.Message{Buffers: e.buffer[:], Control: e.control[:]}
	return e
}

func (e *envelope) release() {
	e.buffer[0], e.Message = nil, platform.Message{}
	envelopes.Put(e)
}

// tellMeta asks the kernel, once, to tell what RecvMessage reports.
func (s *UDPSocket) tellMeta() error {
	if s.meta.Load() {
		return nil
	}
	d := s.d
	if err := d.acquire(); err != nil {
		return err
	}
	defer d.release()
	for _, o := range []platform.Option[bool]{platform.RecvPacketInfo, platform.RecvInterface, platform.RecvTTL, platform.RecvTOS} {
		err := d.force(o.Info(), platform.Pack(true))
		if err != nil && !unsupported(err) {
			return err
		}
	}
	s.meta.Store(true)
	return nil
}

// TryRecvMessage receives a datagram with what is known about it, or returns
// [ErrWouldBlock]. Some of that is not known of datagrams that came before the
// first call of this or RecvMessage.
func (s *UDPSocket) TryRecvMessage(p []byte) (int, Meta, error) {
	if err := s.tellMeta(); err != nil {
		return 0, Meta{}, s.d.fail("read", err)
	}
	if err := s.d.acquire(); err != nil {
		return 0, Meta{}, s.d.fail("read", err)
	}
	e := newEnvelope(p)
	defer e.release()
	err := s.d.message(reading, &e.Message)
	s.d.release()
	return e.N, s.d.metaOf(&e.Message), s.d.fail("read", err)
}

// RecvMessage is TryRecvMessage that waits for a datagram. It returns how much of
// the datagram is in p; the sender is Meta.Src.
func (s *UDPSocket) RecvMessage(p []byte) (int, Meta, error) { return s.recvMessage(nil, p) }

// RecvMessageContext is RecvMessage that also ends with ctx.
func (s *UDPSocket) RecvMessageContext(ctx context.Context, p []byte) (int, Meta, error) {
	return s.recvMessage(ctx, p)
}

func (s *UDPSocket) recvMessage(ctx context.Context, p []byte) (int, Meta, error) {
	if err := s.tellMeta(); err != nil {
		return 0, Meta{}, s.d.fail("read", err)
	}
	e := newEnvelope(p)
	defer e.release()
	err := s.d.until(reading, &op{kind: opRecvMsg, ctx: ctx, m: &e.Message})
	return e.N, s.d.metaOf(&e.Message), s.d.fail("read", err)
}

// metaOf reads a received message, or nothing of one that was not.
func (d *desc) metaOf(m *platform.Message) Meta {
	if m.Addr.Family == platform.FamilyNone {
		return Meta{}
	}
	t := sys.Traits().Control.Parse(m.Control[:m.ControlLen])
	t.Local.Port = d.localAddr().Port
	return Meta{
		Src: addressFromSys(m.Addr), Dst: addressFromSys(t.Local),
		IfIndex: int(t.IfIndex), TTL: t.Hops, TOS: t.Class,
		Truncated: m.Flags&platform.Truncated != 0,
		Segment:   t.Segment, Time: t.Time, Dropped: t.Dropped,
	}
}

// TrySendMessage sends p as m says, or returns [ErrWouldBlock]. What the system
// cannot choose for one datagram is an [UnsupportedError].
func (s *UDPSocket) TrySendMessage(p []byte, m Meta) (int, error) {
	e, err := s.seal(p, m)
	if err != nil {
		return 0, s.failTo(m.Dst, err)
	}
	defer e.release()
	if err := s.d.acquire(); err != nil {
		return 0, s.failTo(m.Dst, err)
	}
	err = s.d.sendMessage(&e.Message)
	s.d.release()
	return e.N, s.failTo(m.Dst, err)
}

// SendMessage is TrySendMessage that waits while there is no room.
func (s *UDPSocket) SendMessage(p []byte, m Meta) (int, error) { return s.sendMessage(nil, p, m) }

// SendMessageContext is SendMessage that also ends with ctx.
func (s *UDPSocket) SendMessageContext(ctx context.Context, p []byte, m Meta) (int, error) {
	return s.sendMessage(ctx, p, m)
}

func (s *UDPSocket) sendMessage(ctx context.Context, p []byte, m Meta) (int, error) {
	e, err := s.seal(p, m)
	if err != nil {
		return 0, s.failTo(m.Dst, err)
	}
	defer e.release()
	err = s.d.untilSent(&op{kind: opSendMsg, ctx: ctx, m: &e.Message})
	return e.N, s.failTo(m.Dst, err)
}

// seal makes the message that m asks for. On success the envelope is the
// caller's to release.
func (s *UDPSocket) seal(p []byte, m Meta) (*envelope, error) {
	var to platform.Addr
	if m.Dst != (Address{}) {
		var err error
		if to, err = s.d.target(m.Dst); err != nil {
			return nil, err
		}
	}
	e := newEnvelope(p)
	control, err := m.control(s.d, to, e.control[:0])
	if err != nil {
		e.release()
		return nil, err
	}
	e.Addr, e.Control = to, control
	return e, nil
}
