package fault

import (
	"sync"
	"sync/atomic"

	"github.com/volt-net/volt/platform"
)

// Backend passes calls on to a real backend, but for what its rules say. It
// may be used by any number of goroutines; the zero value is of no use.
type Backend struct {
	real   platform.Backend
	traits atomic.Pointer[platform.Traits]

	mu      sync.Mutex
	rules   []*Injected
	counts  [numCalls]int
	track   tracker
	pollers map[*poller]bool // true: opened before Reset
	late    map[platform.FD]*attempt
}

var _ platform.Backend = (*Backend)(nil)

// New returns a backend without rules.
func New(real platform.Backend) *Backend {
	b := &Backend{real: real, pollers: map[*poller]bool{}}
	b.Reset()
	return b
}

// Real returns the backend that is wrapped.
func (b *Backend) Real() platform.Backend { return b.real }

// Reset ends all rules and forgets counts, problems and descriptors. What is
// open then is not watched any more.
func (b *Backend) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules, b.counts, b.track = nil, [numCalls]int{}, tracker{}
	b.late = map[platform.FD]*attempt{}
	for p := range b.pollers {
		b.pollers[p] = true
	}
	b.traits.Store(b.real.Traits())
}

// Count returns how often a call was asked for since Reset.
func (b *Backend) Count(c Call) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[c]
}

// Pretend changes what Traits says, until Reset.
func (b *Backend) Pretend(change func(*platform.Traits)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	changed := *b.traits.Load()
	change(&changed)
	b.traits.Store(&changed)
}

// around makes a call on fd, unless it is to fail.
func (b *Backend) around(o occasion, do func(Fault) error) error {
	defer b.use(o)()
	f := b.pick(o)
	if f.kind != fail {
		return do(f)
	}
	if f.err == platform.ErrWouldBlock || o.call == PeerAddr { // without a peer yet, connect goes on
		b.poke(o.fd, o.call.direction())
	}
	return o.call.error(f.err)
}

// use keeps count of the calls under way on a descriptor.
func (b *Backend) use(o occasion) (done func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := b.track.begin(o.fd, o.call)
	return func() {
		if d != nil {
			b.mu.Lock()
			d.uses--
			b.mu.Unlock()
		}
	}
}

