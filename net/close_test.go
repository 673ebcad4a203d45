package net

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"
)

// promptly is how soon those who wait must learn of Close. The race detector
// and busy machines get more.
func promptly() time.Duration {
	if raceDetector {
		return time.Second
	}
	return 100 * time.Millisecond
}

// parkedCalls are calls that wait: on a stream to which nothing comes and from
// which nothing goes.
var parkedCalls = map[string]func(*TCPStream) error{
	"Read":      func(s *TCPStream) error { _, err := s.Read(make([]byte, 1)); return err },
	"ReadFull":  func(s *TCPStream) error { _, err := s.ReadFull(make([]byte, 2)); return err },
	"Peek":      func(s *TCPStream) error { _, err := s.Peek(make([]byte, 1)); return err },
	"Readable":  func(s *TCPStream) error { return s.Readable(context.Background()) },
	"Write":     func(s *TCPStream) error { _, err := s.Write(make([]byte, 1<<20)); return err },
	"WriteAll":  func(s *TCPStream) error { _, err := s.WriteAll(make([]byte, 1<<20)); return err },
	"Writable":  func(s *TCPStream) error { return s.Writable(context.Background()) },
	"Ready":     func(s *TCPStream) error { _, err := s.Ready(context.Background(), Readable); return err },
	"ReadyBoth": func(s *TCPStream) error { _, err := s.Ready(context.Background(), Readable|Writable); return err },
	"ReadBuffers": func(s *TCPStream) error {
		_, err := s.ReadBuffers([][]byte{make([]byte, 1), make([]byte, 1)})
		return err
	},
	"WriteBuffers": func(s *TCPStream) error {
		_, err := s.WriteBuffers([][]byte{make([]byte, 1<<20), make([]byte, 1)})
		return err
	},
	"ReadContext": func(s *TCPStream) error {
		_, err := s.ReadContext(context.Background(), make([]byte, 1))
		return err
	},
	"WriteContext": func(s *TCPStream) error {
		_, err := s.WriteContext(context.Background(), make([]byte, 1<<20))
		return err
	},
	"RawConn.Read": func(s *TCPStream) error {
		raw, err := s.SyscallConn()
		if err != nil {
			return err
		}
		return raw.Read(func(uintptr) bool { return false })
	},
}

// park runs call and returns where its result will be.
func park(call func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	return done
}

// waiting returns once n goroutines are in calls on s, or wait for their turn.
func waiting(t testing.TB, s Socket, n int) {
	t.Helper()
	l := &s.descriptor().lock
	until(t, strconv.Itoa(n)+" goroutines wait", func() bool {
		in := l.users()
		if c := l.crowd.Load(); c != nil {
			c.mu.Lock()
			in += len(c.queues[reading]) + len(c.queues[writing])
			c.mu.Unlock()
		}
		return in >= n
	})
}

// within is soon with the time that Close has.
func within(t *testing.T, what string, done <-chan error) error {
	t.Helper()
	began := time.Now()
	err := soon(t, what, done)
	if took := time.Since(began); took > promptly() {
		t.Errorf("%s returned after %v", what, took)
	}
	return err
}

func TestCloseWakesParked(t *testing.T) {
	for name, call := range parkedCalls {
		t.Run(name, func(t *testing.T) {
			s, _ := pair(t, "127.0.0.1:0")
			stuff(t, s)
			const crowd = 3 // one waits for the socket, the others for their turn
			var done []<-chan error
			for range crowd {
				done = append(done, park(func() error { return call(s) }))
			}
			waiting(t, s, crowd)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			for _, d := range done {
				errorIs(t, name, within(t, name, d), ErrClosed)
			}
			errorIs(t, "second Close", s.Close(), ErrClosed)
		})
	}
}

