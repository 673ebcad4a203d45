package net

import (
	"context"

	"github.com/volt-net/volt/platform"
)

// An op is a call that may have to wait: a value rather than a closure, since
// a closure that Go's poller calls back would be an allocation for each call.
type op struct {
	kind opKind
	ctx  context.Context // nil: never done
	p    []byte
	n    int           // bytes moved so far
	addr platform.Addr // of datagrams
	m    *platform.Message
	call func() error // opCall
	err  error        // what the last try returned
}

type opKind uint8

const (
	opRead opKind = iota
	opPeek
	opWrite // until all of p is written
	opCall
	opRecv
	opPeekFrom
	opSend
	opSendTo
	opRecvMsg
	opSendMsg
)

// try makes the system call. ErrWouldBlock means to wait.
func (o *op) try(d *desc) (err error) {
	switch o.kind {
	case opRead:
		o.n, err = d.tryRead(o.p)
	case opPeek:
		o.n, err = d.tryPeek(o.p)
	case opWrite:
		return o.write(d)
	case opCall:
		return o.call()
	case opRecv:
		o.n, o.addr, err = d.tryRecv(o.p)
	case opPeekFrom:
		o.n, o.addr, err = d.tryPeekFrom(o.p)
	case opSend:
		o.n, err = d.trySend(o.p)
	case opSendTo:
		o.n, err = d.trySendTo(o.p, o.addr)
	case opRecvMsg:
		return d.message(reading, o.m)
	case opSendMsg:
		return d.sendMessage(o.m)
	}
	return err
}

func (o *op) write(d *desc) error {
	for {
		k, err := d.tryWrite(o.p[o.n:])
		o.n += k
		if err != nil || o.n == len(o.p) {
			return err
		}
		if err := d.interrupted(writing, o.ctx); err != nil {
			return err
		}
	}
}

// until repeats o whenever dir may be ready, until it returns something other
// than ErrWouldBlock. Meanwhile the caller is the only one who waits for dir.
func (d *desc) until(dir direction, o *op) error {
	if err := d.enter(dir, o.ctx); err != nil {
		return err
	}
	defer d.leave(dir)
	if o.ctx != nil {
		defer d.watch(dir, o.ctx)()
	}
	for {
		if d.has(flagNative) {
			return d.native.until(d, dir, o)
		}
		if err := d.interrupted(dir, o.ctx); err != nil {
			return err
		}
		// Where the last call showed that there is nothing, trying again
		// would only cost a system call.
		if d.slots[dir].ready() || !d.has(flagRegistered) {
			if err := o.try(d); err != ErrWouldBlock {
				return err
			}
		}
		if !d.has(flagRegistered) {
			if err := d.register(); err != nil {
				return err
			}
			continue
		}
		if err := d.park(dir, o.ctx); err != nil {
			return err
		}
	}
}

// park waits until the reactor says that dir may be ready. The caller holds
// dir, and the reactor watches d.
func (d *desc) park(dir direction, ctx context.Context) error {
	s := &d.slots[dir]
	for {
		if s.prepare() {
			if err := d.interrupted(dir, ctx); err != nil {
				s.retract()
				return err
			}
			s.sleep()
		}
		if err := d.interrupted(dir, ctx); err != nil {
			return err
		}
		if s.ready() {
			return nil
		}
	}
}

// register makes a poller watch the descriptor. That is left until somebody
// has to wait: sockets that are only tried, and connections whose first read
// finds the whole request, never need it.
func (d *desc) register() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.lock.closed():
		return ErrClosed
	case d.has(flagRegistered | flagNative):
		return nil
	}
	if d.goNative() {
		return nil
	}
	return d.react()
}

// react makes the reactor watch the descriptor. The caller holds mu.
func (d *desc) react() error {
	switch {
	case d.lock.closed():
		return ErrClosed
	case d.has(flagRegistered):
		return nil
	}
	if err := theReactor.add(d); err != nil {
		return err
	}
	d.set(flagRegistered)
	return nil
}

// interrupt makes the goroutine that waits for dir, if any, look at why.
func (d *desc) interrupt(dir direction) {
	d.slots[dir].signal(false)
	if d.has(flagNative) {
		d.native.kick(dir)
	}
}

// retry makes the goroutine that waits for dir, if any, try again.
func (d *desc) retry(dir direction) {
	d.slots[dir].signal(true)
	if d.has(flagNative) {
		d.native.kick(dir)
	}
}

// watch lets a context interrupt the call that waits for dir, until stop.
func (d *desc) watch(dir direction, ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { d.interrupt(dir) })
}

// woken takes an event of the reactor's poller.
func (d *desc) woken(r platform.Ready) {
	if r&(platform.ReadClosed|platform.WriteClosed|platform.Error|platform.Urgent) != 0 {
		d.set(flagExact)
	}
	if r&(platform.Readable|platform.ReadClosed|platform.Error) != 0 {
		d.slots[reading].signal(true)
	}
	if r&(platform.Writable|platform.WriteClosed|platform.Error) != 0 {
		d.slots[writing].signal(true)
	}
}
