package fault

import (
	"sync"
	"time"

	"github.com/volt-net/volt/platform"
)

// A poller adds events to those of a real one, and holds others back.
type poller struct {
	platform.Poller
	b *Backend

	mu      sync.Mutex
	watched map[platform.FD]uint32
	gone    map[platform.FD]uint32 // generations that are over
	queue   []platform.Event       // for the next batch
}

// NewPoller may fail.
func (b *Backend) NewPoller() (platform.Poller, error) {
	if f := b.pick(occasion{call: NewPoller, fd: platform.NoFD}); f.kind == fail {
		return nil, NewPoller.error(f.err)
	}
	real, err := b.real.NewPoller()
	if err != nil {
		return nil, err
	}
	p := &poller{Poller: real, b: b, watched: map[platform.FD]uint32{}, gone: map[platform.FD]uint32{}}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pollers[p] = false
	return p, nil
}

func (b *Backend) eachPoller(do func(*poller)) {
	b.mu.Lock()
	all := make([]*poller, 0, len(b.pollers))
	for p := range b.pollers {
		all = append(all, p)
	}
	b.mu.Unlock()
	for _, p := range all {
		do(p)
	}
}

// poke makes an event for fd, where it is watched.
func (b *Backend) poke(fd platform.FD, ready platform.Ready) {
	b.eachPoller(func(p *poller) {
		p.mu.Lock()
		gen, ok := p.watched[fd]
		if ok {
			p.queue = append(p.queue, platform.Event{FD: fd, Gen: gen, Ready: ready})
		}
		p.mu.Unlock()
		if ok {
			p.Poller.Wake()
		}
	})
}

// Add may fail.
func (p *poller) Add(fd platform.FD, gen uint32) error {
	return p.b.around(occasion{call: PollerAdd, fd: fd}, func(Fault) error {
		if err := p.Poller.Add(fd, gen); err != nil {
			return err
		}
		p.mu.Lock()
		p.watched[fd] = gen
		p.mu.Unlock()
		p.b.mu.Lock()
		begun := p.b.late[fd] != nil
		p.b.mu.Unlock()
		if begun {
			p.b.poke(fd, platform.Writable)
		}
		return nil
	})
}

// Remove may fail.
func (p *poller) Remove(fd platform.FD) error {
	return p.b.around(occasion{call: PollerRemove, fd: fd}, func(Fault) error {
		p.forget(fd)
		return p.Poller.Remove(fd)
	})
}

// forget moves fd to those that may still get stale events.
func (p *poller) forget(fd platform.FD) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if gen, ok := p.watched[fd]; ok {
		delete(p.watched, fd)
		p.gone[fd] = gen
	}
}

// Wait may fail, and adds and delays events.
func (p *poller) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	f := p.b.pick(occasion{call: PollerWait, fd: p.FD()})
	if f.kind == fail {
		return 0, PollerWait.error(f.err)
	}
	p.mu.Lock()
	n := copy(events, p.queue)
	p.queue = p.queue[n:]
	left := len(p.queue) > 0
	p.mu.Unlock()
	if n > 0 {
		timeout = 0
	}
	k := 0
	if n < len(events) {
		var err error
		if k, err = p.Poller.Wait(events[n:], timeout); err != nil {
			return 0, err
		}
	}
	batch, again := p.alter(events[:n], events[n:n+k], f, len(events))
	if again || left {
		p.Poller.Wake()
	}
	return copy(events, batch), nil
}

// alter applies a fault to a batch of events that were held back and fresh
// ones, and says whether another must follow.
func (p *poller) alter(held, fresh []platform.Event, f Fault, room int) (altered []platform.Event, again bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch f.kind {
	case stale:
		for fd, gen := range p.gone {
			altered = append(altered, platform.Event{FD: fd, Gen: gen, Ready: f.ready})
		}
	case spurious:
		for fd, gen := range p.watched {
			altered = append(altered, platform.Event{FD: fd, Gen: gen, Ready: f.ready})
		}
		again = true
	case split:
		for i := range fresh {
			if rest := fresh[i]; rest.Ready&^f.ready != 0 {
				rest.Ready &^= f.ready
				p.queue = append(p.queue, rest)
				again = true
			}
			fresh[i].Ready &= f.ready
		}
	}
	altered = altered[:min(len(altered), room-len(held)-len(fresh))]
	return merge(append(append(altered, held...), fresh...)), again
}

// merge leaves one event per descriptor and generation, as pollers promise,
// and none that says nothing.
func merge(batch []platform.Event) []platform.Event {
	type key struct {
		fd  platform.FD
		gen uint32
	}
	at := map[key]int{}
	var merged []platform.Event
	for _, ev := range batch {
		k := key{ev.FD, ev.Gen}
		i, ok := at[k]
		switch {
		case ev.Ready == 0:
		case ok:
			merged[i].Ready |= ev.Ready
		default:
			at[k] = len(merged)
			merged = append(merged, ev)
		}
	}
	return merged
}

// Close closes the real poller.
func (p *poller) Close() error {
	p.b.mu.Lock()
	delete(p.b.pollers, p)
	p.b.mu.Unlock()
	return p.Poller.Close()
}
