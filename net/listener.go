package net

import (
	"context"
	"errors"
	stdnet "net"
	"time"

	"github.com/volt-net/volt/platform"
)

// listener is what TCPListener and UnixListener share.
type listener struct{ socket }

// Addr returns the listener's address as the standard library's type.
func (l listener) Addr() stdnet.Addr { return l.d.stdAddr(l.d.localAddr()) }

// tryAccept takes one connection and makes it a stream of type typ.
func (d *desc) tryAccept(typ platform.SocketType) (*desc, error) {
	d.slots[reading].clear()
	fd, from, err := d.acceptOne()
	if err == ErrWouldBlock {
		return nil, err
	}
	d.slots[reading].signal(true)
	if err != nil {
		return nil, err
	}
	return d.accepted(fd, typ, from), nil
}

// maxDead is how many dead connections are passed over before somebody has a
// look whether to go on: a peer may make them faster than they are taken.
const maxDead = 64

var errDead = errors.New("only dead connections")

// acceptOne passes over connections that were reset before they were taken:
// some systems report it here, others on the first read (C22). After maxDead of
// them it returns errDead.
func (d *desc) acceptOne() (platform.FD, platform.Addr, error) {
	for range maxDead {
		fd, from, err := sys.Accept(d.fd)
		if err == nil || !diedWaiting(err) {
			return fd, from, err
		}
	}
	return platform.NoFD, platform.Addr{}, errDead
}

// tryOne is tryAccept for calls that do not wait. To them, dead connections are
// none.
func (l listener) tryOne(typ platform.SocketType) (c *desc, err error) {
	err = l.d.oneTry(func() error { c, err = l.d.tryAccept(typ); return err })
	if err == errDead {
		err = ErrWouldBlock
	}
	return c, l.d.fail("accept", err)
}

// diedWaiting reports that a connection ended before it was accepted.
func diedWaiting(err error) bool {
	switch sys.Classify(err) {
	case platform.ClassAborted, platform.ClassReset, platform.ClassUnreachable:
		return true
	}
	return false
}

// accepted gives a new connection what the listener has, as far as this
// system does not do so by itself (B34). That the connection may be dead
// already is for the first read to say (B22).
func (d *desc) accepted(fd platform.FD, typ platform.SocketType, from platform.Addr) *desc {
	c := d.child(fd, typ, from)
	if d.has(flagLingers) {
		c.set(flagLingers)
	}
	if again := d.again.Load(); again != nil {
		for _, s := range *again {
			c.force(s.Info, s.Value)
		}
	}
	return c
}

// inheritsAll reports whether connections have all that the listener has
// without accepted's help.
func (d *desc) inheritsAll() bool {
	return d.again.Load() == nil && !d.has(flagLingers) && !sys.Traits().LocalAddrDies
}

// child takes over a connection that d has accepted.
func (d *desc) child(fd platform.FD, typ platform.SocketType, from platform.Addr) *desc {
	c := newDesc(fd, d.family, d.kind)
	c.dual = d.dual
	local := platform.Addr{} // may be any of the machine's, and is asked for when somebody wants it
	if d.family == platform.Unix {
		local = d.localAddr()
	}
	c.connected(typ, from, local)
	return c
}

// accept parks until there is a connection. Out of descriptors it waits and
// goes on: connections stay queued (C23), and those that come meanwhile must
// not make it spin.
func (d *desc) accept(ctx context.Context, typ platform.SocketType) (c *desc, err error) {
	pause := newBackoff()
	for {
		c, err = d.untilAccepted(ctx, typ)
		if err == errDead {
			continue // it looks whether to go on
		}
		if err == nil || !tooManyFiles(err) {
			return c, err
		}
		if err := d.pause(reading, ctx, pause.next()); err != nil {
			return nil, err
		}
	}
}

// untilAccepted is accept as far as errors go. It does without until, whose
// call would be an allocation for each connection.
func (d *desc) untilAccepted(ctx context.Context, typ platform.SocketType) (c *desc, err error) {
	if err = d.enter(reading, ctx); err != nil {
		return nil, err
	}
	for {
		if err = d.await(reading, ctx); err == nil {
			c, err = d.tryAccept(typ)
		} else if err == errInGo {
			c, err = d.acceptInGo(ctx, typ)
		}
		if err != ErrWouldBlock {
			break
		}
	}
	d.leave(reading)
	return c, err
}

func (d *desc) acceptInGo(ctx context.Context, typ platform.SocketType) (c *desc, err error) {
	err = d.native.until(d, reading, &op{kind: opCall, ctx: ctx, call: func() error {
		c, err = d.tryAccept(typ)
		return err
	}})
	return c, err
}

func tooManyFiles(err error) bool {
	return sys.Classify(err) == platform.ClassTooManyFiles
}

// backoff doubles from first to most.
type backoff struct{ first, most, last time.Duration }

// newBackoff is for what a system that is short of something refuses.
func newBackoff() backoff { return backoff{first: 5 * time.Millisecond, most: time.Second} }

func (b *backoff) next() time.Duration {
	b.last = min(max(2*b.last, b.first), b.most)
	return b.last
}

// pause waits for length, or until the descriptor is closed, the deadline has
// passed or ctx is done. Events do not end it.
func (d *desc) pause(dir direction, ctx context.Context, length time.Duration) error {
	if err := d.enter(dir, ctx); err != nil {
		return err
	}
	defer d.leave(dir)
	s := &d.slots[dir]
	defer s.signal(true) // whatever came meanwhile, or before, has still to be looked at
	end := time.Now().Add(length)
	timer := time.AfterFunc(length, func() { s.signal(true) })
	defer timer.Stop()
	for {
		s.clear() // before the clock is read: the timer fires once only
		if !time.Now().Before(end) {
			return nil
		}
		if err := d.park(dir, ctx); err != nil {
			return err
		}
	}
}
