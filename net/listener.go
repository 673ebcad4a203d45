package net

import (
	"context"
	stdnet "net"
	"time"

	"github.com/volt-net/volt/platform"
)

// listener is what TCPListener and UnixListener share.
type listener struct{ socket }

// Addr returns the listener's address as the standard library's type.
func (l listener) Addr() stdnet.Addr { return l.d.stdAddr(l.d.localAddr()) }

// tryAccept takes one connection and makes it a stream of type typ. One that
// was reset before it was taken is passed over: some systems report it here,
// others on the first read (C22).
func (d *desc) tryAccept(typ platform.SocketType) (*desc, error) {
	d.slots[reading].clear()
	for {
		fd, from, err := sys.Accept(d.fd)
		switch {
		case err == nil:
			d.slots[reading].signal(true)
			return d.accepted(fd, typ, from), nil
		case err == ErrWouldBlock:
			return nil, err
		case diedWaiting(err):
			continue
		}
		d.slots[reading].signal(true)
		return nil, err
	}
}

// diedWaiting reports that a connection ended before it was accepted.
func diedWaiting(err error) bool {
	c := sys.Classify(err)
	return c == platform.ClassAborted || c == platform.ClassReset
}

// accepted gives a new connection what the listener has, as far as this
// system does not do so by itself (B34). That the connection may be dead
// already is for the first read to say (B22).
func (d *desc) accepted(fd platform.FD, typ platform.SocketType, from platform.Addr) *desc {
	c := newDesc(fd, d.family, d.kind, d.network)
	c.dual = d.dual
	c.connected(typ, from)
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

// accept parks until there is a connection. Out of descriptors it waits and
// goes on: connections stay queued (C23), and those that come meanwhile must
// not make it spin.
func (d *desc) accept(ctx context.Context, typ platform.SocketType) (c *desc, err error) {
	pause := backoff{first: 5 * time.Millisecond, most: time.Second}
	for {
		err = d.until(reading, &op{kind: opCall, ctx: ctx, call: func() error {
			c, err = d.tryAccept(typ)
			return err
		}})
		if err == nil || !tooManyFiles(err) {
			return c, err
		}
		if err := d.pause(reading, ctx, pause.next()); err != nil {
			return nil, err
		}
	}
}

func tooManyFiles(err error) bool {
	return sys.Classify(err) == platform.ClassTooManyFiles
}

// backoff doubles from first to most.
type backoff struct{ first, most, last time.Duration }

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
	if ctx != nil {
		defer d.watch(dir, ctx)()
	}
	s := &d.slots[dir]
	end := time.Now().Add(length)
	timer := time.AfterFunc(length, func() { s.signal(true) })
	defer timer.Stop()
	for {
		s.clear() // before the clock is read: the timer fires once only
		if !time.Now().Before(end) {
			break
		}
		if err := d.park(dir, ctx); err != nil {
			return err
		}
	}
	s.signal(true) // whatever came meanwhile has still to be looked at
	return nil
}
