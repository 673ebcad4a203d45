package net

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func polling(t testing.TB) *Poller {
	t.Helper()
	p, err := NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// gather waits until each socket has reported at least what want says of its
// token, and returns the union of what it did.
func gather(t testing.TB, p *Poller, want map[uint64]Ready) map[uint64]Ready {
	t.Helper()
	got := map[uint64]Ready{}
	missing := func() bool {
		for token, r := range want {
			if got[token]&r != r {
				return true
			}
		}
		return false
	}
	events := make([]Event, 4)
	for end := time.Now().Add(patience); missing(); {
		n, err := p.Wait(events, time.Until(end))
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			t.Fatalf("got %v, want at least %v", got, want)
		}
		for _, ev := range events[:n] {
			got[ev.Token] |= ev.Ready
		}
	}
	return got
}

// TestPollerFlags shows the flags that each state of a connection has on every
// system (DIFFERENCES H5 to H13).
func TestPollerFlags(t *testing.T) {
	both := Readable | Writable
	for _, tt := range []struct {
		name     string
		interest Interest
		do       func(peer, s *TCPStream)
		want     Ready
		never    Ready
	}{
		{"H5 idle", both, func(_, _ *TCPStream) {}, Writable, Readable | ReadClosed | WriteClosed | ReadyError},
		{"H6 data", both, func(peer, _ *TCPStream) { peer.Write([]byte{1}) }, both, ReadClosed | WriteClosed | ReadyError},
		{"H7 the peer ends", both, func(peer, _ *TCPStream) { peer.CloseWrite() }, both | ReadClosed, WriteClosed | ReadyError},
		{"H7 seen by a writer", Writable, func(peer, _ *TCPStream) { peer.CloseWrite() }, Writable, Readable | ReadClosed},
		{"H10 shut here", both, func(_, s *TCPStream) { s.CloseWrite() }, Writable | WriteClosed, Readable | ReadClosed | ReadyError},
		{"H12 both end", both, func(peer, s *TCPStream) { peer.CloseWrite(); s.CloseWrite() }, both | ReadClosed | WriteClosed, ReadyError},
		{"H13 reset", both, func(peer, _ *TCPStream) { peer.Abort() }, both | ReadyError, 0},
		{"H13 seen by a reader", Readable, func(peer, _ *TCPStream) { peer.Abort() }, Readable | ReadyError, Writable | WriteClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := polling(t)
			peer, s := pair(t, "127.0.0.1:0")
			if err := p.Register(s, 7, tt.interest); err != nil {
				t.Fatal(err)
			}
			tt.do(peer, s)
			got := gather(t, p, map[uint64]Ready{7: tt.want})
			if got[7]&tt.never != 0 {
				t.Errorf("got %v", got[7])
			}
		})
	}
}