func TestCloseWakesAccept(t *testing.T) {
	for _, tt := range []struct {
		name   string
		accept func(*TCPListener) error
	}{
		{"Accept", func(l *TCPListener) error { _, err := l.Accept(); return err }},
		{"AcceptTCP", func(l *TCPListener) error { _, err := l.AcceptTCP(); return err }},
		{"AcceptContext", func(l *TCPListener) error { _, err := l.AcceptContext(context.Background()); return err }},
	} {
		t.Run("C24 "+tt.name, func(t *testing.T) {
			l := mustListen(t, "127.0.0.1:0")
			a := park(func() error { return tt.accept(l) })
			b := park(func() error { return tt.accept(l) })
			waiting(t, l, 2)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			errorIs(t, "first", within(t, tt.name, a), ErrClosed)
			errorIs(t, "second", within(t, tt.name, b), ErrClosed)
			errorIs(t, "second Close", l.Close(), ErrClosed)
		})
	}
}

// TestCloseBuilder: while Connect waits the socket can still be closed;
// afterwards it is the stream's.
func TestCloseBuilder(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		s := builder(t, NewTCPSocketV4)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		errorIs(t, "second Close", s.Close(), ErrClosed)
	})
	t.Run("while connecting", func(t *testing.T) {
		s, to := builder(t, NewTCPSocketV4), silent(t)
		done := park(func() error { _, err := s.Connect(context.Background(), to); return err })
		waiting(t, s, 1)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		errorIs(t, "Connect", within(t, "Connect", done), ErrClosed)
	})
	t.Run("after Connect", func(t *testing.T) {
		l := mustListen(t, "127.0.0.1:0")
		s := builder(t, NewTCPSocketV4)
		c, err := s.Connect(context.Background(), l.LocalAddress())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		errorIs(t, "Close of the builder", s.Close(), ErrClosed)
		if _, err := c.Write([]byte("x")); err != nil {
			t.Errorf("the stream after it: %v", err)
		}
	})
	t.Run("after Listen", func(t *testing.T) {
		s := builder(t, NewTCPSocketV4)
		l, err := s.ListenOn(LoopbackV4(0), 0)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		errorIs(t, "Close of the builder", s.Close(), ErrClosed)
		c, err := Connect(l.LocalAddress().String())
		if err != nil {
			t.Fatalf("the listener after it: %v", err)
		}
		c.Close()
	})
}

// TestCloseInCallback closes from where the descriptor is lent out.
func TestCloseInCallback(t *testing.T) {
	for _, tt := range []struct {
		name string
		lend func(s *TCPStream, fn func()) error
	}{
		{"TryIO", func(s *TCPStream, fn func()) error {
			return s.TryIO(Readable|Writable, func(int) error { fn(); return nil })
		}},
		{"Control", func(s *TCPStream, fn func()) error {
			raw, _ := s.SyscallConn()
			return raw.Control(func(uintptr) { fn() })
		}},
		{"RawConn.Read", func(s *TCPStream, fn func()) error {
			raw, _ := s.SyscallConn()
			return raw.Read(func(uintptr) bool { fn(); return true })
		}},
		{"RawConn.Write", func(s *TCPStream, fn func()) error {
			raw, _ := s.SyscallConn()
			return raw.Write(func(uintptr) bool { fn(); return true })
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			read := func() error { _, err := s.Read(make([]byte, 1)); return err }
			var reader <-chan error
			if tt.name != "RawConn.Read" { // which would wait for its turn
				reader = park(read)
				waiting(t, s, 1)
			}
			var closed error
			var open bool
			done := park(func() error {
				return tt.lend(s, func() {
					fd := number(s)
					closed = s.Close()
					open = isSocket(fd)
				})
			})
			if err := soon(t, tt.name, done); err != nil && !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
			if closed != nil || !open {
				t.Errorf("Close: %v; descriptor still open in the callback: %v", closed, open)
			}
			if reader != nil {
				errorIs(t, "parked Read", within(t, "Read", reader), ErrClosed)
			}
			errorIs(t, "Read", read(), ErrClosed)
			readAll(t, peer)
		})
	}
}
