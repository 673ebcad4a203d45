package net

import (
	"os"
	"syscall"
	"time"

	"github.com/volt-net/volt/platform"
)

// A waiter is a poller, and the way in which one goroutine waits for it.
type waiter struct {
	poller platform.Poller
	file   *os.File        // a second descriptor of the poller, for Go's own poller
	nested syscall.RawConn // the poller in Go's own poller, if it is there
}

func (w *waiter) open() error {
	p, err := sys.NewPoller()
	if err != nil {
		return err
	}
	w.poller = p
	return nil
}

// mayNest reports whether a poller can be a client of Go's.
func mayNest() bool { return goPolls && sys.Traits().NestedPoller }

// nest makes the poller a client of Go's poller, so that waiting holds neither a
// thread nor a processor. Where that cannot be, or Go's poller is to have no
// part in waiting, a thread waits.
func (w *waiter) nest() {
	if !mayNest() {
		return
	}
	twin, err := sys.Dup(w.poller.FD())
	if err != nil {
		return
	}
	file := os.NewFile(uintptr(twin), "poller")
	if file.SetDeadline(time.Time{}) == nil {
		w.nested, _ = file.SyscallConn()
	}
	if w.nested == nil {
		file.Close()
		return
	}
	w.file = file
}

// close frees the poller. Nobody may be waiting for it.
func (w *waiter) close() {
	if w.file != nil {
		w.file.Close()
	}
	w.poller.Close()
}
