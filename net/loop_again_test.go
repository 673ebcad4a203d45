package net

import (
	"context"
	"errors"
	"testing"
)

// TestPacketClosedInside: a handler that closes its socket is told of that by
// Closed, and not as if receiving had failed.
func TestPacketClosedInside(t *testing.T) {
	s := bound(t, LoopbackV4(0))
	failed := make(chan error, 64)
	h := packets{
		closed:    make(chan error, 1),
		datagrams: func(*PacketSession, []Datagram) { s.Close() },
		failed:    func(_ *PacketSession, err error) { failed <- err },
	}
	if _, err := looping(t, LoopConfig{}).AttachPacket(s, h); err != nil {
		t.Fatal(err)
	}
	if _, err := bound(t, LoopbackV4(0)).SendTo([]byte("x"), s.LocalAddress()); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Closed", soon(t, "Closed", h.closed), ErrClosed)
	if n := len(failed); n > 0 {
		t.Errorf("Failed was called %d times, first with: %v", n, <-failed)
	}
}

// TestShutdownAgain: however often Shutdown is called, a handler hears once
// that the loop is shutting down.
func TestShutdownAgain(t *testing.T) {
	_, server := pair(t, "127.0.0.1:0")
	loop := looping(t, LoopConfig{Loops: 1})
	told, end := make(chan struct{}, 8), make(chan error, 1)
	h := drainHooks{draining: func(*Session) { told <- struct{}{} }}
	s := attachOne(t, loop, server, h, end)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var all []<-chan error
	for range 3 {
		all = append(all, park(func() error { return loop.Shutdown(ctx) }))
	}
	soon(t, "Draining", told)
	for range 3 {
		loop.each(served.drain, true)
	}
	on(t, s, func() {}) // behind the letters that those have sent
	on(t, s, s.CloseAfterFlush)
	errorIs(t, "Closed", soon(t, "Closed", end), nil)
	for _, done := range all {
		errorIs(t, "Shutdown", soon(t, "Shutdown", done), nil)
	}
	if n := len(told); n > 0 {
		t.Errorf("Draining was called %d times more", n)
	}
}

// TestNoContext: a loop's calls take a nil context, as those of sockets do, for
// one that is never done.
func TestNoContext(t *testing.T) {
	loop := looping(t, LoopConfig{})
	l, s := mustListen(t, "127.0.0.1:0"), bound(t, LoopbackV4(0))
	served := park(func() error { return loop.Serve(nil, l, NopHandler{}) })
	h := packets{closed: make(chan error, 1), datagrams: sendBack}
	packet := park(func() error { return loop.ServePacket(nil, s, h) })
	dialWithoutAccept(t, l, 1)
	until(t, "it is served", func() bool { return loop.Sessions() == 1 })
	until(t, "packets are served", func() bool { return s.d.lent.Load() > 0 })
	errorIs(t, "Shutdown", soon(t, "Shutdown", park(func() error { return loop.Shutdown(nil) })), nil)
	for name, done := range map[string]<-chan error{"Serve": served, "ServePacket": packet} {
		if err := soon(t, name, done); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
