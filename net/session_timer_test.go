package net

import (
	"errors"
	"os"
	"testing"
	"time"
)

// TestSessionIdle ends a session on which nothing happens, and no other.
func TestSessionIdle(t *testing.T) {
	const timeout = 20 * time.Millisecond
	attach(t, LoopConfig{}, hooks{
		opened: func(s *Session) { s.SetIdleTimeout(timeout) },
		data:   func(s *Session, p []byte) { s.Write(p) },
	}, func(t *testing.T, a attached) {
		last, b := time.Now(), []byte{1}
		for begin := last; time.Since(begin) < 3*timeout; {
			now := time.Now()
			if _, err := a.peer.Write(b); err != nil {
				break // a slow machine took too long
			}
			if _, err := a.peer.Read(b); err != nil {
				break
			}
			last = now
		}
		errorIs(t, "Closed", soon(t, "Closed", a.end), os.ErrDeadlineExceeded)
		if quiet := time.Since(last); quiet < timeout {
			t.Errorf("idle for %v only", quiet)
		}
	})
}

// TestSessionTimers go off in their order and not too early, unless stopped.
func TestSessionTimers(t *testing.T) {
	attach(t, LoopConfig{}, hooks{}, func(t *testing.T, a attached) {
		fired := make(chan int, 10)
		begin := time.Now()
		var stopped *Timer
		on(t, a.Session, func() {
			for _, i := range []int{3, 1, 2} {
				a.AfterFunc(time.Duration(i)*5*time.Millisecond, func() { fired <- i })
			}
			stopped = a.AfterFunc(6*time.Millisecond, func() { fired <- 99 })
			a.AfterFunc(1<<62, func() { fired <- 100 })
			if !stopped.Stop() || stopped.Stop() {
				t.Error("Stop does not tell whether it stopped")
			}
		})
		for want := 1; want <= 3; want++ {
			if got := soon(t, "a timer", fired); got != want {
				t.Errorf("timer %d, want %d", got, want)
			}
			if early := time.Duration(want)*5*time.Millisecond - time.Since(begin); early > 0 {
				t.Errorf("timer %d is %v early", want, early)
			}
		}
		a.Close()
		errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
		if n := len(a.w.timers.heap); n != 0 {
			t.Errorf("%d timers left", n)
		}
	})
}

// TestSessionPost runs what other goroutines post, in their order, and says when
// there is too much.
func TestSessionPost(t *testing.T) {
	attach(t, LoopConfig{}, hooks{}, func(t *testing.T, a attached) {
		const posters, each = 4, 1000
		got := make([][]int, posters)
		for p := range posters {
			go func() {
				for i := range each {
					for a.Post(func() { got[p] = append(got[p], i) }) != nil {
						t.Error("Post failed")
					}
				}
			}()
		}
		total := 0
		until(t, "all functions have run", func() bool {
			on(t, a.Session, func() {
				total = 0
				for p := range got {
					total += len(got[p])
				}
			})
			return total == posters*each
		})
		for p := range got {
			for i := range got[p] {
				if got[p][i] != i {
					t.Fatalf("poster %d: function %d ran as number %d", p, got[p][i], i)
				}
			}
		}
		on(t, a.Session, func() {
			n := 0
			for ; n <= maxPosted; n++ {
				if err := a.Post(func() {}); err != nil {
					errorIs(t, "Post", err, ErrWouldBlock)
					break
				}
			}
			if n != maxPosted {
				t.Errorf("%d functions wait", n)
			}
		})
	})
}

// TestSessionPanic: without OnPanic a panic would end the program; with it, the
// session, and the others go on.
func TestSessionPanic(t *testing.T) {
	type told struct {
		s *Session
		v any
	}
	for name, h := range map[string]Handler{
		"Opened": hooks{opened: func(*Session) { panic("in Opened") }},
		"Data":   hooks{data: func(*Session, []byte) { panic("in Data") }},
		"timer":  hooks{opened: func(s *Session) { s.AfterFunc(0, func() { panic("in timer") }) }},
	} {
		t.Run(name, func(t *testing.T) {
			panics := make(chan told, 1)
			c := LoopConfig{Loops: 1, OnPanic: func(s *Session, v any) { panics <- told{s, v} }}
			attach(t, c, h, func(t *testing.T, a attached) {
				client, server := pair(t, "127.0.0.1:0")
				client.SetDeadline(time.Now().Add(patience))
				attachOne(t, a.w.loop, server, echoes{}, make(chan error, 1))
				a.peer.Write([]byte{1})
				got := soon(t, "OnPanic", panics)
				if got.s != a.Session || got.v != "in "+name {
					t.Errorf("%v, %v", got.s, got.v)
				}
				errorIs(t, "Closed", soon(t, "Closed", a.end), ErrClosed)
				asks(t, client, []byte("others go on"))
			})
		})
	}
}

// TestHighWaterError is told from others.
func TestHighWaterError(t *testing.T) {
	if errors.Is(ErrHighWater, os.ErrDeadlineExceeded) || errors.Is(ErrWouldBlock, ErrHighWater) {
		t.Error("ErrHighWater is too much like others")
	}
}
