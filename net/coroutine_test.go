package net

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// attachFunc is attach for a function in blocking style. end gets what it
// returned.
func attachFunc(t *testing.T, c LoopConfig, fn func(*Session) error, test func(t *testing.T, a attached)) {
	run := func(t *testing.T, peer io.ReadWriteCloser, server Stream) {
		a := attached{peer: peer, end: make(chan error, 1)}
		peer.(interface{ SetDeadline(time.Time) error }).SetDeadline(time.Now().Add(patience))
		s, err := looping(t, c).AttachFunc(server, func(s *Session) error {
			err := fn(s)
			a.end <- err
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		a.Session = s
		test(t, a)
	}
	t.Run("TCP", func(t *testing.T) {
		client, server := pair(t, "127.0.0.1:0")
		run(t, client, server)
	})
	t.Run("Unix", func(t *testing.T) {
		client, server, err := UnixStreamPair()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close(); server.Close() })
		run(t, client, server)
	})
}

// echoing in blocking style.
func echoFunc(s *Session) error {
	for b := make([]byte, 4096); ; {
		n, err := s.Read(b)
		if err != nil {
			return err
		}
		if _, err := s.WriteAll(b[:n]); err != nil {
			return err
		}
	}
}

// TestServeFunc has more connections than goroutines, and more than one batch of
// events holds.
func TestServeFunc(t *testing.T) {
	for _, c := range []LoopConfig{{}, {Loops: 2, HighWater: minBuffer}} {
		l := mustListen(t, "127.0.0.1:0")
		loop := looping(t, c)
		servingUntil(t, func(ctx context.Context) error { return loop.ServeFunc(ctx, l, echoFunc) })
		clients := make([]*TCPStream, maxBatch+22)
		for i := range clients {
			s, err := Connect(l.LocalAddress().String())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			s.SetDeadline(time.Now().Add(patience))
			clients[i] = s
		}
		for _, s := range clients {
			asks(t, s, []byte("hello"))
		}
		asks(t, clients[0], payload(300<<10))
		for _, s := range clients {
			s.Close()
		}
		until(t, "all sessions have ended", func() bool { return loop.Sessions() == 0 })
	}
}

// TestCoroutineWaits for input that comes late, and for room.
func TestCoroutineWaits(t *testing.T) {
	want := payload(3 << 20)
	attachFunc(t, LoopConfig{HighWater: 64 << 10}, func(s *Session) error {
		name := make([]byte, 5)
		if _, err := io.ReadFull(s, name); err != nil {
			return err
		}
		for p := want; len(p) > 0; {
			n, err := s.Write(p[:min(len(p), 1000)])
			if err != nil {
				return err
			}
			p = p[n:]
		}
		n, err := s.WriteAll(name)
		if n != len(name) || s.Buffered() != 0 {
			t.Errorf("WriteAll left %d bytes", s.Buffered())
		}
		return err
	}, func(t *testing.T, a attached) {
		for _, c := range []byte("names") {
			if _, err := a.peer.Write([]byte{c}); err != nil {
				t.Fatal(err)
			}
			on(t, a.Session, func() {})
		}
		got, err := io.ReadAll(a.peer)
		if err != nil || !bytes.Equal(append(want[:len(want):len(want)], "names"...), got) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		errorIs(t, "the function", soon(t, "the function", a.end), nil)
	})
}

