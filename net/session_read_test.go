package net

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
)

// TestSessionPause leaves input to the kernel, where Read finds it.
func TestSessionPause(t *testing.T) {
	data := make(chan string, 10)
	attach(t, LoopConfig{}, hooks{
		opened: (*Session).PauseReading,
		data:   func(s *Session, p []byte) { data <- string(p) },
	}, func(t *testing.T, a attached) {
		a.peer.Write([]byte("one two"))
		got := make([]byte, 4)
		until(t, "Read finds it", func() (ok bool) {
			on(t, a.Session, func() {
				n, err := a.Read(got)
				ok = n == 4 && err == nil
				if n == 0 {
					errorIs(t, "Read", err, ErrWouldBlock)
				}
			})
			return ok
		})
		select {
		case p := <-data:
			t.Errorf("Data %q while paused", p)
		default:
		}
		on(t, a.Session, a.ResumeReading)
		if diff := cmp.Diff("one two", string(got)+soon(t, "Data", data)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSessionKeep joins what comes in pieces: lines of text.
func TestSessionKeep(t *testing.T) {
	lines := make(chan string, 100)
	attach(t, LoopConfig{ReadBuffer: minBuffer}, hooks{data: func(s *Session, p []byte) {
		for {
			line, rest, ok := bytes.Cut(p, []byte("\n"))
			if !ok {
				break
			}
			lines <- string(line)
			p = rest
		}
		if err := s.Keep(p); err != nil {
			errorIs(t, "Keep", err, ErrMessageTooLong)
			s.Abort()
		}
	}}, func(t *testing.T, a attached) {
		want := []string{"first", "", "second", strings.Repeat("x", minBuffer-2), "last"}
		for _, line := range want {
			for _, piece := range strings.SplitAfter(line+"\n", "x") {
				a.peer.Write([]byte(piece))
			}
		}
		for _, line := range want {
			if diff := cmp.Diff(line, soon(t, "a line", lines)); diff != "" {
				t.Error(diff)
			}
		}
		a.peer.Write(make([]byte, minBuffer))
		errorIs(t, "Closed", soon(t, "Closed", a.end), ErrClosed)
	})
}

// TestSessionSocket: a session has the addresses and options of its connection.
func TestSessionSocket(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	if err := l.SetTTL(33); err != nil {
		t.Fatal(err)
	}
	opened := make(chan *Session, 1)
	serving(t, looping(t, LoopConfig{}), l, hooks{opened: func(s *Session) { opened <- s }})
	c, err := Connect(l.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := soon(t, "Opened", opened)
	on(t, s, func() {
		type both struct{ Local, Peer string }
		want := both{c.RemoteAddr().String(), c.LocalAddr().String()}
		if diff := cmp.Diff(want, both{s.LocalAddr().String(), s.RemoteAddr().String()}); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want, both{s.LocalAddress().String(), s.PeerAddress().String()}); diff != "" {
			t.Error(diff)
		}
		if ttl, err := GetOption(s, sockopt.TTL); ttl != 33 || err != nil {
			t.Errorf("TTL: %d, %v", ttl, err)
		}
		errorIs(t, "SetOption", SetOption(s, sockopt.NoDelay, false), nil)
		s.SetValue("mine")
		if diff := cmp.Diff(any("mine"), s.Value()); diff != "" {
			t.Error(diff)
		}
	})
}
