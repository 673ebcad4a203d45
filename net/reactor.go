package net

import (
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
	waiter // made on first use

	table fdTable[desc] // changes under mu
	busy  atomic.Bool   // watched is not 0

	unsure doubts[*desc] // is of run alone

	mu      sync.Mutex
	watched int    // descriptors in the table
	running bool   // the goroutine is there
	gen     uint32 // what the last descriptor added carries
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
	r.table.entry(d.fd).Store(d)
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
	r.table.entry(d.fd).Store(nil)
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
	if err := r.waiter.open(); err != nil {
		return err
	}
	if nests() {
		r.nest()
	}
	return nil
}

// nests reports whether the reactor is to wait in Go's poller. On a single
// processor nothing would run until the scheduler took it away from a thread that
// waits in the kernel. With more, such a thread costs less, as whoever is woken is
// another goroutine and runs elsewhere at once. It is decided once: descriptors go by
// it from the first on.
var nests = sync.OnceValue(func() bool { return mayNest() && runtime.GOMAXPROCS(0) == 1 })

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

// drain takes events until there are none, or nobody whom they could concern,
// and reports whether there is nothing left to watch. In between, everything
// runs that the last events woke: it makes the next ones, and they cost no
// wait.
func (r *reactor) drain(events []platform.Event) (done bool) {
	for {
		n := 0
		if r.busy.Load() {
			n = r.poll(events, 0)
		}
		if woke := r.recheck(n); n == 0 && !woke {
			return r.idle()
		}
		runtime.Gosched()
	}
}

// recheck ends all doubts, if it is time for that after a batch of so many events,
// and reports whether that woke somebody.
func (r *reactor) recheck(events int) (woke bool) {
	r.unsure.turn(events, func(d *desc) { woke = d.recheck() || woke })
	return woke
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
	for i := range events {
		ev := &events[i]
		if d := r.table.at(ev.FD); d != nil && d.gen == ev.Gen {
			if d.woken(ev.Ready) {
				r.unsure.add(d)
			}
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