// TestH1PollerFresh: a socket that has not begun to connect or listen is ready
// for nothing, and what becomes of it is reported to who watches it since then.
func TestH1PollerFresh(t *testing.T) {
	p := polling(t)
	var sockets [2]*TCPSocket
	for token := range sockets {
		s, err := NewTCPSocketV4()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Bind(LoopbackV4(0)); err != nil {
			t.Fatal(err)
		}
		if err := p.Register(s, uint64(token), Readable|Writable); err != nil {
			t.Fatal(err)
		}
		sockets[token] = s
	}
	quiet(t, p)
	l, err := sockets[0].Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := sockets[1].Connect(context.Background(), l.LocalAddress())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	want := map[uint64]Ready{0: Readable, 1: Writable}
	if diff := cmp.Diff(want, gather(t, p, want)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestPollerKinds watches a socket of each kind at once.
func TestPollerKinds(t *testing.T) {
	p := polling(t)
	l := mustListen(t, "127.0.0.1:0")
	u := bound(t, LoopbackV4(0))
	a, b, err := UnixStreamPair()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	defer b.Close()
	for token, s := range []Socket{l, u, a} {
		if err := p.Register(s, uint64(token), Readable); err != nil {
			t.Fatal(err)
		}
	}
	c, err := ConnectContext(context.Background(), l.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := bound(t, LoopbackV4(0)).SendTo([]byte{1}, u.LocalAddress()); err != nil {
		t.Fatal(err)
	}
	b.Write([]byte{1})
	want := map[uint64]Ready{0: Readable, 1: Readable, 2: Readable}
	if diff := cmp.Diff(want, gather(t, p, want)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestPollerModify changes token and interest, and reports again what is ready.
func TestPollerModify(t *testing.T) {
	p := polling(t)
	peer, s := pair(t, "127.0.0.1:0")
	errorIs(t, "Modify before", p.Modify(s, 1, Readable), ErrNotFound)
	errorIs(t, "Deregister before", p.Deregister(s), nil)
	errorIs(t, "Register", p.Register(s, 1, Readable), nil)
	peer.Write([]byte{1})
	gather(t, p, map[uint64]Ready{1: Readable})
	for token := uint64(2); token < 5; token++ {
		errorIs(t, "Modify", p.Modify(s, token, Readable|Writable), nil)
		want := map[uint64]Ready{token: Readable | Writable}
		if diff := cmp.Diff(want, gather(t, p, want)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	}
	errorIs(t, "Register again", p.Register(s, 9, Writable), nil)
	if diff := cmp.Diff(map[uint64]Ready{9: Writable}, gather(t, p, map[uint64]Ready{9: Writable})); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	errorIs(t, "Deregister", p.Deregister(s), nil)
	peer.Write([]byte{1})
	quiet(t, p)
}

// quiet fails the test if anything is reported.
func quiet(t testing.TB, p *Poller) {
	t.Helper()
	events := make([]Event, 1)
	if n, err := p.Wait(events, 0); n != 0 || err != nil {
		t.Errorf("Wait: %v, %v", events[:n], err)
	}
}

// TestH25PollerForgets: a socket that is closed is not reported any more, not
// even by a copy of its descriptor, or under a number that is used again (H26).
func TestH25PollerForgets(t *testing.T) {
	p := polling(t)
	for range 100 {
		peer, s := pair(t, "127.0.0.1:0")
		file, err := s.File()
		if err != nil {
			t.Fatal(err)
		}
		errorIs(t, "Register", p.Register(s, 1, Readable|Writable), nil)
		peer.Write([]byte{1})
		s.Close()
		again, other := pair(t, "127.0.0.1:0") // one of them has the number now
		errorIs(t, "Register", p.Register(again, 2, Readable), nil)
		peer.Write([]byte{1})
		quiet(t, p)
		other.Write([]byte{1})
		want := map[uint64]Ready{2: Readable}
		if diff := cmp.Diff(want, gather(t, p, want)); diff != "" {
			t.Fatalf("events (-want +got):\n%s", diff)
		}
		file.Close()
		peer.Close()
		other.Close()
		again.Close()
		errorIs(t, "Register after Close", p.Register(s, 1, Readable), ErrClosed)
	}
}

// TestH32PollerTimeouts are never early, and none is refused.
func TestH32PollerTimeouts(t *testing.T) {
	p := polling(t)
	_, s := pair(t, "127.0.0.1:0")
	errorIs(t, "Register", p.Register(s, 1, Readable), nil)
	events := make([]Event, 1)
	for _, d := range []time.Duration{0, 1, time.Microsecond, time.Millisecond, 1500 * time.Microsecond} {
		begin := time.Now()
		if n, err := p.Wait(events, d); n != 0 || err != nil {
			t.Errorf("%v: %d, %v", d, n, err)
		}
		if took := time.Since(begin); took < d {
			t.Errorf("%v took %v", d, took)
		}
	}
	for _, d := range []time.Duration{24 * time.Hour, math.MaxInt64, -1} {
		done := make(chan error, 1)
		go func() {
			n, err := p.Wait(events, d)
			if n != 0 && err == nil {
				err = errors.New("an event")
			}
			done <- err
		}()
		errorIs(t, "Wake", p.Wake(), nil)
		errorIs(t, d.String(), soon(t, d.String(), done), nil)
	}
}

// TestH31PollerWake from many goroutines ends a wait; Close ends it for good.
func TestH31PollerWake(t *testing.T) {
	p := polling(t)
	var run sync.WaitGroup
	for range 8 {
		run.Go(func() {
			for range 100 {
				p.Wake()
			}
		})
	}
	run.Wait()
	events := make([]Event, 1)
	if n, err := p.Wait(events, -1); n != 0 || err != nil {
		t.Errorf("Wait: %d, %v", n, err)
	}
	done := make(chan error, 1)
	go func() { _, err := p.Wait(events, -1); done <- err }()
	errorIs(t, "Close", p.Close(), nil)
	errorIs(t, "Wait", soon(t, "Wait", done), ErrClosed)
	_, s := pair(t, "127.0.0.1:0")
	for name, do := range map[string]func() error{
		"Wait":       func() error { return second(p.Wait(events, 0)) },
		"Wake":       p.Wake,
		"Register":   func() error { return p.Register(s, 1, Readable) },
		"Modify":     func() error { return p.Modify(s, 1, Readable) },
		"Deregister": func() error { return p.Deregister(s) },
		"Close":      p.Close,
	} {
		errorIs(t, name+" after Close", do(), ErrClosed)
	}
}

// TestPollerRefuses what makes no sense.
func TestPollerRefuses(t *testing.T) {
	p := polling(t)
	_, s := pair(t, "127.0.0.1:0")
	var re *RangeError
	for _, interest := range []Interest{0, ReadyError, Readable | ReadClosed} {
		if err := p.Register(s, 1, interest); !errors.As(err, &re) {
			t.Errorf("Register for %v: %v", interest, err)
		}
	}
	if _, err := p.Wait(nil, 0); !errors.As(err, &re) {
		t.Errorf("Wait without room: %v", err)
	}
}

// TestPollerLeavesSockets: Close of a poller is nothing to its sockets, which
// other pollers may watch at the same time (DIFFERENCES H30).
func TestPollerLeavesSockets(t *testing.T) {
	p, q := polling(t), polling(t)
	peer, s := pair(t, "127.0.0.1:0")
	for _, poller := range []*Poller{p, q} {
		errorIs(t, "Register", poller.Register(s, 1, Readable), nil)
	}
	peer.Write([]byte{1})
	gather(t, p, map[uint64]Ready{1: Readable})
	gather(t, q, map[uint64]Ready{1: Readable})
	errorIs(t, "Close", p.Close(), nil)
	s.SetDeadline(time.Now().Add(patience))
	errorIs(t, "Read", second(s.Read(make([]byte, 8))), nil)
	peer.Write([]byte{1})
	gather(t, q, map[uint64]Ready{1: Readable})
	s.Close()
	quiet(t, q)
}
