package net

import (
	"context"
	"io"
	"os"

	"github.com/volt-net/volt/platform"
)

// The functions named try make one system call for the caller, who keeps the
// descriptor open, and keep the slot's readiness true.

// more puts readiness back after a read that took n of size bytes. A short
// read leaves the buffer empty, and the next event says when it no longer is;
// so the read that would only say EAGAIN is never made. That does not hold
// once a closed flag or urgent data was reported with the data (H24, C47), and
// where a read may stop short for other reasons, only as long as the reactor
// will have a look.
func (d *desc) more(n, size int) {
	flags := d.flags.Load()
	if n >= size || flags&flagExact != 0 || flags&(flagParts|flagUnsure) == flagParts {
		d.slots[reading].signal(true)
	}
}

// tryRead reads what is there. Package net never passes it an empty p.
func (d *desc) tryRead(p []byte) (int, error) {
	if d.has(flagReadShut) {
		return 0, d.readShut() // systems differ in what they do with buffered data (C40)
	}
	d.slots[reading].clear()
	n, err := sys.Read(d.fd, p)
	return d.didRead(n, min(len(p), platform.MaxTransfer), err)
}

// readShut is what reads return after the end that this side has made.
func (d *desc) readShut() error {
	if d.has(flagReadGone) {
		return ErrClosed
	}
	return io.EOF
}

func (d *desc) didRead(n, size int, err error) (int, error) {
	switch {
	case err == ErrWouldBlock:
		return 0, err
	case err != nil:
		d.slots[reading].signal(true)
		return 0, d.readError(err)
	case n == 0:
		d.slots[reading].signal(true)
		return 0, d.eof()
	}
	d.more(n, size)
	return n, nil
}

// readError gives a failed read the class it has on every system.
func (d *desc) readError(err error) error {
	if fatal(err) {
		d.keepReset(err)
		d.flags.And(^flagResetSeen)
	}
	return err
}

// fatal reports an error that ends a connection. The kernel tells one call of
// it, whichever comes first, and the reads that follow of a mere end.
func fatal(err error) bool {
	switch sys.Classify(err) {
	case platform.ClassReset, platform.ClassTimedOut, platform.ClassUnreachable, platform.ClassAborted:
		return true
	}
	return false
}

// eof turns the kernel's 0 into io.EOF, or into the reset that a write was
// told of in the read's place (C31–C33).
func (d *desc) eof() error {
	d.missed()
	if err := d.takeReset(); err != nil {
		return err
	}
	return io.EOF
}

// takeReset returns, once, the reset that another call was told of.
func (d *desc) takeReset() error {
	d.mu.Lock() // recheck may have the reset, and not have kept it yet
	defer d.mu.Unlock()
	if d.flags.And(^flagResetSeen)&flagResetSeen == 0 {
		return nil
	}
	return d.reset
}

// missed looks for a reset that a write beside the read has been told of and
// has yet to keep (H22): a connection that has no peer any more, and whose end
// this side has not made, was reset.
func (d *desc) missed() {
	alone := d.lock.users() == 1 // asked first: who has left since then has kept it
	if alone || d.family == platform.Unix || d.has(flagWriteShut) || d.has(flagResetSeen) {
		return
	}
	if _, err := sys.PeerAddr(d.fd); err != nil {
		d.keepReset(sys.Traits().Reset)
	}
}

// tryPeek reads without consuming. What it saw stays readable.
func (d *desc) tryPeek(p []byte) (int, error) {
	if d.has(flagReadShut) {
		return 0, d.readShut()
	}
	d.slots[reading].clear()
	n, err := sys.Peek(d.fd, p)
	if err == ErrWouldBlock {
		return 0, err
	}
	d.slots[reading].signal(true)
	d.peeked(err)
	if err != nil || n > 0 {
		return n, err
	}
	d.missed()
	d.mu.Lock() // as in takeReset
	defer d.mu.Unlock()
	if !d.has(flagResetSeen) {
		return 0, io.EOF
	}
	return 0, d.reset
}

// peeked keeps a reset for the read that follows: some systems use the error
// up when peeking (C45).
func (d *desc) peeked(err error) {
	if err != nil && fatal(err) {
		d.keepReset(err)
	}
}

// tryWrite writes what fits. Only a refusal shows that the buffer is full.
func (d *desc) tryWrite(p []byte) (int, error) {
	if d.has(flagWriteGone) {
		return 0, ErrClosed
	}
	d.slots[writing].clear()
	n, err := sys.Write(d.fd, p)
	return d.didWrite(n, err)
}

func (d *desc) didWrite(n int, err error) (int, error) {
	if err == ErrWouldBlock {
		return 0, err
	}
	d.slots[writing].signal(true)
	if err != nil {
		return 0, d.writeError(err)
	}
	return n, nil
}

// writeError gives a failed write the class it has on every system.
func (d *desc) writeError(err error) error {
	reset := sys.Classify(err) == platform.ClassReset
	switch {
	case reset && !d.has(flagConnected):
		return withClass(err, platform.ClassNotConnected) // Linux says EPIPE (C34)
	case reset && d.has(flagWriteShut): // the caller's own doing
	case fatal(err):
		d.keepReset(err)
	}
	return err
}

// keepReset keeps an error that another call was told of for the next read,
// unless a read has reported one already: a connection is reset once.
func (d *desc) keepReset(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.keep(err)
}

// keep is keepReset for a caller who holds mu.
func (d *desc) keep(err error) {
	if d.reset == nil {
		d.reset = renamed(err, "read")
		d.set(flagResetSeen)
	}
}

// renamed says of the same kernel error that another call met it.
func renamed(err error, call string) error {
	if se, ok := err.(*os.SyscallError); ok {
		return &os.SyscallError{Syscall: call, Err: se.Err}
	}
	return err
}

// read parks until there is something to read.
func (d *desc) read(ctx context.Context, p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, d.alive()
	}
	if err = d.enter(reading, ctx); err != nil {
		return 0, err
	}
	for {
		if err = d.await(reading, ctx); err == nil {
			n, err = d.tryRead(p)
		} else if err == errInGo {
			n, err = d.native.transfer(d, reading, opRead, ctx, p)
		}
		if err != ErrWouldBlock {
			break
		}
	}
	d.leave(reading)
	return n, err
}

// alive reports ErrClosed after Close. It stands in for calls with nothing to
// do, which make no system call (C43, C44).
func (d *desc) alive() error {
	if d.lock.closed() {
		return ErrClosed
	}
	return nil
}

func (d *desc) peek(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, d.alive()
	}
	o := op{kind: opPeek, ctx: ctx, p: p}
	err := d.until(reading, &o)
	return o.n, err
}

// write parks until all of p is written; it returns how much was, error or not.
func (d *desc) write(ctx context.Context, p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, d.alive()
	}
	if err = d.enter(writing, ctx); err != nil {
		return 0, err
	}
	for n < len(p) {
		k := 0
		if err = d.await(writing, ctx); err == nil {
			k, err = d.tryWrite(p[n:])
		} else if err == errInGo {
			k, err = d.native.transfer(d, writing, opWrite, ctx, p[n:])
		}
		if n += k; err != nil && err != ErrWouldBlock {
			break
		}
	}
	d.leave(writing)
	return n, err
}

// oneTry makes one system call outside the parked calls' order.
func (d *desc) oneTry(try func() error) error {
	if err := d.acquire(); err != nil {
		return err
	}
	defer d.release()
	return try()
}
