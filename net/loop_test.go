package net

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLoopConfig(t *testing.T) {
	for name, c := range map[string]LoopConfig{
		"LoopConfig.Loops":      {Loops: -1},
		"LoopConfig.ReadBuffer": {ReadBuffer: minBuffer - 1},
		"LoopConfig.HighWater":  {HighWater: maxBuffer + 1},
	} {
		_, err := NewLoop(c)
		var re *RangeError
		if !errors.As(err, &re) || re.Option != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLoopEcho serves listeners of each kind, in each arrangement of loops, to
// more clients than one batch of events holds.
func TestLoopEcho(t *testing.T) {
	configs := map[string]LoopConfig{
		"one loop":    {Loops: 1},
		"three loops": {Loops: 3},
		"local":       {Loops: 2, AcceptLocal: true},
		"tight":       {Loops: 2, ReadBuffer: minBuffer, HighWater: minBuffer},
	}
	for name, c := range configs {
		t.Run(name+"/TCP", func(t *testing.T) {
			l := mustListen(t, "127.0.0.1:0")
			addr := l.LocalAddress().String()
			loopEcho(t, c, l, func() (io.ReadWriteCloser, error) { return Connect(addr) })
		})
		t.Run(name+"/Unix", func(t *testing.T) {
			l, err := ListenUnix(freshPath(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			loopEcho(t, c, l, func() (io.ReadWriteCloser, error) { return ConnectUnix(l.LocalAddress()) })
		})
	}
}

func loopEcho(t *testing.T, c LoopConfig, l Listener, dial func() (io.ReadWriteCloser, error)) {
	loop := looping(t, c)
	serving(t, loop, l, echoes{})
	clients := maxBatch + 22
	if testing.Short() {
		clients = 20
	}
	var run sync.WaitGroup
	for i := range clients {
		run.Go(func() {
			c, err := dial()
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			c.(interface{ SetDeadline(time.Time) error }).SetDeadline(time.Now().Add(patience))
			for round := range 5 {
				asks(t, c, fmt.Appendf(nil, "%d in round %d", i, round))
			}
			if i%10 == 0 {
				asks(t, c, payload(300<<10))
			}
		})
	}
	run.Wait()
	until(t, "all sessions have ended", func() bool { return loop.Sessions() == 0 })
}

// payload is n bytes that are not all alike.
func payload(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

// TestLoopSpread: each connection goes to the next loop, or stays with the one
// that accepted it.
func TestLoopSpread(t *testing.T) {
	for _, tt := range []struct {
		local bool
		want  []int
	}{{false, []int{4, 4, 4}}, {true, []int{12, 0, 0}}} {
		t.Run(fmt.Sprint(tt.local), func(t *testing.T) {
			loop := looping(t, LoopConfig{Loops: 3, AcceptLocal: tt.local})
			opened := make(chan *worker, 12)
			l := mustListen(t, "127.0.0.1:0")
			serving(t, loop, l, hooks{opened: func(s *Session) { opened <- s.w }})
			counts := map[*worker]int{}
			for range cap(opened) {
				c, err := Connect(l.LocalAddress().String())
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				counts[soon(t, "Opened", opened)]++
			}
			got := make([]int, 0, 3)
			for _, w := range loop.workers {
				got = append(got, counts[w])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("sessions of each loop (-want +got):\n%s", diff)
			}
		})
	}
}

// TestServeEnds: what ends Serve, and with which error. The sessions stay, and
// the listener is again what it was.
func TestServeEnds(t *testing.T) {
	t.Run("the context", func(t *testing.T) {
		loop, l := looping(t, LoopConfig{}), mustListen(t, "127.0.0.1:0")
		for range 3 {
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error, 1)
			go func() { done <- loop.Serve(ctx, l, echoes{}) }()
			c, err := Connect(l.LocalAddress().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(patience))
			asks(t, c, []byte("before"))
			cancel()
			errorIs(t, "Serve", soon(t, "Serve", done), context.Canceled)
			asks(t, c, []byte("after"))
		}
		client, server, err := connectPair(l)
		if err != nil {
			t.Fatal(err)
		}
		client.Close()
		server.Close()
	})
	t.Run("the listener", func(t *testing.T) {
		loop, l := looping(t, LoopConfig{}), mustListen(t, "127.0.0.1:0")
		done := make(chan error, 1)
		go func() { done <- loop.Serve(context.Background(), l, echoes{}) }()
		until(t, "the listener is watched", func() bool { return loop.table.at(l.d.fd) != nil })
		errorIs(t, "Close", l.Close(), nil)
		errorIs(t, "Serve", soon(t, "Serve", done), ErrClosed)
		errorIs(t, "Serve again", loop.Serve(context.Background(), l, echoes{}), ErrClosed)
	})
	t.Run("the loop", func(t *testing.T) {
		loop, l := looping(t, LoopConfig{}), mustListen(t, "127.0.0.1:0")
		done := make(chan error, 1)
		go func() { done <- loop.Serve(context.Background(), l, echoes{}) }()
		until(t, "the listener is watched", func() bool { return loop.table.at(l.d.fd) != nil })
		errorIs(t, "Serve twice", loop.Serve(context.Background(), l, echoes{}), ErrInvalidState)
		loop.Close()
		errorIs(t, "Serve", soon(t, "Serve", done), ErrClosed)
		errorIs(t, "Serve again", loop.Serve(context.Background(), l, echoes{}), ErrClosed)
		client, server := pair(t, "127.0.0.1:0")
		_, err := loop.Attach(server, echoes{})
		errorIs(t, "Attach", err, ErrClosed)
		server.SetDeadline(time.Now().Add(patience))
		client.Write([]byte("still usable"))
		errorIs(t, "Read", second(server.ReadFull(make([]byte, 12))), nil)
	})
}

// TestAttachRefuses what is no stream, no open one, or in a loop already.
func TestAttachRefuses(t *testing.T) {
	loop := looping(t, LoopConfig{})
	_, s := pair(t, "127.0.0.1:0")
	if _, err := loop.Attach(s, echoes{}); err != nil {
		t.Fatal(err)
	}
	_, err := loop.Attach(s, echoes{})
	errorIs(t, "twice", err, ErrInvalidState)
	_, err = loop.Attach(bound(t, LoopbackV4(0)), echoes{})
	errorIs(t, "a UDP socket", err, ErrWrongType)
	_, s = pair(t, "127.0.0.1:0")
	s.Close()
	_, err = loop.Attach(s, echoes{})
	errorIs(t, "closed", err, ErrClosed)
}

// TestAttachWatched hands over a stream that the reactor watches, and one that
// waits in Go's own poller.
func TestAttachWatched(t *testing.T) {
	for name, before := range map[string]func(*testing.T, *TCPStream){
		"fresh":   func(*testing.T, *TCPStream) {},
		"reactor": func(t *testing.T, s *TCPStream) { watched(t, s) },
		"waited": func(t *testing.T, s *TCPStream) {
			s.SetReadDeadline(time.Now().Add(time.Millisecond))
			errorIs(t, "Read", second(s.Read(make([]byte, 1))), os.ErrDeadlineExceeded)
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := pair(t, "127.0.0.1:0")
			client.SetDeadline(time.Now().Add(patience))
			before(t, server)
			client.Write([]byte("what came before"))
			if _, err := looping(t, LoopConfig{}).Attach(server, echoes{}); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 16)
			if _, err := client.ReadFull(got); err != nil {
				t.Fatal(err)
			}
			asks(t, client, []byte("and after"))
		})
	}
}

// TestShutdown lets sessions finish: at once, when they say so, or not before
// the context ends.
func TestShutdown(t *testing.T) {
	t.Run("at once", func(t *testing.T) {
		attach(t, LoopConfig{}, hooks{}, func(t *testing.T, a attached) {
			on(t, a.Session, func() { a.Write([]byte("last words")) })
			errorIs(t, "Shutdown", a.w.loop.Shutdown(t.Context()), nil)
			errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
			got, err := io.ReadAll(a.peer)
			if diff := cmp.Diff("last words", string(got)); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	})
	t.Run("when they say so", func(t *testing.T) {
		draining := make(chan struct{})
		attach(t, LoopConfig{}, drainHooks{
			hooks:    hooks{data: func(s *Session, p []byte) { s.Write(p); s.CloseAfterFlush() }},
			draining: func(s *Session) { draining <- struct{}{} },
		}, func(t *testing.T, a attached) {
			done := make(chan error, 1)
			go func() { done <- a.w.loop.Shutdown(context.Background()) }()
			soon(t, "Draining", draining)
			select {
			case err := <-done:
				t.Fatal("Shutdown did not wait:", err)
			default:
			}
			asks(t, a.peer, []byte("the rest"))
			errorIs(t, "Shutdown", soon(t, "Shutdown", done), nil)
		})
	})
	t.Run("not before", func(t *testing.T) {
		attach(t, LoopConfig{}, drainHooks{draining: func(*Session) {}}, func(t *testing.T, a attached) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			errorIs(t, "Shutdown", a.w.loop.Shutdown(ctx), context.DeadlineExceeded)
			errorIs(t, "Closed", soon(t, "Closed", a.end), ErrClosed)
			errorIs(t, "Post", a.Post(func() {}), ErrClosed)
		})
	})
}

// TestLoopStorm opens and closes connections so that numbers are reused all the
// time, while others talk: a byte that went to another session would show.
func TestLoopStorm(t *testing.T) {
	cycles, clients := 3000, 8
	if testing.Short() || raceDetector {
		cycles = 400
	}
	leavesNothing(t, func() {
		loop, err := NewLoop(LoopConfig{Loops: 2})
		if err != nil {
			t.Fatal(err)
		}
		defer loop.Close()
		l := mustListen(t, "127.0.0.1:0")
		ctx, cancel := context.WithCancel(context.Background())
		served := make(chan error, 1)
		go func() { served <- loop.Serve(ctx, l, echoes{}) }()
		var next atomic.Int64
		var run sync.WaitGroup
		for range clients {
			run.Go(func() {
				for i := int(next.Add(1)); i <= cycles && !t.Failed(); i = int(next.Add(1)) {
					if err := sayName(l.LocalAddress(), i); err != nil {
						t.Errorf("cycle %d: %v", i, err)
					}
				}
			})
		}
		run.Wait()
		cancel()
		errorIs(t, "Serve", soon(t, "Serve", served), context.Canceled)
		l.Close()
	})
}
