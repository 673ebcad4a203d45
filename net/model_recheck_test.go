//go:build swap

package net

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// TestRecheck: after a short read that proves nothing (G32, C47), the reactor wakes
// whoever sleeps beside what is left, and leaves the others to look themselves.
func TestRecheck(t *testing.T) {
	type outcome struct {
		Left, Ready bool
		Problems    []string
	}
	tests := []struct {
		name                  string
		left                  int
		parked, event, closed bool
		exact                 bool
		want                  outcome
	}{
		{"asleep beside nothing", 0, true, false, false, false, outcome{}},
		{"asleep beside something", 3, true, false, false, false, outcome{Left: true, Ready: true}},
		{"about to sleep", 0, false, false, false, false, outcome{Ready: true}},
		{"an event came", 0, false, true, false, false, outcome{Ready: true}},
		{"its reads are a callback's", 3, true, false, false, true, outcome{Ready: true}},
		{"closed", 3, false, false, true, false, outcome{}},
	}
	if alone(t) {
		return
	}
	w := newWorld(t, 1)
	defer w.restore(sys, theReactor)()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := inDoubt(t, w.k, tt.left)
			s := &d.slots[reading]
			woken := make(chan struct{})
			if tt.parked {
				go func() {
					defer close(woken)
					if s.prepare() {
						s.sleep()
					}
				}()
				parked(t, d, reading)
			}
			if tt.event {
				s.signal(true)
			}
			if tt.exact {
				d.set(flagExact) // as SyscallConn does
			}
			if tt.closed {
				if err := d.close(); err != nil {
					t.Fatal(err)
				}
			}
			got := outcome{Left: d.recheck(), Ready: s.ready(), Problems: w.k.problems}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if tt.parked {
				s.signal(true)
				soon(t, "the goroutine wakes", woken)
			}
			s.clear()
			if d.more(2, 3); !s.ready() && !tt.closed {
				t.Error("a short read counts though nobody looks after it")
			}
		})
	}
}

// inDoubt returns a descriptor whose last read was short, and left something
// behind or not.
func inDoubt(t *testing.T, k *modelKernel, left int) *desc {
	t.Helper()
	d := newDesc(k.open(), platform.Unix, platform.Stream)
	d.set(flagConnected)
	if !d.woken(platform.Readable) || d.woken(platform.Readable) {
		t.Error("it is not the first event that leaves doubt")
	}
	k.part = 2
	k.change(d.fd, 0, func(s *modelSock) { s.in = 2 + left })
	if n, err := d.tryRead(make([]byte, 3)); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if d.slots[reading].ready() {
		t.Error("a call is thought worth making that may find nothing")
	}
	return d
}

// A resetKernel has a reset pending, which peeking uses up (C45), and reads a call
// beside before it says so.
type resetKernel struct {
	*modelKernel
	beside func()
	read   chan struct{}
}

func (k *resetKernel) Classify(err error) platform.Class {
	if errors.Is(err, syscall.ECONNRESET) {
		return platform.ClassReset
	}
	return platform.ClassNone
}

func (k *resetKernel) Peek(platform.FD, []byte) (int, error) {
	k.beside()
	<-k.read
	return 0, os.NewSyscallError("recvfrom", syscall.ECONNRESET)
}

func (k *resetKernel) Read(platform.FD, []byte) (int, error) {
	k.read <- struct{}{}
	return 0, nil
}

// TestRecheckFindsReset: a read that comes to the end while the reactor has the
// reset is told of that, and not of a mere end.
func TestRecheckFindsReset(t *testing.T) {
	if alone(t) {
		return
	}
	w := newWorld(t, 1)
	defer w.restore(sys, theReactor)()
	for range 100 {
		sys = w.k
		d := inDoubt(t, w.k, 0)
		s := &d.slots[reading]
		woken, beside := make(chan struct{}), make(chan error, 1)
		go func() {
			defer close(woken)
			if s.prepare() {
				s.sleep()
			}
		}()
		parked(t, d, reading)
		sys = &resetKernel{w.k, func() {
			go func() { _, err := d.tryRead(make([]byte, 1)); beside <- err }()
		}, make(chan struct{})}
		if !d.recheck() {
			t.Error("nobody is told of the reset")
		}
		soon(t, "the goroutine wakes", woken)
		errorIs(t, "the read", soon(t, "the read", beside), syscall.ECONNRESET)
		if t.Failed() {
			return
		}
	}
}
