package quirk

import (
	"sync"
	"time"

	"github.com/volt-net/volt/platform"
)

// poller tells what a real one does in another order.
type poller struct {
	platform.Poller
	b *Backend

	mu   sync.Mutex
	held []platform.Event // for the next batch
}

// NewPoller opens a poller.
func (b *Backend) NewPoller() (platform.Poller, error) {
	real, err := b.Backend.NewPoller()
	if err != nil {
		return nil, err
	}
	return &poller{Poller: real, b: b}, nil
}

const (
	readSide  = platform.Readable | platform.ReadClosed
	writeSide = platform.Writable | platform.WriteClosed
)

// Wait tells first what was held back.
func (p *poller) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	p.mu.Lock()
	n := copy(events, p.held)
	p.held = p.held[n:]
	p.mu.Unlock()
	if n > 0 {
		return n, nil
	}
	n, err := p.Poller.Wait(events, timeout)
	if err != nil {
		return 0, err
	}
	kept := events[:0]
	for _, ev := range events[:n] {
		if ev = p.turn(ev); ev.Ready != 0 {
			kept = append(kept, ev)
		}
	}
	if p.waiting() {
		p.Wake()
	}
	return len(kept), nil
}

func (p *poller) waiting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.held) > 0
}

// turn gives an event the form that the set has for it. Of a Unix stream the
// write side is told first, of others the read side.
func (p *poller) turn(ev platform.Event) platform.Event {
	set, s := &p.b.set, p.b.state(ev.FD)
	if set.NeverUrgent {
		ev.Ready &^= platform.Urgent
	}
	if set.ErrorsReadable && s.kind == platform.Datagram && ev.Ready&platform.Error != 0 {
		ev.Ready = platform.Readable | platform.Writable
	}
	if set.SendFull != 0 && s.full {
		ev.Ready &^= platform.Writable
	}
	if set.FreshSilent && s.kind == platform.Stream && !s.connected && ev.Ready&platform.WriteClosed != 0 {
		return platform.Event{}
	}
	first, second := readSide, writeSide
	if s.family == platform.Unix {
		first, second = writeSide, readSide
	}
	if set.EventsApart && ev.Ready&first != 0 && ev.Ready&second != 0 {
		later := ev
		later.Ready &^= first
		ev.Ready &^= second
		p.mu.Lock()
		p.held = append(p.held, later)
		p.mu.Unlock()
	}
	return ev
}

// Remove forgets what was held back.
func (p *poller) Remove(fd platform.FD) error {
	p.mu.Lock()
	kept := p.held[:0]
	for _, ev := range p.held {
		if ev.FD != fd {
			kept = append(kept, ev)
		}
	}
	p.held = kept
	p.mu.Unlock()
	return p.Poller.Remove(fd)
}