// TestCoroutineEnds: what its last call returns, and what the peer sees after.
func TestCoroutineEnds(t *testing.T) {
	mine := errors.New("mine")
	t.Run("the peer closes", func(t *testing.T) {
		attachFunc(t, LoopConfig{}, echoFunc, func(t *testing.T, a attached) {
			asks(t, a.peer, []byte("hello"))
			a.peer.Close()
			errorIs(t, "the function", soon(t, "the function", a.end), io.EOF)
		})
	})
	t.Run("an error aborts", func(t *testing.T) {
		attachFunc(t, LoopConfig{}, func(s *Session) error { s.Write([]byte("half")); return mine }, func(t *testing.T, a attached) {
			errorIs(t, "the function", soon(t, "the function", a.end), mine)
			_, err := io.ReadAll(a.peer)
			if _, ok := a.peer.(*TCPStream); ok {
				errorIs(t, "Read", err, ErrReset)
			}
		})
	})
	t.Run("the loop closes", func(t *testing.T) {
		attachFunc(t, LoopConfig{}, func(s *Session) error {
			_, err := s.Read(make([]byte, 1))
			errorIs(t, "Read again", second(s.Read(make([]byte, 1))), ErrClosed)
			errorIs(t, "Write", second(s.WriteAll([]byte{1})), ErrClosed)
			return err
		}, func(t *testing.T, a attached) {
			on(t, a.Session, func() {})
			a.w.loop.Close()
			errorIs(t, "the function", soon(t, "the function", a.end), ErrClosed)
		})
	})
	t.Run("the loop drains", func(t *testing.T) {
		told := make(chan struct{}, 1)
		attachFunc(t, LoopConfig{}, func(s *Session) error {
			p := make([]byte, 4)
			errorIs(t, "Read", second(s.Read(p)), ErrDraining)
			told <- struct{}{}
			_, err := io.ReadFull(s, p) // the message that is under way
			s.Write(p)
			return err
		}, func(t *testing.T, a attached) {
			on(t, a.Session, func() {})
			done := make(chan error, 1)
			go func() { done <- a.w.loop.Shutdown(context.Background()) }()
			soon(t, "ErrDraining", told)
			asks(t, a.peer, []byte("last"))
			errorIs(t, "the function", soon(t, "the function", a.end), nil)
			errorIs(t, "Shutdown", soon(t, "Shutdown", done), nil)
		})
	})
	t.Run("it panics", func(t *testing.T) {
		panics := make(chan any, 1)
		c := LoopConfig{OnPanic: func(_ *Session, v any) { panics <- v }}
		attachFunc(t, c, func(s *Session) error { s.Read(make([]byte, 1)); panic(mine) }, func(t *testing.T, a attached) {
			a.peer.Write([]byte{1})
			if diff := cmp.Diff(any(mine), soon(t, "OnPanic", panics), cmp.Comparer(func(a, b error) bool { return a == b })); diff != "" {
				t.Error(diff)
			}
			io.ReadAll(a.peer)
			until(t, "no session is left", func() bool { return a.w.loop.Sessions() == 0 })
		})
	})
}

// TestCoroutineDeadline ends waits for input and for room, and leaves the
// session usable.
func TestCoroutineDeadline(t *testing.T) {
	const soonish = 5 * time.Millisecond
	expired := make(chan struct{}, 1)
	attachFunc(t, LoopConfig{HighWater: minBuffer}, func(s *Session) error {
		p := make([]byte, 4)
		s.SetDeadline(time.Now().Add(time.Hour))
		begin := time.Now()
		s.SetReadDeadline(begin.Add(soonish))
		errorIs(t, "Read", second(s.Read(p)), os.ErrDeadlineExceeded)
		if early := soonish - time.Since(begin); early > 0 {
			t.Errorf("%v early", early)
		}
		errorIs(t, "Read again", second(s.Read(p)), os.ErrDeadlineExceeded)
		errorIs(t, "Readable", s.Readable(), os.ErrDeadlineExceeded)
		s.SetWriteDeadline(time.Now().Add(soonish))
		for err := error(nil); err == nil; {
			if _, err = s.WriteAll(make([]byte, 64<<10)); err != nil {
				errorIs(t, "WriteAll", err, os.ErrDeadlineExceeded)
			}
		}
		errorIs(t, "Write", second(s.Write(p)), os.ErrDeadlineExceeded)
		s.SetDeadline(time.Now().Add(-time.Second))
		errorIs(t, "Read, past", second(s.Read(p)), os.ErrDeadlineExceeded)
		s.SetDeadline(time.Time{})
		expired <- struct{}{}
		_, err := io.ReadFull(s, p)
		return err
	}, func(t *testing.T, a attached) {
		soon(t, "all deadlines pass", expired)
		a.peer.Write([]byte("more"))
		errorIs(t, "the function", soon(t, "the function", a.end), nil)
	})
}

