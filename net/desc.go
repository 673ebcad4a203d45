package net

import (
	"context"
	"slices"
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

	native *native // its place in Go's own poller, which may have refused: see flagNative

	family platform.Family
	kind   platform.Kind
	dual   bool // an IPv6 socket that carries IPv4 too
	typ    platform.SocketType
	remote platform.Addr // the peer, if there is or was one

	mu        sync.Mutex    // guards what follows, and registration
	deadlines [2]*deadline  // made when one is set
	done      chan struct{} // closed with the descriptor, if Close waits for that
	watchers  []watcher     // pollers and loops, to be told of Close
	reset     error         // what flagResetSeen was set for
	local     platform.Addr

	settings []platform.Setting                 // of a builder or a listener
	again    atomic.Pointer[[]platform.Setting] // those that accepted sockets do not inherit
}

// Flags of a desc.
const (
	flagRegistered   uint32 = 1 << iota // the reactor watches it
	flagNative                          // Go's own poller watches it
	flagExact                           // closing or urgent data was reported: only EAGAIN shows that the buffer is empty (H24, C47)
	flagParts                           // a read may stop short of what is there (G32, C47): likewise, but for flagUnsure
	flagUnsure                          // the reactor will look (recheck), so a short read may count
	flagReadShut                        // Shutdown(ShutdownRead) was called
	flagWriteShut                       // Shutdown(ShutdownWrite) was called
	flagReadExpired                     // the deadline of reading has passed
	flagWriteExpired                    // the deadline of writing has passed
	flagConnected                       // it has, or had, a peer
	flagShared                          // another descriptor may share the open socket (H25)
	flagLingers                         // closing may have to wait (B6)
	flagApart                           // datagrams are not sent together (D20)
	flagBound                           // Bind was called
	flagReadGone                        // the half that reads was given up
	flagWriteGone                       // the half that writes was given up
	flagResetSeen                       // a write was told of a reset; a read has still to say so (C32)
	flagFresh                           // it is a stream's socket that has not begun to connect or listen (H1)
)

// A watcher is told when a descriptor that it watches is about to be closed.
// The descriptor is still open then, and its mu held.
type watcher interface{ closing(*desc) }

// unwatch takes a watcher off the list. The caller holds mu.
func (d *desc) unwatch(which watcher) {
	d.watchers = slices.DeleteFunc(d.watchers, func(w watcher) bool { return w == which })
}

// newDesc takes over fd, which must be non-blocking and close-on-exec.
func newDesc(fd platform.FD, family platform.Family, kind platform.Kind) *desc {
	d := &desc{fd: fd, family: family, kind: kind}
	if kind == platform.Stream && (family == platform.Unix || !sys.Traits().ShortReadDrains) {
		d.set(flagParts)
	}
	for dir := range d.slots {
		d.slots[dir].word = slotReady // nothing is known yet, so the first call tries
		d.slots[dir].bed.make()
	}
	return d
}

// network is the standard library's name for sockets of this kind.
func (d *desc) network() string {
	switch {
	case d.family == platform.Unix:
		return unixNetwork(d.kind)
	case d.kind == platform.Datagram:
		return "udp"
	}
	return "tcp"
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
	for _, w := range d.watchers {
		w.closing(d)
	}
	d.watchers = nil
	if d.lock.users() > 1 && d.lent.Load() == 0 {
		d.done = make(chan struct{})
	}
	done := d.done
	d.mu.Unlock()
	for _, dir := range [...]direction{reading, writing} {
		d.deadline(dir, time.Time{})
		d.interrupt(dir)
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
	if d.has(flagLingers) && d.has(flagConnected) && sys.Traits().CloseLingers {
		go d.closeFD()
	} else {
		err = d.closeFD()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done != nil {
		close(d.done)
	}
	return err
}

func (d *desc) closeFD() error {
	if d.native != nil {
		return d.native.close()
	}
	return sys.Close(d.fd)
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
