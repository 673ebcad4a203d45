package net

import (
	"context"
	"errors"
	stdnet "net"
	"os"
	"testing"
	"time"
)

// timedOut fails the test unless err is an expired deadline in every way that
// programs ask.
func timedOut(t *testing.T, what string, err error) {
	t.Helper()
	errorIs(t, what, err, os.ErrDeadlineExceeded)
	var e stdnet.Error
	if !errors.As(err, &e) || !e.Timeout() {
		t.Errorf("%s: %v does not claim to be a timeout", what, err)
	}
}

// setterOf returns what sets the deadline that ends a call of parkedCalls.
func setterOf(s *TCPStream, name string) func(time.Time) error {
	switch name {
	case "Write", "WriteAll", "Writable", "WriteBuffers", "WriteContext":
		return s.SetWriteDeadline
	case "ReadyBoth":
		return s.SetDeadline
	}
	return s.SetReadDeadline
}

// insisting repeats a call whose answer is a hint until it fails, and uses up
// the room that it was told of.
func insisting(call func(*TCPStream) error) func(*TCPStream) error {
	more := make([]byte, 64<<10)
	return func(s *TCPStream) error {
		for {
			if err := call(s); err != nil {
				return err
			}
			for err := error(nil); err == nil; {
				_, err = s.TryWrite(more)
			}
		}
	}
}

func TestDeadlines(t *testing.T) {
	const brief = 15 * time.Millisecond
	for name, call := range parkedCalls {
		if name == "Writable" || name == "ReadyBoth" {
			call = insisting(call)
		}
		t.Run(name, func(t *testing.T) {
			s, _ := pair(t, "127.0.0.1:0")
			stuff(t, s)
			set := setterOf(s, name)
			mustSet := func(at time.Time) {
				t.Helper()
				if err := set(at); err != nil {
					t.Fatal(err)
				}
			}

			mustSet(time.Now().Add(-time.Second))
			timedOut(t, "past", within(t, name, park(func() error { return call(s) })))
			timedOut(t, "past, again", within(t, name, park(func() error { return call(s) })))

			began := time.Now()
			mustSet(began.Add(brief))
			timedOut(t, "future", soon(t, name, park(func() error { return call(s) })))
			if took := time.Since(began); took < brief || took > brief+promptly() {
				t.Errorf("future: after %v, not %v", took, brief)
			}

			mustSet(time.Time{})
			done := park(func() error { return call(s) })
			waiting(t, s, 1)
			mustSet(time.Now().Add(brief))
			timedOut(t, "set while parked", within(t, name, done))

			mustSet(time.Now().Add(time.Hour))
			done = park(func() error { return call(s) })
			waiting(t, s, 1)
			mustSet(time.Now())
			timedOut(t, "moved to now while parked", within(t, name, done))
		})
	}
}

// TestMovedDeadlineSpares: one that was moved away does not end the call.
func TestMovedDeadlineSpares(t *testing.T) {
	const near, far = 100 * time.Millisecond, 300 * time.Millisecond
	for name, later := range map[string]func() time.Time{
		"later":   func() time.Time { return time.Now().Add(far) },
		"removed": func() time.Time { return time.Time{} },
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := pair(t, "127.0.0.1:0")
			s.SetReadDeadline(time.Now().Add(near))
			done := park(func() error { return second(s.Read(make([]byte, 1))) })
			waiting(t, s, 1)
			s.SetReadDeadline(later())
			staysParked(t, done, near+20*time.Millisecond)
			if name == "removed" {
				s.SetReadDeadline(time.Unix(1, 0))
			}
			timedOut(t, "Read", soon(t, "Read", done))
		})
	}
}

// TestDeadlineWakesAll: a deadline is everybody's, also of those who wait for
// their turn.
func TestDeadlineWakesAll(t *testing.T) {
	s, _ := pair(t, "127.0.0.1:0")
	var done []<-chan error
	for range 5 {
		done = append(done, park(func() error { return second(s.Read(make([]byte, 1))) }))
	}
	waiting(t, s, 5)
	if err := s.SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, d := range done {
		timedOut(t, "Read", within(t, "Read", d))
	}
}

// TestDeadlineSides: each direction has its own, and Try calls have none.
func TestDeadlineSides(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	if err := s.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte("x")); err != nil {
		t.Errorf("Write under the deadline of reading: %v", err)
	}
	if _, err := peer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	peer.ReadFull(make([]byte, 1))
	timedOut(t, "Read with data there", second(s.Read(make([]byte, 1))))
	if _, err := s.TryRead(make([]byte, 1)); err != nil && err != ErrWouldBlock {
		t.Errorf("TryRead: %v", err)
	}
	if err := s.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := s.SetWriteDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	timedOut(t, "Write with room", second(s.Write([]byte("x"))))
	if _, err := s.TryWrite([]byte("x")); err != nil {
		t.Errorf("TryWrite: %v", err)
	}
}

