package net

import (
	"context"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

// A native is a descriptor's place in Go's own poller: the second way to wait,
// by public means only.
//
// With few descriptors it is the better one. Go's poller hands the one
// goroutine that an event wakes straight to the thread that saw the event; the
// reactor's goroutine would have to be woken first, and each goroutine that it
// wakes makes the scheduler start another thread to look for more. With many
// descriptors, and so many events at once, the reactor needs less: it knows
// from the flags of an event when the next read would find nothing.
type native struct {
	file *os.File
	raw  syscall.RawConn
	ops  [2]op

	counted runtime.Cleanup       // for a descriptor that nobody closes
	fns     [2]func(uintptr) bool // made once, so that waiting allocates nothing
}

// natives counts the descriptors that wait in Go's poller.
var natives atomic.Int32

// goNative moves d into Go's poller, unless that has enough or refuses. From
// then on the os.File owns the descriptor. The caller holds d.mu.
func (d *desc) goNative() bool {
	if d.native != nil {
		return false // Go's poller refused it before
	}
	if natives.Add(1) > maxNatives() {
		natives.Add(-1)
		return false
	}
	n := &native{file: os.NewFile(uintptr(d.fd), d.network())}
	n.counted = runtime.AddCleanup(n, func(c *atomic.Int32) { c.Add(-1) }, &natives)
	d.native = n // even if it is of no use: the file must not be collected
	if n.file.SetDeadline(time.Time{}) != nil {
		return false
	}
	raw, err := n.file.SyscallConn()
	if err != nil {
		return false
	}
	n.raw = raw
	for dir := range n.fns {
		o := &n.ops[dir]
		n.fns[dir] = func(uintptr) bool {
			o.err = o.try(d)
			return o.err != ErrWouldBlock
		}
	}
	d.set(flagNative)
	return true
}

// until is desc.until for a descriptor in Go's poller, which forgets earlier
// events before it calls back: so that call is the one that counts.
func (n *native) until(d *desc, dir direction, o *op) error {
	defer d.watch(dir, o.ctx)()
	mine := &n.ops[dir]
	*mine = *o
	err := d.interrupted(dir, o.ctx)
	for err == nil {
		mine.none = false // a kick has nothing to say of the socket
		if dir == reading {
			err = n.raw.Read(n.fns[dir])
		} else {
			err = n.raw.Write(n.fns[dir])
		}
		if err == nil {
			err = mine.err
			break
		}
		if err != os.ErrDeadlineExceeded {
			return n.abandon(d, dir, o)
		}
		n.setDeadline(dir, time.Time{})
		err = d.interrupted(dir, o.ctx)
	}
	o.n, o.addr = mine.n, mine.addr
	*mine = op{} // keeps nothing of the caller's alive
	return err
}

// abandon goes on in the reactor, for good. Go's poller takes an error flag that
// comes alone, as that of a reset may for a moment, for a descriptor that
// cannot be polled, and then refuses to wait until another event comes.
func (n *native) abandon(d *desc, dir direction, o *op) error {
	o.n = n.ops[dir].n // what a batch has sent is not sent again
	n.ops[dir] = op{}
	d.mu.Lock()
	err := d.react()
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return d.repeat(dir, o)
}

// transfer is until for a call that needs no more than p.
func (n *native) transfer(d *desc, dir direction, kind opKind, ctx context.Context, p []byte) (int, error) {
	o := op{kind: kind, ctx: ctx, p: p}
	err := n.until(d, dir, &o)
	return o.n, err
}

// kick ends the current wait for dir, or the next, by a deadline that is past.
// The reason is set before.
func (n *native) kick(dir direction) {
	n.setDeadline(dir, time.Unix(1, 0))
}

func (n *native) setDeadline(dir direction, t time.Time) {
	if dir == reading {
		n.file.SetReadDeadline(t)
	} else {
		n.file.SetWriteDeadline(t)
	}
}

func (n *native) close() error {
	n.counted.Stop()
	natives.Add(-1)
	n.file.Close() // whatever it says, the descriptor is gone (I10)
	return nil
}
