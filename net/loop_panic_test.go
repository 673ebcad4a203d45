package net

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// surviving is a loop of one worker that counts panics.
func surviving(t *testing.T) (*Loop, chan any) {
	panics := make(chan any, 64)
	return looping(t, LoopConfig{Loops: 1, OnPanic: func(_ *Session, v any) { panics <- v }}), panics
}

// TestPanicWhileAccepting: connections that wait behind one whose Opened panics
// are accepted, though no event tells of them again.
func TestPanicWhileAccepting(t *testing.T) {
	loop, panics := surviving(t)
	l := mustListen(t, "127.0.0.1:0")
	const n = 5
	for range n {
		c, err := Connect(l.LocalAddress().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	serving(t, loop, l, hooks{opened: func(*Session) { panic("opened") }})
	for range n {
		if diff := cmp.Diff(any("opened"), soon(t, "Opened", panics)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestPanicWhileClosing: all sessions are told that the loop is closed, whatever
// the first makes of it.
func TestPanicWhileClosing(t *testing.T) {
	for name, end := range map[string]func(*Loop){
		"Close":    func(l *Loop) { l.Close() },
		"Shutdown": func(l *Loop) { l.Shutdown(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			loop, panics := surviving(t)
			const n = 5
			for range n {
				_, server := pair(t, "127.0.0.1:0")
				s, err := loop.Attach(server, hooks{closed: func(*Session, error) { panic("closed") }})
				if err != nil {
					t.Fatal(err)
				}
				on(t, s, func() {})
			}
			done := make(chan struct{})
			go func() { end(loop); close(done) }()
			soon(t, name, done)
			if diff := cmp.Diff(n, len(panics)); diff != "" {
				t.Error("panics:", diff)
			}
		})
	}
}

// TestPanicWithDatagrams: datagrams behind those that make the handler panic are
// handed over, and ServePacket returns even if Closed panics.
func TestPanicWithDatagrams(t *testing.T) {
	loop, panics := surviving(t)
	server, c := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	for range packetBatch + 1 {
		if _, err := c.SendTo([]byte{1}, server.LocalAddress()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- loop.ServePacket(ctx, server, panicking{}) }()
	soon(t, "the first batch", panics)
	soon(t, "the rest", panics)
	cancel()
	errorIs(t, "ServePacket", soon(t, "ServePacket", done), context.Canceled)
}

type panicking struct{}

func (panicking) Datagrams(*PacketSession, []Datagram) { panic("datagrams") }
func (panicking) Closed(*PacketSession, error)         { panic("closed") }

// TestPanicBesideFunc: a timer that panics ends the session, and its function,
// which was waiting meanwhile, goes to its end.
func TestPanicBesideFunc(t *testing.T) {
	loop, _ := surviving(t)
	_, server := pair(t, "127.0.0.1:0")
	end := make(chan error, 1)
	_, err := loop.AttachFunc(server, func(s *Session) error {
		s.AfterFunc(0, func() { panic("timer") })
		_, err := s.Read(make([]byte, 1))
		end <- err
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", soon(t, "the function ends", end), ErrClosed)
}
