package net

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/volt-net/volt/platform"
)

// A desc is an open socket: the descriptor, who uses it, and where goroutines
// wait for it. Every socket type of the package is a desc with methods.
type desc struct {
	// What every call touches stands together.
	fd    platform.FD
	lock  fdLock
	slots [2]slot
	flags atomic.Uint32
	gen   uint32       // what the poller's events for this descriptor carry
	lent  atomic.Int32 // callbacks of the caller's that have the number now

	family  platform.Family
	kind    platform.Kind
	dual    bool // an IPv6 socket that carries IPv4 too
	typ     platform.SocketType
	network string        // "tcp", for errors
	remote  platform.Addr // the peer, if there is or was one

	mu        sync.Mutex    // guards what follows, and registration
	deadlines [2]*deadline  // made when one is set
	done      chan struct{} // closed with the descriptor, if Close waits for that
	reset     error         // what flagResetSeen was set for
	local     platform.Addr

	settings []platform.Setting                 // of a builder or a listener
	again    atomic.Pointer[[]platform.Setting] // those that accepted sockets do not inherit
}

// Flags of a desc.
const (
	flagRegistered   uint32 = 1 << iota // the poller knows it
	flagExact                           // a short read no longer proves an empty buffer (H24, C47)
	flagReadShut                        // Shutdown(ShutdownRead) was called
	flagWriteShut                       // Shutdown(ShutdownWrite) was called
	flagReadExpired                     // the deadline of reading has passed
	flagWriteExpired                    // the deadline of writing has passed
	flagConnected                       // it has, or had, a peer
	flagShared                          // another descriptor may share the open socket (H25)
	flagLingers                         // closing may have to wait (B6)
	flagResetSeen                       // a write was told of a reset; a read has still to say so (C32)
)

// newDesc takes over fd, which must be non-blocking and close-on-exec.
func newDesc(fd platform.FD, family platform.Family, kind platform.Kind, network string) *desc {
	d := &desc{fd: fd, family: family, kind: kind, network: network}
	for dir := range d.slots {
		d.slots[dir].word = slotReady // nothing is known yet, so the first call tries
		d.slots[dir].bed.make()
	}
	return d
}

func (d *desc) has(flag uint32) bool { return d.flags.Load()&flag != 0 }
func (d *desc) set(flag uint32)      { d.flags.Or(flag) }

// acquire keeps the descriptor open until release. Every system call on it
// stands between the two, so that a number is never used after it was closed.
func (d *desc) acquire() error {
	if !d.lock.acquire() {
		return ErrClosed
	}
	return nil
}

func (d *desc) release() {
	if d.lock.release() {
		d.destroy()
	}
}

// enter makes the caller the only parked user of dir, and leave undoes it.
func (d *desc) enter(dir direction, ctx context.Context) error { return d.lock.lock(dir, ctx) }

func (d *desc) leave(dir direction) {
	if d.lock.unlock(dir) {
		d.destroy()
	}
}

// close wakes everybody who waits on the descriptor and closes it when the
// last has let go. It waits for that, so that the port is free again when it
// returns; except where the caller's own callbacks may be among the users, and
// where the kernel would wait for unsent data (B6).
func (d *desc) close() error {
	if !d.lock.close() {
		return ErrClosed
	}
	d.mu.Lock()
	if d.has(flagRegistered) {
		theReactor.remove(d)
	}
	if d.lock.users() > 1 && d.lent.Load() == 0 {
		d.done = make(chan struct{})
	}
	done := d.done
	d.mu.Unlock()
	for dir := range d.slots {
		d.deadline(direction(dir), time.Time{})
		d.slots[dir].signal(false)
	}
	if d.lock.release() {
		return d.destroy()
	}
	if done != nil {
		<-done
	}
	return nil
}

// destroy closes the descriptor. It runs once, in whoever was its last user.
func (d *desc) destroy() error {
	var err error
	if d.has(flagLingers) && sys.Traits().CloseLingers {
		go sys.Close(d.fd)
	} else {
		err = sys.Close(d.fd)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done != nil {
		close(d.done)
	}
	return err
}

// interrupted says why a call must not go on: the descriptor was closed, the
// deadline has passed, or the context is done. A nil context is never done.
func (d *desc) interrupted(dir direction, ctx context.Context) error {
	switch {
	case d.lock.closed():
		return ErrClosed
	case d.has(flagReadExpired << dir):
		return errDeadline
	case ctx != nil:
		return ctx.Err()
	}
	return nil
}

// wait parks the caller, who holds dir, until a call may make progress.
func (d *desc) wait(dir direction, ctx context.Context) error {
	if !d.has(flagRegistered) {
		if err := d.register(); err != nil {
			return err
		}
	}
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

// register makes the poller watch the descriptor. That is left until somebody
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
	}
	if err := theReactor.add(d); err != nil {
		return err
	}
	d.set(flagRegistered)
	return nil
}

// woken takes an event of the poller.
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

// watch lets a context interrupt the calls that wait for dir, until stop.
func (d *desc) watch(dir direction, ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { d.slots[dir].signal(false) })
}

// until repeats try, which makes one system call, whenever dir may be ready,
// until it returns something other than ErrWouldBlock.
func (d *desc) until(dir direction, ctx context.Context, try func() error) error {
	if err := d.enter(dir, ctx); err != nil {
		return err
	}
	defer d.leave(dir)
	if ctx != nil {
		defer d.watch(dir, ctx)()
	}
	for {
		if err := d.interrupted(dir, ctx); err != nil {
			return err
		}
		// Where the last call showed that there is nothing, trying again
		// would only cost a system call.
		if d.slots[dir].ready() || !d.has(flagRegistered) {
			if err := try(); err != ErrWouldBlock {
				return err
			}
		}
		if err := d.wait(dir, ctx); err != nil {
			return err
		}
	}
}
