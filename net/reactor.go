package net

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/volt-net/volt/platform"
)

// A reactor waits for events on behalf of parked goroutines. One goroutine
// collects them, and only while there are descriptors to watch: a program that
// has closed its sockets has no goroutine of ours left.
type reactor struct {
	// table finds descriptors by number without a lock. It is replaced when it
	// grows; entries change under mu.
	table atomic.Pointer[[]atomic.Pointer[desc]]

	mu      sync.Mutex
	poller  platform.Poller
	nested  *os.File // the poller in Go's own poller, where it can be
	watched int      // descriptors in the table
	running bool     // the goroutine is there
	gen     uint32   // what the last descriptor added carries
}

var theReactor = new(reactor)

// maxBatch is how many events are taken from the kernel at once.
const maxBatch = 128

// add watches d, which must not be watched yet. The caller holds d.mu.
func (r *reactor) add(d *desc) error {
	r.mu.Lock()
	if err := r.open(); err != nil {
		r.mu.Unlock()
		return err
	}
	r.gen++
	d.gen = r.gen
	r.entry(d.fd).Store(d)
	r.watched++
	if !r.running {
		r.running = true
		go r.run()
	}
	r.mu.Unlock()

	if err := r.poller.Add(d.fd, d.gen); err != nil {
		r.forget(d)
		return err
	}
	return nil
}

// remove stops watching d. The descriptor is about to be closed, and the
// kernel then forgets it by itself, unless something else holds it open (H25).
func (r *reactor) remove(d *desc) {
	if d.has(flagShared) {
		r.poller.Remove(d.fd)
	}
	r.forget(d)
}

func (r *reactor) forget(d *desc) {
	r.mu.Lock()
	r.entry(d.fd).Store(nil)
	r.watched--
	last := r.watched == 0
	r.mu.Unlock()
	if last {
		r.poller.Wake() // so that run sees it has nothing left to do
	}
}

// open makes the poller on first use. The caller holds mu.
func (r *reactor) open() error {
	if r.poller != nil {
		return nil
	}
	p, err := sys.NewPoller()
	if err != nil {
		return err
	}
	r.poller = p
	if sys.Traits().NestedPoller && runtime.GOMAXPROCS(0) == 1 {
		r.nested = nest(p)
	}
	return nil
}

// nest makes the poller's descriptor a client of Go's poller, so that waiting
// holds no thread, and above all no processor: with a single one, nothing would
// run until the scheduler took it away from the waiting thread. With more, a
// thread in the kernel costs less per event than one poller inside another. nest
// returns nil if Go's poller refuses.
func nest(p platform.Poller) *os.File {
	f := os.NewFile(uintptr(p.FD()), "poller")
	if f == nil || f.SetDeadline(time.Time{}) != nil {
		return nil
	}
	return f
}

// entry returns d's place in the table. The caller holds mu.
func (r *reactor) entry(fd platform.FD) *atomic.Pointer[desc] {
	t := r.table.Load()
	if t == nil || int(fd) >= len(*t) {
		size := 256
		for size <= int(fd) {
			size *= 2
		}
		grown := make([]atomic.Pointer[desc], size)
		if t != nil {
			for i := range *t {
				grown[i].Store((*t)[i].Load())
			}
		}
		t = &grown
		r.table.Store(t)
	}
	return &(*t)[fd]
}

// run collects events until no descriptor is left.
func (r *reactor) run() {
	events := make([]platform.Event, maxBatch)
	if r.nested == nil {
		for !r.drain(events) {
			r.poll(events, -1)
		}
		return
	}
	if raw, err := r.nested.SyscallConn(); err == nil {
		raw.Read(func(uintptr) bool { return r.drain(events) })
	}
}

// drain takes events until there are none, and reports whether there is
// nothing left to watch. In between, everything runs that the last events woke: it
// makes the next ones, and they cost no wait.
func (r *reactor) drain(events []platform.Event) (done bool) {
	for r.poll(events, 0) > 0 {
		runtime.Gosched()
	}
	return r.idle()
}

// poll takes one batch of events and returns its size.
func (r *reactor) poll(events []platform.Event, timeout time.Duration) int {
	n, err := r.poller.Wait(events, timeout)
	if err != nil {
		panic("volt: the poller failed: " + err.Error())
	}
	r.dispatch(events[:n])
	return n
}

func (r *reactor) dispatch(events []platform.Event) {
	if len(events) == 0 {
		return
	}
	table := *r.table.Load()
	for i := range events {
		ev := &events[i]
		if d := table[ev.FD].Load(); d != nil && d.gen == ev.Gen {
			d.woken(ev.Ready)
		}
	}
}

// idle ends run when nothing is watched.
func (r *reactor) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watched == 0 {
		r.running = false
	}
	return !r.running
}
