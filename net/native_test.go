package net

import (
	"context"
	"errors"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestA6MadeBlocking: whoever has a copy of a descriptor can make it blocking.
// A call that tries must not wait even then, since the scheduler does not know
// of it.
func TestA6MadeBlocking(t *testing.T) {
	client, _ := pair(t, "127.0.0.1:0")
	f, err := client.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.SetNonblock(number(client), false); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1)
	for name, call := range map[string]func() error{
		"TryRead":        func() error { return second(client.TryRead(buf)) },
		"TryPeek":        func() error { return second(client.TryPeek(buf)) },
		"TryReadBuffers": func() error { return second(client.TryReadBuffers([][]byte{buf})) },
	} {
		errorIs(t, name, soon(t, name, park(call)), ErrWouldBlock)
	}
	fill(t, client)
}

// TestKicks moves the deadline of a parked read about until it gets its byte:
// of two that pass at once neither may be left behind.
func TestKicks(t *testing.T) {
	client, server := pair(t, "127.0.0.1:0")
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	for range rounds {
		done := park(func() error {
			for {
				_, err := client.Read(make([]byte, 1))
				if !os.IsTimeout(err) {
					return err
				}
			}
		})
		for range 3 {
			client.SetReadDeadline(time.Unix(1, 0))
			client.SetReadDeadline(time.Time{})
		}
		if _, err := server.Write([]byte{1}); err != nil {
			t.Fatal(err)
		}
		errorIs(t, "Read", soon(t, "Read", done), nil)
	}
}

// TestRefusedByGo imports a descriptor that Go's poller has already, under an
// os.File of the caller's: the reactor takes it.
func TestRefusedByGo(t *testing.T) {
	client, server := pair(t, "127.0.0.1:0")
	f, err := client.File()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var imported *TCPStream
	if err := raw.Control(func(fd uintptr) { imported, err = TCPStreamFromFD(int(fd)) }); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	done := park(func() error { return second(imported.Read(make([]byte, 1))) })
	waiting(t, imported, 1)
	if _, err := server.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", soon(t, "Read", done), nil)
	f.Close() // both own the number: the second to close is told
	imported.Close()
}

// TestForgotten leaves a descriptor to the garbage collector, which closes it:
// its place in Go's poller is free again.
func TestForgotten(t *testing.T) {
	stopped(t, theReactor)
	before := natives.Load()
	if !forgetOne(t) {
		t.Skip("here all wait in the reactor, which keeps what it watches")
	}
	until(t, "the place is free", func() bool { runtime.GC(); return natives.Load() == before })
}

// forgetOne has a stream wait, and keeps nothing of it. It reports whether the
// stream waited in Go's poller.
func forgetOne(t *testing.T) bool {
	client, server := pair(t, "127.0.0.1:0")
	f, err := client.File()
	if err != nil {
		t.Fatal(err)
	}
	s, err := TCPStreamFromFile(f)
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := park(func() error { return second(s.ReadContext(ctx, make([]byte, 1))) })
	waiting(t, s, 1)
	until(t, "it is watched", func() bool { return s.d.has(flagNative) || s.d.has(flagRegistered) })
	cancel()
	if err := soon(t, "Read", done); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	client.Close()
	server.Close()
	if s.d.has(flagNative) {
		return true
	}
	s.Close()
	return false
}

// refusing is a place in Go's poller that has taken an error flag for a
// descriptor that cannot be polled.
type refusing struct{ syscall.RawConn }

func (refusing) Read(func(uintptr) bool) error  { return errors.New("not pollable") }
func (refusing) Write(func(uintptr) bool) error { return errors.New("not pollable") }

// TestNativeRefuses: what Go's poller no longer waits for, the reactor does.
func TestNativeRefuses(t *testing.T) {
	for name, call := range map[string]func(*TCPStream) error{
		"Read":     func(s *TCPStream) error { return second(s.Read(make([]byte, 1))) },
		"Peek":     func(s *TCPStream) error { return second(s.Peek(make([]byte, 1))) },
		"Readable": func(s *TCPStream) error { return s.Readable(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			s.d.mu.Lock()
			native := s.d.has(flagNative) || s.d.goNative()
			s.d.mu.Unlock()
			if !native {
				t.Skip("here all wait in the reactor")
			}
			s.d.native.raw = refusing{s.d.native.raw}
			done := park(func() error { return call(s) })
			until(t, "it waits in the reactor", func() bool { return s.d.has(flagRegistered) })
			if _, err := peer.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			if err := soon(t, name, done); err != nil {
				t.Error(err)
			}
		})
	}
}