// make is a call that returns new descriptors.
func (b *Backend) make(o occasion, do func() ([]platform.FD, error)) error {
	return b.around(o, func(f Fault) error {
		fds, err := do()
		if err != nil {
			return err
		}
		if f.kind == drop {
			for _, fd := range fds {
				b.real.Close(fd)
			}
			return o.call.error(f.err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, fd := range fds {
			b.track.opened(fd, o.call)
		}
		return nil
	})
}

// Traits returns the real backend's; partial reads take ShortReadDrains away.
func (b *Backend) Traits() *platform.Traits { return b.traits.Load() }

// Classify is the real backend's.
func (b *Backend) Classify(err error) platform.Class { return b.real.Classify(err) }

// Socket may fail, and notes the descriptor.
func (b *Backend) Socket(family platform.Family, k platform.Kind) (fd platform.FD, err error) {
	err = b.make(occasion{call: Socket, fd: platform.NoFD}, func() ([]platform.FD, error) {
		fd, err = b.real.Socket(family, k)
		return []platform.FD{fd}, err
	})
	return valid(fd, err)
}

// SocketPair may fail, and notes the descriptors.
func (b *Backend) SocketPair(k platform.Kind) (one, two platform.FD, err error) {
	err = b.make(occasion{call: SocketPair, fd: platform.NoFD}, func() ([]platform.FD, error) {
		one, two, err = b.real.SocketPair(k)
		return []platform.FD{one, two}, err
	})
	if err != nil {
		return platform.NoFD, platform.NoFD, err
	}
	return one, two, nil
}

func valid(fd platform.FD, err error) (platform.FD, error) {
	if err != nil {
		return platform.NoFD, err
	}
	return fd, nil
}

// Adopt may fail. The descriptor is its owner's until Adopt succeeds.
func (b *Backend) Adopt(fd platform.FD) error {
	return b.around(occasion{call: Adopt, fd: fd}, func(Fault) error {
		err := b.real.Adopt(fd)
		if err == nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			if d := b.track.fds[fd]; d == nil {
				b.track.opened(fd, Adopt)
			}
		}
		return err
	})
}

// Dup may fail, and notes the descriptor.
func (b *Backend) Dup(fd platform.FD) (twin platform.FD, err error) {
	err = b.make(occasion{call: Dup, fd: fd}, func() ([]platform.FD, error) {
		twin, err = b.real.Dup(fd)
		return []platform.FD{twin}, err
	})
	return valid(twin, err)
}

// Close closes fd, whatever it returns.
func (b *Backend) Close(fd platform.FD) error { return b.close(Close, fd, b.real.Close) }

// CloseNow is Close.
func (b *Backend) CloseNow(fd platform.FD) error { return b.close(CloseNow, fd, b.real.CloseNow) }

func (b *Backend) close(c Call, fd platform.FD, closing func(platform.FD) error) error {
	o := occasion{call: c, fd: fd}
	defer b.use(o)()
	f := b.pick(o)
	b.eachPoller(func(p *poller) { p.forget(fd) })
	b.mu.Lock()
	delete(b.late, fd)
	b.mu.Unlock()
	if err := closing(fd); err != nil {
		return err
	}
	if f.kind == fail {
		return c.error(f.err)
	}
	return nil
}

// Bind may fail.
func (b *Backend) Bind(fd platform.FD, addr platform.Addr) error {
	return b.around(occasion{call: Bind, fd: fd}, func(Fault) error { return b.real.Bind(fd, addr) })
}

// Listen may fail.
func (b *Backend) Listen(fd platform.FD, backlog int) error {
	return b.around(occasion{call: Listen, fd: fd}, func(Fault) error { return b.real.Listen(fd, backlog) })
}

// Accept may fail, or lose a connection.
func (b *Backend) Accept(fd platform.FD) (conn platform.FD, from platform.Addr, err error) {
	err = b.make(occasion{call: Accept, fd: fd}, func() ([]platform.FD, error) {
		conn, from, err = b.real.Accept(fd)
		return []platform.FD{conn}, err
	})
	if err != nil {
		return platform.NoFD, platform.Addr{}, err
	}
	return conn, from, nil
}

// Shutdown may fail. What it then says has ended already has ended: the call is
// made all the same (DIFFERENCES C38).
func (b *Backend) Shutdown(fd platform.FD, how platform.How) error {
	o := occasion{call: Shutdown, fd: fd}
	defer b.use(o)()
	f := b.pick(o)
	if f.kind == fail && b.real.Classify(o.call.error(f.err)) != platform.ClassNotConnected {
		return o.call.error(f.err)
	}
	err := b.real.Shutdown(fd, how)
	if f.kind == fail {
		err = o.call.error(f.err)
	}
	return err
}

// LocalAddr may fail.
func (b *Backend) LocalAddr(fd platform.FD) (a platform.Addr, err error) {
	err = b.around(occasion{call: LocalAddr, fd: fd}, func(Fault) error { a, err = b.real.LocalAddr(fd); return err })
	return a, err
}

// PeerAddr may fail.
func (b *Backend) PeerAddr(fd platform.FD) (a platform.Addr, err error) {
	err = b.around(occasion{call: PeerAddr, fd: fd}, func(Fault) error { a, err = b.real.PeerAddr(fd); return err })
	return a, err
}

// SetOption may fail.
func (b *Backend) SetOption(fd platform.FD, level, name int, value []byte) error {
	return b.around(occasion{SetOption, fd, level, name}, func(Fault) error {
		return b.real.SetOption(fd, level, name, value)
	})
}
