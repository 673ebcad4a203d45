package net

import (
	"context"

	"github.com/volt-net/volt/platform"
)

// Connect connects to addr, parking the goroutine until the connection stands
// or has failed, or ctx is done. The unspecified address is the loopback (C6).
func (s *TCPSocket) Connect(ctx context.Context, addr Address) (*TCPStream, error) {
	d, err := s.take()
	if err != nil {
		return nil, s.d.fail("dial", err)
	}
	d, err = s.connect(ctx, addr)
	if err != nil {
		return nil, opError("dial", "tcp", nil, known(addr.TCPAddr()), err)
	}
	s.gone.Store(true)
	return &TCPStream{newStream(d)}, nil
}

// connect connects d, or another descriptor made in its image where the first
// attempt met an oddity of the loopback (C46, C51). If it fails, none is open.
func (s *TCPSocket) connect(ctx context.Context, addr Address) (*desc, error) {
	d := s.d
	sa, err := d.target(addr)
	var local platform.Addr
	for attempt := 0; err == nil; attempt++ {
		if err = d.oneTry(func() error { return d.unlessAsked(platform.NoDelay) }); err != nil {
			break
		}
		if err = d.connect(ctx, sa); err == nil {
			local, err = d.connectedFrom()
		}
		// A port that the kernel has picked may happen to be the one asked
		// for: then the socket is connected to itself.
		again := err == nil && local == sa || sys.Classify(err) == platform.ClassAddrNotAvailable
		if !again || d.has(flagBound|flagShared) || attempt == 2 {
			break
		}
		var fresh *desc
		if fresh, err = s.replace(d); err == nil {
			d = fresh
		}
	}
	if err != nil {
		d.close()
		return nil, err
	}
	d.connected(platform.TCPStream, sa, local)
	return d, nil
}

// connectedFrom asks for the local address at once: every connection is to be
// told from one to itself, and is to know it after it has ended.
func (d *desc) connectedFrom() (local platform.Addr, err error) {
	err = d.oneTry(func() error {
		// A connection that has been reset already may have none (C37).
		local, _ = sys.LocalAddr(d.fd)
		return nil
	})
	return local, err
}

// replace makes a twin of d take its place, also for Close and the deadlines. An
// option that is set while the twin is made may come too late for it.
func (s *TCPSocket) replace(d *desc) (*desc, error) {
	fresh, err := d.twin()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	closed := s.closed
	s.twin = fresh
	for _, dir := range [...]direction{reading, writing} {
		fresh.deadline(dir, d.deadlineOf(dir))
	}
	s.mu.Unlock()
	if closed {
		fresh.close()
		return nil, ErrClosed
	}
	d.close()
	return fresh, nil
}

func (d *desc) target(addr Address) (platform.Addr, error) {
	addr, err := checkRemote(addr, d.kind)
	if err != nil {
		return platform.Addr{}, err
	}
	return addr.sockaddr(d.family, d.dual)
}

// twin makes a socket with the options of d.
func (d *desc) twin() (*desc, error) {
	fresh, err := newTCPDesc(d.family, d.dual)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	settings := d.settings // replaced when it changes, so it may be read on
	d.mu.Unlock()
	for _, s := range settings {
		if err := fresh.setValue(s.Info, s.Value); err != nil {
			fresh.close()
			return nil, err
		}
	}
	return fresh, nil
}

// connect waits for the connection. Which of the three answers connect(2)
// gives on the loopback is a matter of timing (C54).
func (d *desc) connect(ctx context.Context, sa platform.Addr) error {
	if ctx != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	started := false
	return d.until(writing, &op{kind: opCall, ctx: ctx, call: func() error {
		d.slots[writing].clear()
		if !started {
			started = true
			d.flags.And(^flagFresh)
			err := sys.Connect(d.fd, sa)
			switch err {
			case platform.ErrInProgress:
				return ErrWouldBlock
			case ErrWouldBlock:
				return errNoPort
			case nil:
				d.slots[writing].signal(true)
			}
			return err
		}
		return d.connectDone()
	}})
}

// connectDone asks how the attempt ended. SO_ERROR tells it once only (C1); 0
// may also mean that the wake-up came early, and then there is no peer yet.
func (d *desc) connectDone() error {
	if err := d.takeError("connect"); err != nil {
		return err
	}
	_, err := sys.PeerAddr(d.fd)
	switch {
	case err == nil:
		d.slots[writing].signal(true)
		return nil
	case sys.Classify(err) == platform.ClassNotConnected:
		return ErrWouldBlock
	}
	// The attempt failed between the two questions: one system then says
	// EINVAL for want of a peer (C36), and has the reason pending.
	if reason := d.takeError("connect"); reason != nil {
		return reason
	}
	return err
}
