package quirk

import (
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"syscall"

	"github.com/volt-net/volt/platform"
)

// Backend passes calls on to a real backend and gives what comes back the form
// that another system has for it. It may be used by any number of goroutines;
// New makes one.
type Backend struct {
	platform.Backend
	set    Set
	traits platform.Traits

	mu      sync.Mutex
	sockets map[platform.FD]*socket
}

// socket is what the quirks of a descriptor depend on.
type socket struct {
	family platform.Family
	kind   platform.Kind
	twin   *socket // the other end of a pair
	alone  bool    // which is closed

	connected bool  // or connecting
	shared    bool  // there may be another descriptor
	reset     bool  // an error told so
	owed      bool  // a read has still to tell so
	told      bool  // a receive told that the twin is gone
	full      bool  // a send found no room
	kept      error // what peeking has told of

	shutRead, shutWrite bool
}

// New returns a backend that does what real does, with the quirks of a set.
func New(real platform.Backend, s Set) *Backend {
	b := &Backend{Backend: real, set: s, traits: *real.Traits(), sockets: map[platform.FD]*socket{}}
	b.traits.ShortReadDrains = s.Traits.ShortReadDrains
	b.traits.NestedPoller = s.Traits.NestedPoller
	b.traits.LocalAddrDies = s.Traits.LocalAddrDies
	b.traits.FullRefuses = s.Traits.FullRefuses
	return b
}

// Traits returns the real backend's, but for what the set changes.
func (b *Backend) Traits() *platform.Traits { return &b.traits }

// Classify knows the numbers of the set besides the real backend's.
func (b *Backend) Classify(err error) platform.Class {
	if b.set.WriteReset != 0 && errors.Is(err, b.set.WriteReset) {
		return platform.ClassReset
	}
	return b.Backend.Classify(err)
}

// fail is e as a backend reports it.
func fail(call string, e syscall.Errno) error { return os.NewSyscallError(call, e) }

// track notes a new descriptor.
func (b *Backend) track(fd platform.FD, s *socket) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sockets[fd] = s
}

// with gives do what is known about fd, where anything is. Descriptors that
// were made elsewhere have no quirks.
func (b *Backend) with(fd platform.FD, do func(*socket)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.sockets[fd]; s != nil {
		do(s)
	}
}

// state returns a copy of what is known about fd.
func (b *Backend) state(fd platform.FD) (s socket) {
	b.with(fd, func(known *socket) { s = *known })
	return s
}

// Socket notes the descriptor.
func (b *Backend) Socket(family platform.Family, kind platform.Kind) (platform.FD, error) {
	fd, err := b.Backend.Socket(family, kind)
	if err == nil {
		b.track(fd, &socket{family: family, kind: kind})
	}
	return fd, err
}

// SocketPair notes the descriptors.
func (b *Backend) SocketPair(kind platform.Kind) (platform.FD, platform.FD, error) {
	one, two, err := b.Backend.SocketPair(kind)
	if err == nil {
		s := &socket{family: platform.Unix, kind: kind, connected: true}
		t := &socket{family: platform.Unix, kind: kind, connected: true, twin: s}
		s.twin = t
		b.track(one, s)
		b.track(two, t)
	}
	return one, two, err
}

// Dup notes that there are two.
func (b *Backend) Dup(fd platform.FD) (platform.FD, error) {
	twin, err := b.Backend.Dup(fd)
	if err == nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		if s := b.sockets[fd]; s != nil {
			s.shared = true
			b.sockets[twin] = s
		}
	}
	return twin, err
}

// Close ends the stream as the set has it.
func (b *Backend) Close(fd platform.FD) error { return b.close(fd, b.Backend.Close) }

// CloseNow ends the stream as the set has it.
func (b *Backend) CloseNow(fd platform.FD) error { return b.close(fd, b.Backend.CloseNow) }

func (b *Backend) close(fd platform.FD, do func(platform.FD) error) error {
	s := b.state(fd)
	ends := b.set.UnreadEnds
	if s.family == platform.Unix {
		ends = b.set.UnreadEndsUnix
	}
	if ends && s.kind == platform.Stream && s.connected && !s.shared {
		b.discard(fd)
	}
	b.with(fd, func(s *socket) {
		if s.twin != nil && !s.shared {
			s.twin.alone = true
		}
		delete(b.sockets, fd)
	})
	return do(fd)
}

// discard reads what is there, and not what comes for ever.
func (b *Backend) discard(fd platform.FD) {
	var scrap [4 << 10]byte
	for range 4 << 10 {
		if n, err := b.Backend.Read(fd, scrap[:]); n == 0 || err != nil {
			return
		}
	}
}

// LocalAddr fails after a reset.
func (b *Backend) LocalAddr(fd platform.FD) (platform.Addr, error) {
	if e := b.set.LocalAddrReset; e != 0 && b.state(fd).reset {
		return platform.Addr{}, fail("getsockname", e)
	}
	return b.Backend.LocalAddr(fd)
}

// PeerAddr fails after a reset.
func (b *Backend) PeerAddr(fd platform.FD) (platform.Addr, error) {
	if e := b.set.PeerAddrReset; e != 0 && b.state(fd).reset {
		return platform.Addr{}, fail("getpeername", e)
	}
	return b.Backend.PeerAddr(fd)
}

// on is what an option that is on reads as: some bit, but not the lowest.
const on = 1 << 5

// GetOption reads switches as bits, and the error that a read is owed.
func (b *Backend) GetOption(fd platform.FD, level, name int, value []byte) (int, error) {
	n, err := b.Backend.GetOption(fd, level, name, value)
	if err != nil || n != 4 {
		return n, err
	}
	is := binary.NativeEndian.Uint32(value)
	switch b.means(level, name) {
	case pendingError:
		b.with(fd, func(s *socket) {
			var e syscall.Errno
			switch {
			case is != 0:
			case s.owed:
				s.owed, is = false, uint32(b.set.ReadReset)
			case errors.As(s.kept, &e):
				s.kept, is = nil, uint32(e)
			}
		})
	case toggle:
		if b.set.MaskedBools && is != 0 {
			is = on
		}
	}
	binary.NativeEndian.PutUint32(value, is)
	return n, nil
}

// meaning is what the number of an option stands for.
type meaning uint8

const (
	other meaning = iota
	toggle
	pendingError
)

// means looks the option up. Several of ours may be one of the kernel's, and
// not all of them toggles.
func (b *Backend) means(level, name int) (m meaning) {
	for _, info := range platform.AllOptions {
		row := info.Row(b.traits.Options)
		switch {
		case row.Absent != "" || row.Level != level || row.Name != name:
		case info == platform.PendingError.Info():
			return pendingError
		case row.Wire != platform.CBool:
			return other
		default:
			m = toggle
		}
	}
	return m
}
