package net

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/volt-net/volt/platform"
)

// leanBuild skips tests that count allocations in builds that make more: the
// race detector's, and those that reach the system through an interface.
func leanBuild(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	if reflect.TypeOf(&sys).Elem().Kind() == reflect.Interface {
		t.Skip("buffers escape through the interface of this build's backend")
	}
}

// noAllocs fails the test if do, which returns an error, allocates on average.
func noAllocs(t *testing.T, do func() error) {
	t.Helper()
	var err error
	n := testing.AllocsPerRun(200, func() {
		if e := do(); e != nil {
			err = e
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// echoing sends back what the peer sends, a byte at a time, until it ends.
func echoing(t *testing.T, s *TCPStream) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b := make([]byte, 1); ; {
			if _, err := s.Read(b); err != nil {
				return
			}
			if _, err := s.Write(b); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { s.Close(); <-done })
}

func TestAllocsTransfer(t *testing.T) {
	leanBuild(t)
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			a, b := pair(t, addr)
			a.SetDeadline(time.Now().Add(patience))
			b.SetDeadline(time.Now().Add(patience))
			out, in := []byte{1}, make([]byte, 8)
			arrives := func() error { return second(b.Peek(in[:1])) }

			for _, tt := range []struct {
				name string
				do   func() error
			}{
				{"TryRead that would block", func() error {
					if _, err := b.TryRead(in); err != ErrWouldBlock {
						return err
					}
					return nil
				}},
				{"TryWrite, Peek, TryRead", func() error {
					if _, err := a.TryWrite(out); err != nil {
						return err
					}
					if err := arrives(); err != nil {
						return err
					}
					return second(b.TryRead(in))
				}},
				{"Write, Read of what is there", func() error {
					if _, err := a.Write(out); err != nil {
						return err
					}
					if err := arrives(); err != nil {
						return err
					}
					return second(b.Read(in))
				}},
				{"WriteAll, ReadFull", func() error {
					if _, err := a.WriteAll(out); err != nil {
						return err
					}
					return second(b.ReadFull(in[:1]))
				}},
			} {
				t.Run(tt.name, func(t *testing.T) { noAllocs(t, tt.do) })
			}
		})
	}
}

// TestAllocsParked counts round trips in which both ends have to wait.
func TestAllocsParked(t *testing.T) {
	leanBuild(t)
	ctx := context.Background()
	for _, where := range []string{"in the reactor", "wherever"} {
		a, b := pair(t, "127.0.0.1:0")
		if where == "in the reactor" {
			watched(t, b) // and so both wait there
		}
		echoing(t, b)
		a.SetDeadline(time.Now().Add(patience))
		buf := []byte{1}
		for _, tt := range []struct {
			name string
			wait func() error
		}{
			{"Read", func() error { return nil }},
			{"Readable, Read", func() error { return a.Readable(ctx) }},
			{"Readable twice, Read", func() error {
				if err := a.Readable(ctx); err != nil {
					return err
				}
				return a.Readable(ctx)
			}},
			{"Peek, Read", func() error { return second(a.PeekContext(ctx, buf)) }},
		} {
			t.Run(tt.name+" "+where, func(t *testing.T) {
				noAllocs(t, func() error {
					if _, err := a.WriteContext(ctx, buf); err != nil {
						return err
					}
					if err := tt.wait(); err != nil {
						return err
					}
					return second(a.ReadContext(ctx, buf))
				})
			})
		}
	}
}

func TestAllocsDeadline(t *testing.T) {
	leanBuild(t)
	a, _ := pair(t, "127.0.0.1:0")
	at := time.Now().Add(time.Hour)
	for _, tt := range []struct {
		name string
		do   func() error
	}{
		{"later each time", func() error {
			at = at.Add(time.Second)
			return a.SetReadDeadline(at)
		}},
		{"sooner each time", func() error {
			at = at.Add(-time.Second)
			return a.SetWriteDeadline(at)
		}},
		{"set and removed", func() error {
			if err := a.SetDeadline(at); err != nil {
				return err
			}
			return a.SetDeadline(time.Time{})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { noAllocs(t, tt.do) })
	}
}

func TestAllocsOptions(t *testing.T) {
	leanBuild(t)
	s, _ := pair(t, "127.0.0.1:0")
	for _, tt := range []struct {
		name string
		do   func() error
	}{
		{"set a bool", func() error { return s.SetNoDelay(true) }},
		{"get a bool", func() error { _, err := s.NoDelay(); return err }},
		{"set an int", func() error { return s.SetTTL(33) }},
		{"get an int", func() error { _, err := s.TTL(); return err }},
		{"set a large int", func() error { return s.SetRecvBuffer(100000) }},
		{"get a large int", func() error { _, err := s.RecvBuffer(); return err }},
		{"get what the kernel says", func() error { _, err := s.RecvBufferEffective(); return err }},
		{"set a duration", func() error { return s.SetKeepAliveIdle(77 * time.Second) }},
		{"get a duration", func() error { _, err := s.KeepAliveIdle(); return err }},
		{"set two words", func() error { return s.SetLinger(-1) }},
		{"get two words", func() error { _, err := s.Linger(); return err }},
	} {
		t.Run(tt.name, func(t *testing.T) { noAllocs(t, tt.do) })
	}
}

func TestAllocsAddresses(t *testing.T) {
	leanBuild(t)
	s, _ := pair(t, "127.0.0.1:0")
	noAllocs(t, func() error {
		if s.LocalAddress() == s.PeerAddress() {
			t.Error("both ends have one address")
		}
		return nil
	})
}

// TestAllocsPoller counts a turn of the poller that finds an event.
func TestAllocsPoller(t *testing.T) {
	leanBuild(t)
	a, b := pair(t, "127.0.0.1:0")
	p, err := sys.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	const gen = 7
	if err := p.Add(platform.FD(number(b)), gen); err != nil {
		t.Fatal(err)
	}
	events := make([]platform.Event, 8)
	out, in := []byte{1}, make([]byte, 8)
	noAllocs(t, func() error {
		if _, err := a.TryWrite(out); err != nil {
			return err
		}
		for {
			n, err := p.Wait(events, patience)
			if err != nil {
				return err
			}
			if n > 0 && events[0].Gen == gen && events[0].Ready&Readable != 0 {
				break
			}
		}
		for {
			if _, err := b.TryRead(in); err == ErrWouldBlock {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
}
