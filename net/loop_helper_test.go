package net

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hooks is a Handler made of functions, each of which may be left out.
type hooks struct {
	opened, writable func(*Session)
	data             func(*Session, []byte)
	closed           func(*Session, error)
}

func (h hooks) Opened(s *Session) {
	if h.opened != nil {
		h.opened(s)
	}
}

func (h hooks) Data(s *Session, p []byte) {
	if h.data != nil {
		h.data(s, p)
	}
}

func (h hooks) Writable(s *Session) {
	if h.writable != nil {
		h.writable(s)
	}
}

func (h hooks) Closed(s *Session, err error) {
	if h.closed != nil {
		h.closed(s, err)
	}
}

// endHooks also wants to know of the peer's end, and drainHooks of Shutdown.
type endHooks struct {
	hooks
	ended func(*Session)
}

func (h endHooks) Ended(s *Session) { h.ended(s) }

type drainHooks struct {
	hooks
	draining func(*Session)
}

func (h drainHooks) Draining(s *Session) { h.draining(s) }

// echoes sends back what comes, in as many pieces as Write takes.
type echoes struct{ NopHandler }

func (echoes) Data(s *Session, p []byte) {
	n, err := s.Write(p)
	if errors.Is(err, ErrWouldBlock) {
		s.PauseReading()
		s.Keep(p[n:])
	}
}

func (echoes) Writable(s *Session) { s.ResumeReading() }

// looping makes a loop that is closed with t.
func looping(t testing.TB, c LoopConfig) *Loop {
	t.Helper()
	l, err := NewLoop(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// serving serves h on a listener until the test ends.
func serving(t testing.TB, loop *Loop, l Listener, h Handler) {
	t.Helper()
	servingUntil(t, func(ctx context.Context) error { return loop.Serve(ctx, l, h) })
}

func servingUntil(t testing.TB, serve func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := soon(t, "Serve ends", done); !errors.Is(err, context.Canceled) && !errors.Is(err, ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// attached is a session and its peer. end gets what Closed got.
type attached struct {
	*Session
	peer io.ReadWriteCloser
	tcp  *TCPStream // the peer, if it is TCP
	end  chan error
}

// attach hands one end of a connection of each kind to a loop.
func attach(t *testing.T, c LoopConfig, h Handler, test func(t *testing.T, a attached)) {
	t.Run("TCP", func(t *testing.T) {
		client, server := pair(t, "127.0.0.1:0")
		client.SetDeadline(time.Now().Add(patience))
		a := attached{peer: client, tcp: client, end: make(chan error, 1)}
		a.Session = attachOne(t, looping(t, c), server, h, a.end)
		test(t, a)
	})
	t.Run("Unix", func(t *testing.T) {
		client, server, err := UnixStreamPair()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close(); server.Close() })
		client.SetDeadline(time.Now().Add(patience))
		a := attached{peer: client, end: make(chan error, 1)}
		a.Session = attachOne(t, looping(t, c), server, h, a.end)
		test(t, a)
	})
}

// ending passes on what a Handler is told, and the end to a channel.
type ending struct {
	Handler
	end chan<- error
}

func (h ending) Closed(s *Session, err error) {
	h.Handler.Closed(s, err)
	h.end <- err
}

func attachOne(t *testing.T, loop *Loop, stream Stream, h Handler, end chan error) *Session {
	t.Helper()
	told := Handler(ending{h, end})
	switch h := h.(type) {
	case endHooks:
		h.closed = func(_ *Session, err error) { end <- err }
		told = h
	case drainHooks:
		h.closed = func(_ *Session, err error) { end <- err }
		told = h
	}
	s, err := loop.Attach(stream, told)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// on runs fn on the session's loop and waits for it.
func on(t testing.TB, s *Session, fn func()) {
	t.Helper()
	done := make(chan struct{})
	if err := s.Post(func() { fn(); close(done) }); err != nil {
		t.Fatal(err)
	}
	soon(t, "a posted function", done)
}

// asks writes a message and reads as much back.
func asks(t testing.TB, c io.ReadWriter, message []byte) {
	t.Helper()
	sent := make(chan error, 1)
	go func() { sent <- second(c.Write(message)) }()
	got := make([]byte, len(message))
	if _, err := io.ReadFull(c, got); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Write", soon(t, "Write", sent), nil)
	if diff := cmp.Diff(string(message), string(got)); diff != "" {
		t.Errorf("echo (-want +got):\n%.300s", diff)
	}
}
