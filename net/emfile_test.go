package net

import (
	"context"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// limitOf makes v a limit of n descriptors: systems declare its type differently.
func limitOf[T int64 | uint64](v *T, n int) { *v = T(n) }

// outOfDescriptors lets the process open no more descriptors until restore.
func outOfDescriptors(t *testing.T) (restore func()) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	probe := builder(t, NewTCPSocketV4)
	lowest := number(probe) // that is free, so nothing at or above it may be opened
	probe.Close()
	tight := old
	limitOf(&tight.Cur, lowest)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &tight); err != nil {
		t.Fatal(err)
	}
	restore = sync.OnceFunc(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(restore)
	return restore
}

// dialWithoutAccept makes n connections that wait to be accepted.
func dialWithoutAccept(t *testing.T, l *TCPListener, n int) {
	t.Helper()
	for range n {
		c, err := Connect(l.LocalAddress().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Abort() })
	}
}

// TestC23TryAccept: no descriptor is an error of the moment, not of the
// listener. Whether those that waited survive differs between systems.
func TestC23TryAccept(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	dialWithoutAccept(t, l, 3)
	restore := outOfDescriptors(t)
	for range 3 {
		s, _, err := l.TryAccept()
		if s != nil {
			s.Close()
			t.Fatal("accepted")
		}
		errorIs(t, "TryAccept", err, ErrTooManyFiles)
	}
	_, err := Connect(l.LocalAddress().String())
	errorIs(t, "Connect", err, ErrTooManyFiles)
	_, err = Listen("127.0.0.1:0")
	errorIs(t, "Listen", err, ErrTooManyFiles)
	restore()
	acceptsAgain(t, l)
}

// acceptsAgain connects anew and accepts until it meets that connection.
func acceptsAgain(t *testing.T, l *TCPListener) {
	t.Helper()
	c, err := Connect(l.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	l.SetDeadline(time.Now().Add(patience))
	for {
		s, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		from := s.PeerAddress()
		s.Close()
		if from == c.LocalAddress() {
			return
		}
	}
}

// TestC23AcceptWaits: out of descriptors, with connections that wait, the
// parked form neither fails nor spins, and goes on once it can.
func TestC23AcceptWaits(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	dialWithoutAccept(t, l, 3)
	restore := outOfDescriptors(t)
	accepted := make(chan *TCPStream, 1)
	done := park(func() error {
		s, err := l.AcceptTCP()
		accepted <- s
		return err
	})
	const wait = 300 * time.Millisecond
	before := cpuTime()
	staysParked(t, done, wait)
	if used := cpuTime() - before; used > wait/5 {
		t.Errorf("%v of processor time in %v of waiting", used, wait)
	}
	restore()
	c, err := Connect(l.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := soon(t, "Accept", done); err != nil {
		t.Fatal(err)
	}
	(<-accepted).Close()
	acceptsAgain(t, l)
}

// staysParked fails the test if a call returns within d.
func staysParked(t *testing.T, done <-chan error, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case err := <-done:
		t.Fatalf("the call returned: %v", err)
	case <-timer.C:
	}
}

// TestC23Interrupted ends Accept while it waits for descriptors.
func TestC23Interrupted(t *testing.T) {
	for _, tt := range []struct {
		name      string
		interrupt func(*TCPListener, context.CancelFunc)
		want      error
	}{
		{"Close", func(l *TCPListener, _ context.CancelFunc) { l.Close() }, ErrClosed},
		{"deadline", func(l *TCPListener, _ context.CancelFunc) { l.SetDeadline(time.Now()) }, os.ErrDeadlineExceeded},
		{"future deadline", func(l *TCPListener, _ context.CancelFunc) {
			l.SetDeadline(time.Now().Add(20 * time.Millisecond))
		}, os.ErrDeadlineExceeded},
		{"context", func(_ *TCPListener, cancel context.CancelFunc) { cancel() }, context.Canceled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := mustListen(t, "127.0.0.1:0")
			dialWithoutAccept(t, l, 1)
			restore := outOfDescriptors(t)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			done := park(func() error { _, err := l.AcceptContext(ctx); return err })
			staysParked(t, done, 30*time.Millisecond) // through two or three pauses
			tt.interrupt(l, cancel)
			errorIs(t, "Accept", within(t, "Accept", done), tt.want)
			restore()
		})
	}
}
