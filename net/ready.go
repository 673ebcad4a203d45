package net

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/volt-net/volt/platform"
)

// Ready is a set of readiness flags. All of them are hints: a call that
// follows may still find that it would block.
type Ready = platform.Ready

// The readiness flags. Calls that take an Interest take Readable, Writable or
// both; the others are reported only.
const (
	Readable    = platform.Readable
	Writable    = platform.Writable
	ReadClosed  = platform.ReadClosed
	WriteClosed = platform.WriteClosed
	ReadyError  = platform.Error
)

// Interest is what to wait for: Readable, Writable, or either of the two.
type Interest = platform.Ready

// Readable waits until there is something to read, or the stream has ended,
// without holding a buffer meanwhile: a goroutine that waits here before it
// takes one keeps less than half the memory. Deadlines and ctx end the wait.
func (r reader) Readable(ctx context.Context) error {
	return r.r.fail("readable", r.r.untilReadable(ctx))
}

// Writable waits until a write may take something.
func (w writer) Writable(ctx context.Context) error {
	return w.w.fail("writable", w.w.untilWritable(ctx))
}

// Ready waits until the stream is ready for any of what interest names, and
// returns for what.
func (s stream) Ready(ctx context.Context, interest Interest) (Ready, error) {
	r, err := s.d.ready(ctx, interest)
	return r, s.d.fail("ready", err)
}

// TryIO calls fn with the descriptor's number, once, and keeps the stream's
// readiness true: fn makes one non-blocking system call in the directions of
// interest and returns [ErrWouldBlock] (or EAGAIN) if that would have had to
// wait. fn must not close the descriptor or keep the number.
func (s stream) TryIO(interest Interest, fn func(fd int) error) error {
	return s.d.tryIO(interest, fn)
}

func (d *desc) tryIO(interest Interest, fn func(fd int) error) (err error) {
	if fn == nil {
		return d.fail("io", missing("function"))
	}
	d.eachSlot(interest, func(s *slot) { s.clear() })
	tried := false // if fn panics, nothing is known
	defer func() {
		// With both directions of interest, a refusal was of one only.
		if !tried || err != ErrWouldBlock || interest == Readable|Writable {
			d.eachSlot(interest, func(s *slot) { s.signal(true) })
		}
	}()
	closed := d.lend(func() error {
		err = fn(int(d.fd))
		tried = true
		return nil
	})
	if closed != nil {
		return d.fail("io", closed)
	}
	if errors.Is(err, syscall.EAGAIN) { // as ErrWouldBlock is
		err = ErrWouldBlock
	}
	return err
}

func (d *desc) eachSlot(interest Interest, fn func(*slot)) {
	if interest&Readable != 0 {
		fn(&d.slots[reading])
	}
	if interest&Writable != 0 {
		fn(&d.slots[writing])
	}
}

// untilReadable believes an event that it has waited for. A readiness that it
// finds may be that of a call before, or nobody's yet: about that it asks the
// kernel, since callers would take a buffer for nothing.
func (d *desc) untilReadable(ctx context.Context) error {
	if err := d.enter(reading, ctx); err != nil {
		return err
	}
	drained := !d.slots[reading].ready()
	err := d.await(reading, ctx)
	if err == nil && !drained {
		if err = d.tryReadable(); err == ErrWouldBlock {
			err = d.await(reading, ctx)
		}
	}
	if err == errInGo {
		_, err = d.native.transfer(d, reading, opReadable, ctx, nil)
	}
	if err == nil && d.has(flagReadGone) {
		err = ErrClosed
	}
	d.leave(reading)
	return err
}

// readable is tryReadable in Go's poller: what ends a wait says enough.
func (o *op) readable(d *desc) error {
	if o.none {
		return nil
	}
	err := d.tryReadable()
	o.none = err == ErrWouldBlock
	return err
}

// tryReadable asks the kernel whether there is something to read.
func (d *desc) tryReadable() error {
	if d.has(flagReadShut | flagReadGone) {
		return nil
	}
	var b [1]byte
	d.slots[reading].clear()
	_, err := sys.Peek(d.fd, b[:])
	if err == ErrWouldBlock {
		return err
	}
	d.slots[reading].signal(true)
	if err != nil && d.kind == platform.Datagram {
		d.tellOnce()
	}
	d.found(err)
	return nil
}

// tellOnce takes from the kernel an error that peeking has met: some systems
// would tell of it again (C45).
func (d *desc) tellOnce() { d.takeError("recvfrom") }

// found keeps an error that was only looked for, for the call that is meant to
// report it.
func (d *desc) found(err error) {
	if err != nil && d.kind == platform.Datagram {
		d.keepReset(err) // the kernel tells of it once, of whatever class it is (D1)
		return
	}
	d.peeked(err)
}

// toldSender is found for an error that sending has used up: whoever waits to
// receive may have looked before it was kept, and no event comes again.
func (d *desc) toldSender(err error) {
	d.found(err)
	d.retry(reading)
}

// untilWritable believes the readiness: no call asks for it without writing.
// It is the reactor's that tells, in Go's poller or not.
func (d *desc) untilWritable(ctx context.Context) error {
	if err := d.enter(writing, ctx); err != nil {
		return err
	}
	defer d.leave(writing)
	if d.has(flagWriteGone) {
		return ErrClosed
	}
	if err := d.interrupted(writing, ctx); err != nil || d.slots[writing].ready() {
		return err
	}
	d.mu.Lock()
	err := d.react()
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if d.tellsNoRoom() {
		return d.doze(ctx, 10*time.Millisecond) // a hint, like all readiness
	}
	return d.park(writing, ctx)
}

func (d *desc) ready(ctx context.Context, interest Interest) (Ready, error) {
	switch interest {
	case Readable:
		return Readable, d.untilReadable(ctx)
	case Writable:
		return Writable, d.untilWritable(ctx)
	case Readable | Writable:
		return d.readyBoth(ctx)
	}
	return 0, &RangeError{Option: "Interest", Got: interest.String(), Min: "Readable", Max: "Readable|Writable"}
}

// readyBoth waits for either direction: for each in a goroutine of its own, as
// a goroutine can be parked in one place only.
func (d *desc) readyBoth(ctx context.Context) (Ready, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		r   Ready
		err error
	}
	answers := make(chan answer, 2)
	go func() { answers <- answer{Readable, d.untilReadable(ctx)} }()
	go func() { answers <- answer{Writable, d.untilWritable(ctx)} }()
	first := <-answers
	cancel()
	second := <-answers
	switch {
	case first.err != nil && second.err != nil:
		return 0, first.err
	case first.err != nil:
		return second.r, nil
	case second.err != nil:
		return first.r, nil
	}
	return first.r | second.r, nil
}
