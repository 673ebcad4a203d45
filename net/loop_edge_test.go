package net

import (
	"errors"
	"io"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCloseWhileAttaching closes a stream while a loop takes it: the loop's
// goroutine is told of the beginning before it is told of the end.
func TestCloseWhileAttaching(t *testing.T) {
	_, server := pair(t, "127.0.0.1:0")
	loop := looping(t, LoopConfig{Loops: 1})
	told := make(chan string, 2)
	s := newSession(loop.pick(), newService(hooks{
		opened: func(*Session) { told <- "opened" },
		closed: func(*Session, error) { told <- "closed" },
	}), server.d.fd)
	s.d = server.d
	closing := make(chan error, 1)
	err := s.holdAnd(server.d, func() error {
		go func() { closing <- server.d.close() }()
		until(t, "Close begins", server.d.lock.closed)
		return s.w.mail.put(letter{to: s, do: served.begin})
	})
	errorIs(t, "holdAnd", err, nil)
	errorIs(t, "Close", soon(t, "Close", closing), nil)
	got := []string{soon(t, "Opened", told), soon(t, "Closed", told)}
	if diff := cmp.Diff([]string{"opened", "closed"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestKeepAll: a handler that keeps a whole buffer and resumes at once gets it
// again, and not an end that the peer has not made.
func TestKeepAll(t *testing.T) {
	full := make(chan int, 8)
	h := endHooks{
		hooks: hooks{data: func(s *Session, p []byte) {
			full <- len(p)
			if s.Value() == nil {
				s.SetValue(true)
				s.PauseReading()
				if err := s.Keep(p); err != nil {
					t.Error(err)
				}
				s.ResumeReading()
			}
		}},
		ended: func(s *Session) { full <- -1 },
	}
	attach(t, LoopConfig{ReadBuffer: minBuffer}, h, func(t *testing.T, a attached) {
		if _, err := a.peer.Write(make([]byte, 2*minBuffer)); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if diff := cmp.Diff(minBuffer, soon(t, "Data", full)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// TestKeepNothing: a session that has nothing to keep holds no memory for it.
func TestKeepNothing(t *testing.T) {
	attach(t, LoopConfig{}, hooks{}, func(t *testing.T, a attached) {
		on(t, a.Session, func() {
			for _, p := range []string{"", "some", ""} {
				if err := a.Keep([]byte(p)); err != nil {
					t.Error(err)
				}
				if got := a.kept(); got != len(p) {
					t.Errorf("kept %d of %q", got, p)
				}
			}
			if a.more != nil && a.more.kept != nil {
				t.Errorf("%d bytes held for nothing", cap(a.more.kept))
			}
		})
	})
}

// TestReadAfterReset: a reset is an error each time, and no end.
func TestReadAfterReset(t *testing.T) {
	errs := make(chan error, 3)
	fn := func(s *Session) error {
		for range cap(errs) {
			_, err := s.Read(make([]byte, 8))
			errs <- err
		}
		return nil
	}
	peer, server := pair(t, "127.0.0.1:0")
	if _, err := looping(t, LoopConfig{}).AttachFunc(server, fn); err != nil {
		t.Fatal(err)
	}
	peer.Abort()
	for range cap(errs) {
		err := soon(t, "Read", errs)
		if !errors.Is(err, ErrReset) || errors.Is(err, io.EOF) {
			t.Errorf("Read: %v", err)
		}
	}
}

// TestPickFarOn: the count of sockets may pass what an int holds.
func TestPickFarOn(t *testing.T) {
	loop := looping(t, LoopConfig{Loops: 3})
	loop.next.Store(math.MaxInt32)
	for range 4 {
		if loop.pick() == nil {
			t.Error("no worker")
		}
	}
}

// TestClosedSessionInPoller: a session that has ended is refused.
func TestClosedSessionInPoller(t *testing.T) {
	p, err := NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, other := pair(t, "127.0.0.1:0")
	errorIs(t, "Register", p.Register(other, 1, Readable), nil)

	l := mustListen(t, "127.0.0.1:0")
	closed := make(chan error, 2)
	serving(t, looping(t, LoopConfig{OnPanic: func(_ *Session, v any) { t.Error(v); close(closed) }}), l, hooks{
		closed: func(s *Session, _ error) {
			closed <- p.Register(s, 2, Readable)
			closed <- p.Deregister(s)
		},
	})
	c, err := Connect(l.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	errorIs(t, "Register", soon(t, "Register", closed), ErrClosed)
	errorIs(t, "Deregister", soon(t, "Deregister", closed), nil)
}

// TestFullBatch has a wake-up and more events than a batch holds come while the
// worker sleeps.
func TestFullBatch(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	loop := looping(t, LoopConfig{Loops: 1})
	peers := make([]*TCPStream, maxBatch+40)
	got := make(chan struct{}, len(peers))
	var one *Session
	for i := range peers {
		client, server := pair(t, "127.0.0.1:0")
		var err error
		one, err = loop.Attach(server, hooks{data: func(*Session, []byte) { got <- struct{}{} }})
		if err != nil {
			t.Fatal(err)
		}
		peers[i] = client
	}
	on(t, one, func() {})
	until(t, "the worker sleeps", loop.workers[0].mail.asleep.Load)
	one.Post(func() {})
	for _, c := range peers {
		if _, err := c.TryWrite([]byte{1}); err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.After(patience)
	for i := range peers {
		select {
		case <-got:
		case <-deadline:
			t.Fatalf("%d of %d sessions were told", i, len(peers))
		}
	}
}