// TestCoroutineGo blocks without stopping the loop.
func TestCoroutineGo(t *testing.T) {
	gate := make(chan struct{})
	attachFunc(t, LoopConfig{Loops: 1}, func(s *Session) error {
		if err := s.Go(func() { <-gate }); err != nil {
			return err
		}
		_, err := s.Write([]byte("done"))
		return err
	}, func(t *testing.T, a attached) {
		client, server := pair(t, "127.0.0.1:0")
		client.SetDeadline(time.Now().Add(patience))
		if _, err := a.w.loop.AttachFunc(server, echoFunc); err != nil {
			t.Fatal(err)
		}
		asks(t, client, []byte("others go on"))
		gate <- struct{}{}
		got, err := io.ReadAll(a.peer)
		if diff := cmp.Diff("done", string(got)); diff != "" || err != nil {
			t.Error(diff, err)
		}
		errorIs(t, "the function", soon(t, "the function", a.end), nil)
	})
}

// TestCoroutineGoCloses: the session ends, and the loop too, while its function
// is away.
func TestCoroutineGoCloses(t *testing.T) {
	gate, away := make(chan struct{}), make(chan struct{})
	attachFunc(t, LoopConfig{}, func(s *Session) error {
		s.Go(func() { away <- struct{}{}; <-gate })
		return second(s.Write([]byte{1}))
	}, func(t *testing.T, a attached) {
		soon(t, "the goroutine", away)
		closed := make(chan error, 1)
		go func() { closed <- a.w.loop.Close() }()
		io.ReadAll(a.peer)
		gate <- struct{}{}
		errorIs(t, "the function", soon(t, "the function", a.end), ErrClosed)
		errorIs(t, "Close", soon(t, "Close", closed), nil)
	})
}

// TestCallsThatCannotWait: outside of a coroutine they say so.
func TestCallsThatCannotWait(t *testing.T) {
	attach(t, LoopConfig{}, hooks{}, func(t *testing.T, a attached) {
		on(t, a.Session, func() {
			errorIs(t, "Read", second(a.Read(make([]byte, 1))), ErrWouldBlock)
			errorIs(t, "Readable", a.Readable(), ErrWouldBlock)
			errorIs(t, "Go", a.Go(func() { t.Error("called") }), ErrWouldBlock)
			errorIs(t, "WriteAll", second(a.WriteAll([]byte{1})), nil)
		})
	})
	attachFunc(t, LoopConfig{}, echoFunc, func(t *testing.T, a attached) {
		on(t, a.Session, func() {
			errorIs(t, "Read, posted", second(a.Read(make([]byte, 1))), ErrWouldBlock)
		})
	})
}

// TestServeFuncDeaf: a function that goes on calling after the end gets an error
// each time, and comes to its own.
func TestServeFuncDeaf(t *testing.T) {
	calls := 0
	fn := func(s *Session) error {
		calls = 0
		for range 10 * resumesPerTurn {
			if s.Readable() != nil {
				calls++
			}
		}
		return nil
	}
	attachFunc(t, LoopConfig{Loops: 1}, fn, func(t *testing.T, a attached) {
		a.Session.w.loop.Close()
		errorIs(t, "the function", soon(t, "the function", a.end), nil)
		if diff := cmp.Diff(10*resumesPerTurn, calls); diff != "" {
			t.Errorf("errors (-want +got):\n%s", diff)
		}
	})
}
