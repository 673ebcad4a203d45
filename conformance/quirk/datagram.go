package quirk

import "github.com/volt-net/volt/platform"

// RecvFrom fails once when the other end of a pair is gone.
func (b *Backend) RecvFrom(fd platform.FD, p []byte) (int, platform.Addr, error) {
	if err := b.again(fd, true); err != nil {
		return 0, platform.Addr{}, err
	}
	n, from, err := b.Backend.RecvFrom(fd, p)
	return n, from, b.gone(fd, "recvfrom", err)
}

// PeekFrom fails once when the other end of a pair is gone.
func (b *Backend) PeekFrom(fd platform.FD, p []byte) (int, platform.Addr, error) {
	if err := b.again(fd, false); err != nil {
		return 0, platform.Addr{}, err
	}
	n, from, err := b.Backend.PeekFrom(fd, p)
	err = b.gone(fd, "recvfrom", err)
	b.peeked(fd, err)
	return n, from, err
}

// RecvMsg reads as the set has it, streams too.
func (b *Backend) RecvMsg(fd platform.FD, m *platform.Message) error {
	room := 0
	for _, p := range m.Buffers {
		room += len(p)
	}
	_, err := b.read(fd, "recvmsg", room, func() (int, error) {
		err := b.Backend.RecvMsg(fd, m)
		return m.N, err
	})
	return err
}

// gone is what a receive from a datagram socket comes to that found err.
func (b *Backend) gone(fd platform.FD, call string, err error) error {
	if err != platform.ErrWouldBlock || b.set.RecvGone == 0 {
		return err
	}
	b.with(fd, func(s *socket) {
		if s.kind == platform.Datagram && s.alone && !s.told {
			s.told = true
			err = fail(call, b.set.RecvGone)
		}
	})
	return err
}

// Send fails as the set has it.
func (b *Backend) Send(fd platform.FD, p []byte) (int, error) {
	if err := b.again(fd, true); err != nil {
		return 0, err
	}
	n, err := b.Backend.Send(fd, p)
	return n, b.unsent(fd, "sendto", err)
}

// SendTo fails where there is a peer.
func (b *Backend) SendTo(fd platform.FD, p []byte, to platform.Addr) (int, error) {
	if err := b.addressed(fd, "sendto", to); err != nil {
		return 0, err
	}
	n, err := b.Backend.SendTo(fd, p, to)
	return n, b.unsent(fd, "sendto", err)
}

// SendMsg fails as the set has it, on streams too.
func (b *Backend) SendMsg(fd platform.FD, m *platform.Message) (int, error) {
	if err := b.addressed(fd, "sendmsg", m.Addr); err != nil {
		return 0, err
	}
	return b.write(fd, "sendmsg", func() (int, error) {
		n, err := b.Backend.SendMsg(fd, m)
		return n, b.unsent(fd, "sendmsg", err)
	})
}

// addressed refuses an address on a connected datagram socket.
func (b *Backend) addressed(fd platform.FD, call string, to platform.Addr) error {
	s := b.state(fd)
	if e := b.set.SendToConnected; e != 0 && to.Family != platform.FamilyNone && s.kind == platform.Datagram && s.connected {
		return fail(call, e)
	}
	return nil
}

// unsent is what err, of sending a datagram, comes to.
func (b *Backend) unsent(fd platform.FD, call string, err error) error {
	if err == nil {
		return nil
	}
	class := b.Classify(err)
	b.with(fd, func(s *socket) {
		switch {
		case s.family != platform.Unix || s.kind != platform.Datagram:
		case err == platform.ErrWouldBlock && b.set.SendFull != 0:
			s.full = true
			err = fail(call, b.set.SendFull)
		case class == platform.ClassRefused && s.connected && b.set.SendGone != 0:
			err = fail(call, b.set.SendGone)
		case class == platform.ClassNotConnected && b.set.SendNowhere != 0:
			err = fail(call, b.set.SendNowhere)
		}
	})
	return err
}

// RecvMsgs is RecvMsg for one message after another, as on the other systems.
func (b *Backend) RecvMsgs(fd platform.FD, list []platform.Message) (int, error) {
	return platform.Each(list, func(m *platform.Message) error { return b.RecvMsg(fd, m) })
}

// SendMsgs is SendMsg for one message after another, as on the other systems.
func (b *Backend) SendMsgs(fd platform.FD, list []platform.Message) (int, error) {
	return platform.Each(list, func(m *platform.Message) (err error) {
		m.N, err = b.SendMsg(fd, m)
		return err
	})
}