// TestH32FarDeadlines: some systems refuse long waits; none may end early.
func TestH32FarDeadlines(t *testing.T) {
	for _, far := range []time.Duration{24 * time.Hour, 50 * 24 * time.Hour, 292 * 365 * 24 * time.Hour} {
		for _, at := range []time.Time{time.Now().Add(far), time.Now().AddDate(300, 0, 0), time.Unix(1<<40, 0)} {
			s, peer := pair(t, "127.0.0.1:0")
			if err := s.SetDeadline(at); err != nil {
				t.Fatal(err)
			}
			done := park(func() error { return second(s.Read(make([]byte, 1))) })
			staysParked(t, done, 5*time.Millisecond)
			if _, err := peer.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			if err := soon(t, "Read", done); err != nil {
				t.Errorf("deadline %v: %v", at, err)
			}
		}
	}
}

func TestAcceptDeadline(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	l.SetDeadline(time.Now().Add(10 * time.Millisecond))
	for range 2 {
		_, err := l.Accept()
		timedOut(t, "Accept", err)
	}
	l.SetDeadline(time.Time{})
	client, server, err := connectPair(l)
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	server.Close()
}

// contextCalls are the forms with a context of calls that wait.
var contextCalls = map[string]func(context.Context, *TCPStream) error{
	"ReadContext":     func(c context.Context, s *TCPStream) error { return second(s.ReadContext(c, make([]byte, 1))) },
	"ReadFullContext": func(c context.Context, s *TCPStream) error { return second(s.ReadFullContext(c, make([]byte, 2))) },
	"PeekContext":     func(c context.Context, s *TCPStream) error { return second(s.PeekContext(c, make([]byte, 1))) },
	"ReadBuffersContext": func(c context.Context, s *TCPStream) error {
		return second(s.ReadBuffersContext(c, [][]byte{make([]byte, 1)}))
	},
	"WriteContext":    func(c context.Context, s *TCPStream) error { return second(s.WriteContext(c, make([]byte, 1<<20))) },
	"WriteAllContext": func(c context.Context, s *TCPStream) error { return second(s.WriteAllContext(c, make([]byte, 1<<20))) },
	"WriteBuffersContext": func(c context.Context, s *TCPStream) error {
		_, err := s.WriteBuffersContext(c, [][]byte{make([]byte, 1<<20)})
		return err
	},
	"Readable":    func(c context.Context, s *TCPStream) error { return s.Readable(c) },
	"Writable":    func(c context.Context, s *TCPStream) error { return s.Writable(c) },
	"Ready read":  func(c context.Context, s *TCPStream) error { _, err := s.Ready(c, Readable); return err },
	"Ready write": func(c context.Context, s *TCPStream) error { _, err := s.Ready(c, Writable); return err },
	"Ready both":  func(c context.Context, s *TCPStream) error { _, err := s.Ready(c, Readable|Writable); return err },
}

func TestContexts(t *testing.T) {
	for name, call := range contextCalls {
		t.Run(name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			stuff(t, s)
			ctx, cancel := context.WithCancel(context.Background())
			var done []<-chan error
			for range 3 {
				done = append(done, park(func() error { return call(ctx, s) }))
			}
			waiting(t, s, 3)
			cancel()
			for _, d := range done {
				errorIs(t, "parked", within(t, name, d), context.Canceled)
			}
			errorIs(t, "cancelled before", call(ctx, s), context.Canceled)

			ctx, cancel = context.WithTimeout(context.Background(), 10*time.Millisecond)
			defer cancel()
			errorIs(t, "expired", within(t, name, park(func() error { return call(ctx, s) })), context.DeadlineExceeded)

			// One who gave up leaves the turn to others.
			ctx, cancel = context.WithCancel(context.Background())
			defer cancel()
			last := park(func() error { return call(ctx, s) })
			waiting(t, s, 1)
			if _, err := peer.Write([]byte("xy")); err != nil {
				t.Fatal(err)
			}
			peer.SetReadDeadline(time.Now().Add(patience))
			drained := park(func() error {
				for {
					if _, err := peer.Read(make([]byte, 1<<20)); err != nil {
						return nil
					}
				}
			})
			if err := soon(t, name, last); err != nil {
				t.Errorf("after others gave up: %v", err)
			}
			s.Abort()
			soon(t, "the drain", drained)
		})
	}
}

// TestContextOfWaiting ends one who waits for his turn, not the one whose turn
// it is.
func TestContextOfWaiting(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	first := park(func() error { return second(s.Read(make([]byte, 1))) })
	waiting(t, s, 1)
	ctx, cancel := context.WithCancel(context.Background())
	next := park(func() error { return second(s.ReadContext(ctx, make([]byte, 1))) })
	waiting(t, s, 2)
	cancel()
	errorIs(t, "the one who waits", within(t, "Read", next), context.Canceled)
	if _, err := peer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := soon(t, "Read", first); err != nil {
		t.Errorf("the one whose turn it is: %v", err)
	}
}
