package net

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/volt-net/volt/platform"
)

// A Poller reports which of many sockets are ready, for programs that have a
// loop of their own. Its events mean the same on epoll and on kqueue.
//
// It is edge-triggered: after an event, use the Try calls of the socket until
// they return [ErrWouldBlock]; only then will there be another. Events may come
// without a cause, and never for a socket that was deregistered or closed
// before Wait was called.
//
// All methods may be called from any goroutine. A socket may be registered
// with several pollers, and parked calls may use it meanwhile.
type Poller struct {
	table fdTable[registration] // changes under mu
	woken atomic.Bool

	mu     sync.Mutex // guards what follows, and changes of registrations
	poller platform.Poller
	gen    uint32
	closed bool

	turn sync.Mutex // held by Wait, which is for one at a time
	raw  [maxBatch]platform.Event
}

// A registration is what a Poller knows of a socket. It never changes: another
// takes its place.
type registration struct {
	d     *desc
	gen   uint32
	token uint64
	mask  Ready // the flags that make an event worth reporting
}

// Event is one report of a [Poller].
type Event struct {
	Token uint64 // what the socket was registered with
	Ready Ready  // Readable, Writable, ReadClosed, WriteClosed, ReadyError
}

// NewPoller makes a poller. It is to be closed after use.
func NewPoller() (*Poller, error) {
	real, err := sys.NewPoller()
	if err != nil {
		return nil, opError("poller", "", nil, nil, err)
	}
	return &Poller{poller: real}, nil
}

// Register watches s for interest: [Readable], [Writable] or both. Events carry
// token. What s is ready for already is reported by the next Wait. ReadClosed
// comes with an interest in Readable, WriteClosed with Writable, ReadyError
// always. A socket that is registered already gets the new token and interest.
//
// Close of s ends the registration.
func (p *Poller) Register(s Socket, token uint64, interest Interest) error {
	return p.watch(s, token, interest, true)
}

// Modify changes token and interest of a socket that is registered; another
// socket is [ErrNotFound]. What it is ready for is reported again. If Register
// or Modify fails, the socket is not registered.
func (p *Poller) Modify(s Socket, token uint64, interest Interest) error {
	return p.watch(s, token, interest, false)
}

// Deregister stops watching s. To do so twice is no error.
func (p *Poller) Deregister(s Socket) error {
	d, err := given(s)
	if err != nil {
		return d.fail("deregister", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return d.failBare("deregister", ErrClosed)
	case !p.has(d):
		return nil
	}
	d.unwatch(p)
	return d.failBare("deregister", p.forget(d))
}

// failBare is fail for a caller who holds mu.
func (d *desc) failBare(op string, err error) error { return opError(op, d.network(), nil, nil, err) }

func (p *Poller) watch(s Socket, token uint64, interest Interest, add bool) error {
	mask, err := maskOf(interest)
	if err != nil {
		return err
	}
	d, err := given(s)
	if err != nil {
		return d.fail("register", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.has(d)
	switch {
	case p.closed, d.lock.closed():
		return d.failBare("register", ErrClosed)
	case !known && !add:
		return d.failBare("register", ErrNotFound)
	}
	p.gen++
	// The table first: the poller may report at once.
	p.table.entry(d.fd).Store(&registration{d, p.gen, token, mask})
	err = p.poller.Add(d.fd, p.gen)
	switch {
	case err != nil:
		p.forget(d)
		d.unwatch(p)
	case !known:
		d.watchers = append(d.watchers, p)
	}
	return d.failBare("register", err)
}

// maskOf is what to report for an interest.
func maskOf(interest Interest) (Ready, error) {
	if interest&(Readable|Writable) == 0 || interest&^(Readable|Writable) != 0 {
		return 0, &RangeError{Option: "Interest", Got: interest.String(), Min: "Readable", Max: "Readable|Writable"}
	}
	mask := ReadyError
	if interest&Readable != 0 {
		mask |= Readable | ReadClosed
	}
	if interest&Writable != 0 {
		mask |= Writable | WriteClosed
	}
	return mask, nil
}

// has reports whether d is registered. The caller holds mu.
func (p *Poller) has(d *desc) bool {
	r := p.table.at(d.fd)
	return r != nil && r.d == d
}

// forget stops watching d. The caller holds mu.
func (p *Poller) forget(d *desc) error {
	p.table.entry(d.fd).Store(nil)
	return p.poller.Remove(d.fd)
}

// closing is called before d is closed.
func (p *Poller) closing(d *desc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed && p.has(d) {
		p.forget(d)
	}
}

// Wait stores up to len(events) events and returns their number. It returns 0
// when timeout has passed or Wake was called. A negative timeout waits for ever,
// zero not at all; others are rounded up to what the system counts in (H32).
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	if len(events) == 0 {
		return 0, &RangeError{Option: "Wait events", Got: "0", Min: "1", Max: "any"}
	}
	p.turn.Lock()
	defer p.turn.Unlock()
	left := timeout
	var end time.Time
	if timeout > 0 {
		end = time.Now().Add(timeout)
	}
	for {
		woken := p.woken.Swap(false)
		switch {
		case p.isClosed():
			return 0, opError("wait", "", nil, nil, ErrClosed)
		case woken:
			left = 0
		}
		n, err := p.poller.Wait(p.raw[:min(len(events), maxBatch)], left)
		if err != nil {
			return 0, opError("wait", "", nil, nil, err)
		}
		if k := p.translate(events, p.raw[:n]); k > 0 || woken || left == 0 && n == 0 {
			return k, nil
		}
		if timeout > 0 {
			left = max(0, time.Until(end))
		}
	}
}

func (p *Poller) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// translate drops what is stale or nobody asked for (H25, H26).
func (p *Poller) translate(events []Event, raw []platform.Event) int {
	k := 0
	for i := range raw {
		r := p.table.at(raw[i].FD)
		if r == nil || r.gen != raw[i].Gen {
			continue
		}
		if ready := r.d.told(raw[i].Ready) & r.mask; ready != 0 {
			events[k] = Event{Token: r.token, Ready: ready}
			k++
		}
	}
	return k
}

// told is readiness as every system means it.
func (d *desc) told(r Ready) Ready {
	switch {
	case d.has(flagFresh) && r&WriteClosed != 0: // some say so of what is yet to connect (H1)
		return 0
	case d.has(flagWriteShut) && r&Writable != 0: // some do not say so (H10)
		return r | WriteClosed
	}
	return r
}

// Wake ends the current Wait, or the next one. Calls coalesce (H31).
func (p *Poller) Wake() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return opError("wake", "", nil, nil, ErrClosed)
	}
	p.woken.Store(true)
	return opError("wake", "", nil, nil, p.poller.Wake())
}

// Close ends Wait with [ErrClosed], forgets all sockets and frees the poller.
// It closes no socket.
func (p *Poller) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return opError("close", "", nil, nil, ErrClosed)
	}
	p.closed = true
	p.poller.Wake()
	p.mu.Unlock()

	p.turn.Lock() // until Wait has returned
	defer p.turn.Unlock()
	p.release()
	return opError("close", "", nil, nil, p.poller.Close())
}

// release takes the poller off its sockets' lists. Nothing is registered or
// deregistered any more.
func (p *Poller) release() {
	all := p.table.Load()
	if all == nil {
		return
	}
	for i := range *all {
		if r := (*all)[i].Load(); r != nil {
			r.d.mu.Lock()
			r.d.unwatch(p)
			r.d.mu.Unlock()
		}
	}
}
