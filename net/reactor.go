package net

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
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

	busy atomic.Bool // watched is not 0

	mu      sync.Mutex
	poller  platform.Poller
	file    *os.File        // the poller's descriptor, if nest was called
	nested  syscall.RawConn // the poller in Go's own poller, if it is there
	watched int             // descriptors in the table
	running bool            // the goroutine is there
	gen     uint32          // what the last descriptor added carries
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
	r.busy.Store(true)
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
	r.busy.Store(!last)
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
		r.nest()
	}
	return nil
}

// nest makes the poller's descriptor a client of Go's poller, so that waiting
// holds no thread, and above all no processor: with a single one, nothing would
// run until the scheduler took it away from the waiting thread. With more, a
// thread in the kernel costs less per event than one poller inside another. If
// Go's poller refuses, the file is kept all the same: collected, it would close
// the descriptor.
func (r *reactor) nest() {
	r.file = os.NewFile(uintptr(r.poller.FD()), "poller")
	if r.file.SetDeadline(time.Time{}) == nil {
		r.nested, _ = r.file.SyscallConn()
	}
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
	if r.nested != nil && r.nested.Read(func(uintptr) bool { return r.drain(events) }) == nil {
		return
	}
	for !r.drain(events) {
		r.poll(events, -1)
		runtime.Gosched()
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
