package net

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLocalAfterConnect: a socket bound to all interfaces is on one of them
// once it is connected.
func TestLocalAfterConnect(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	s, err := NewTCPSocketV4()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Bind(AnyV4(0)); err != nil {
		t.Fatal(err)
	}
	if !s.LocalAddress().IsUnspecified() {
		t.Errorf("bound to %v", s.LocalAddress())
	}
	c, err := s.Connect(context.Background(), l.LocalAddress())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if diff := cmp.Diff(LoopbackV4(0).IP().String(), c.LocalAddress().IP().String()); diff != "" {
		t.Error(diff)
	}
}

// TestB6ListenerLingers: the time is for its streams; its own port is free
// when Close returns.
func TestB6ListenerLingers(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	addr := l.LocalAddress().String()
	for range 50 {
		if err := l.SetLinger(5 * time.Second); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		l = mustListen(t, addr)
	}
}

// TestTryIOKeepsReading: a refusal where both directions are of interest says
// nothing of the other one.
func TestTryIOKeepsReading(t *testing.T) {
	client, server := pair(t, "127.0.0.1:0")
	client.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 8)
	for range 3 {
		if _, err := server.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if err := client.Readable(context.Background()); err != nil {
			t.Fatal(err)
		}
		errorIs(t, "TryIO", client.TryIO(Readable|Writable, func(int) error { return ErrWouldBlock }), ErrWouldBlock)
		if n, err := client.Read(buf); n != 5 || err != nil {
			t.Fatalf("Read: %d, %v", n, err)
		}
	}
}

// TestTakeErrorWhileConnecting leaves the outcome to Connect: taken elsewhere,
// it would wait for one for ever.
func TestTakeErrorWhileConnecting(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	dead := l.LocalAddress()
	l.Close()
	for range 200 {
		s, err := NewTCPSocketV4()
		if err != nil {
			t.Fatal(err)
		}
		done := park(func() error { _, err := s.Connect(context.Background(), dead); return err })
		for taking := true; taking; {
			select {
			case err := <-done:
				errorIs(t, "Connect", err, ErrRefused)
				taking = false
			default:
				if s.used.Load() {
					s.TakeError()
				}
			}
		}
	}
}
