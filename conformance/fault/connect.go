package fault

import (
	"encoding/binary"
	"errors"
	"syscall"

	"github.com/volt-net/volt/platform"
)

// An attempt is a connect(2) that the double has only pretended to begin.
type attempt struct {
	to   platform.Addr
	err  error // how it will end, unless that is left to the kernel
	asks int   // questions until it goes on
}

// Connect may fail, now or later, or take its time.
func (b *Backend) Connect(fd platform.FD, addr platform.Addr) error {
	return b.around(occasion{call: Connect, fd: fd}, func(f Fault) error {
		switch f.kind {
		case late, slow:
			b.mu.Lock()
			b.late[fd] = &attempt{addr, f.err, f.n}
			b.mu.Unlock()
			b.poke(fd, platform.Writable)
			return platform.ErrInProgress
		}
		return b.real.Connect(fd, addr)
	})
}

// GetOption may fail. Asked for the error of a connect that was held up, it
// brings that forward.
func (b *Backend) GetOption(fd platform.FD, level, name int, value []byte) (n int, err error) {
	err = b.around(occasion{GetOption, fd, level, name}, func(f Fault) error {
		if b.names(platform.PendingError.Info(), level, name) {
			e, ok := b.outcome(fd)
			if f.kind == pending {
				ok = errors.As(f.err, &e)
			}
			if ok {
				n = len(value)
				clear(value)
				binary.NativeEndian.PutUint32(value, uint32(e))
				return nil
			}
		}
		n, err = b.real.GetOption(fd, level, name, value)
		return err
	})
	return n, err
}

// outcome is the pending error of a connect that was held up; ok is false
// where the kernel is to tell.
func (b *Backend) outcome(fd platform.FD) (e syscall.Errno, ok bool) {
	b.mu.Lock()
	a := b.late[fd]
	switch {
	case a == nil:
		b.mu.Unlock()
		return 0, false
	case a.asks > 0:
		a.asks--
		b.mu.Unlock()
		b.poke(fd, platform.Writable)
		return 0, true
	}
	delete(b.late, fd)
	b.mu.Unlock()
	err := a.err
	if err == nil {
		err = b.real.Connect(fd, a.to)
		b.poke(fd, platform.Writable)
	}
	ok = errors.As(err, &e)
	return e, ok
}
