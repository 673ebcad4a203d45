package net

import (
	"context"
	"errors"

	"github.com/volt-net/volt/platform"
)

// An op is a call that may have to wait: a value rather than a closure, since
// a closure that Go's poller calls back would be an allocation for each call.
type op struct {
	kind opKind
	ctx  context.Context // nil: never done
	p    []byte
	n    int           // bytes moved, or datagrams of list
	addr platform.Addr // of datagrams
	m    *platform.Message
	list []Datagram   // of a batch
	call func() error // opCall
	err  error        // what the last try returned
	none bool         // opReadable: the kernel said that there is nothing
}

type opKind uint8

const (
	opRead opKind = iota
	opPeek
	opReadable
	opWrite
	opCall
	opRecv
	opPeekFrom
	opSend
	opSendTo
	opRecvMsg
	opSendMsg
	opRecvBatch
	opSendBatch
)

// try makes the system call. ErrWouldBlock means to wait.
func (o *op) try(d *desc) (err error) {
	switch o.kind {
	case opRead:
		o.n, err = d.tryRead(o.p)
	case opPeek:
		o.n, err = d.tryPeek(o.p)
	case opReadable:
		return o.readable(d)
	case opWrite:
		o.n, err = d.tryWrite(o.p)
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
	case opRecvBatch:
		o.n, err = d.recvSome(o.list)
	case opSendBatch:
		return o.sendBatch(d)
	}
	return err
}

// until repeats o whenever dir may be ready, until it returns something other
// than ErrWouldBlock. Meanwhile the caller is the only one who waits for dir.
func (d *desc) until(dir direction, o *op) error {
	err := d.enter(dir, o.ctx)
	if err != nil {
		return err
	}
	defer d.leave(dir)
	return d.repeat(dir, o)
}

// repeat is until for a caller that holds dir.
func (d *desc) repeat(dir direction, o *op) error {
	err := d.await(dir, o.ctx)
	for ; err == nil; err = d.await(dir, o.ctx) {
		if err = o.try(d); err != ErrWouldBlock {
			return err
		}
	}
	if err == errInGo {
		return d.native.until(d, dir, o)
	}
	return err
}

// errInGo says that trying and waiting are for Go's poller.
var errInGo = errors.New("waits in Go's poller")

// await returns nil once a call of dir is worth a try. Where the last one
// showed that there is nothing, it waits first: trying would only cost a
// system call. The caller holds dir.
//
// Read, Write and Readable call it themselves rather than through until, and
// little stands between them and it: a goroutine parked on a shallow stack
// keeps the smallest one, and touches less memory when it wakes.
func (d *desc) await(dir direction, ctx context.Context) error {
	for {
		if d.waitsInGo() {
			return errInGo
		}
		if err := d.interrupted(dir, ctx); err != nil || d.slots[dir].ready() {
			return err
		}
		if !d.has(flagRegistered) {
			if err := d.register(); err != nil {
				return err
			}
			continue
		}
		if neverDone(ctx) {
			return d.sleep(dir, ctx)
		}
		return d.park(dir, ctx)
	}
}

// park waits until the reactor says that dir may be ready. The caller holds
// dir, and the reactor watches d.
func (d *desc) park(dir direction, ctx context.Context) error {
	defer d.watch(dir, ctx)()
	return d.sleep(dir, ctx)
}

// sleep is park for a context that will not end the wait, or is watched.
func (d *desc) sleep(dir direction, ctx context.Context) error {
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
	case d.has(flagRegistered):
		return nil
	case !theReactor.busy.Load() && (d.has(flagNative) || d.goNative()):
		return nil
	}
	return d.react()
}

// waitsInGo chooses the way to wait. Once the reactor has something to do, all
// who come to wait do so there: of two pollers, each would keep the other from
// finding many events at once.
func (d *desc) waitsInGo() bool {
	return d.has(flagNative) && !d.has(flagRegistered) && !theReactor.busy.Load()
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

// unreact makes the reactor forget the descriptor. Whoever waits there makes it
// watch again. The caller holds mu.
func (d *desc) unreact() {
	if !d.has(flagRegistered) {
		return
	}
	d.flags.And(^flagRegistered)
	theReactor.poller.Remove(d.fd)
	theReactor.forget(d)
	for _, dir := range [...]direction{reading, writing} {
		d.slots[dir].signal(true)
	}
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

// neverDone reports that ctx will never be done.
func neverDone(ctx context.Context) bool { return ctx == nil || ctx.Done() == nil }

// done is the channel that ctx closes. A nil context is never done.
func done(ctx context.Context) <-chan struct{} {
	if ctx == nil {
		return nil
	}
	return ctx.Done()
}

// watch lets a context interrupt the call that waits for dir, until stop.
func (d *desc) watch(dir direction, ctx context.Context) (stop func() bool) {
	if neverDone(ctx) {
		return func() bool { return false }
	}
	return context.AfterFunc(ctx, func() { d.interrupt(dir) })
}

// woken takes an event of the reactor's poller. It reports whether short reads
// that follow leave something in doubt, which was not so before.
func (d *desc) woken(r platform.Ready) (unsure bool) {
	if r&(platform.ReadClosed|platform.WriteClosed|platform.Error|platform.Urgent) != 0 {
		d.set(flagExact)
	}
	if r&(platform.Readable|platform.ReadClosed|platform.Error) != 0 {
		flags := d.flags.Load()
		if unsure = flags&(flagParts|flagConnected|flagExact|flagUnsure) == flagParts|flagConnected; unsure {
			d.set(flagUnsure)
		}
		d.slots[reading].signal(true)
	}
	if r&(platform.Writable|platform.WriteClosed|platform.Error) != 0 {
		d.slots[writing].signal(true)
	}
	return unsure
}

// recheck ends the doubt of woken. A goroutine that has gone to sleep after a short
// read is woken if there is something left, which is reported; any other looks
// for itself.
func (d *desc) recheck() (left bool) {
	d.mu.Lock()
	d.flags.And(^flagUnsure) // before the look: short reads after it are in doubt again
	switch {
	case d.lock.closed():
		d.mu.Unlock()
		return false
	case d.has(flagExact) || !d.slots[reading].waiting():
		d.mu.Unlock()
		d.slots[reading].signal(true)
		return false
	}
	var b [1]byte
	_, err := sys.Peek(d.fd, b[:]) // the descriptor stays open: whoever closes it takes mu first
	if err != nil && fatal(err) {
		d.keep(err) // with mu held, as a read beside may come to the end meanwhile
	}
	d.mu.Unlock()
	if err == ErrWouldBlock {
		return false
	}
	d.slots[reading].signal(true)
	return true
}
