//go:build swap

package net

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// TestC22Endless keeps dead connections, however many, from holding up a Try
// for ever, or a parked call beyond its end.
func TestC22Endless(t *testing.T) {
	unharmed(t)
	l := mustListen(t, "127.0.0.1:0")
	defer l.Close()
	inject(fault.Accept, nil, fault.Fail(syscall.ECONNABORTED))
	if _, _, err := l.TryAccept(); err != ErrWouldBlock {
		t.Errorf("TryAccept: %v", err)
	}
	if diff := cmp.Diff(maxDead, double.Count(fault.Accept)); diff != "" {
		t.Errorf("dead connections in one try (-want +got):\n%s", diff)
	}
	acceptEnds(t, l, context.Canceled, func(cancel context.CancelFunc) { cancel() })
	acceptEnds(t, l, errDeadline, func(context.CancelFunc) { l.SetDeadline(time.Now()) })
	l.SetDeadline(time.Time{})
	acceptEnds(t, l, ErrClosed, func(context.CancelFunc) { l.Close() })
}

// acceptEnds ends an Accept that meets dead connections only.
func acceptEnds(t *testing.T, l *TCPListener, want error, end func(cancel context.CancelFunc)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	before := double.Count(fault.Accept)
	done := park(func() error { _, err := l.AcceptContext(ctx); return err })
	until(t, "Accept goes on", func() bool { return double.Count(fault.Accept) > before+3*maxDead })
	end(cancel)
	errorIs(t, "Accept", soon(t, "Accept", done), want)
}

// TestC51Close ends an attempt that goes on with a second socket by closing
// the builder, and one that has still to begin.
func TestC51Close(t *testing.T) {
	unharmed(t)
	s, err := NewTCPSocketV4()
	if err != nil {
		t.Fatal(err)
	}
	inject(fault.Connect, fault.First(1), fault.Fail(syscall.EADDRNOTAVAIL))
	inject(fault.Connect, nil, fault.Fail(platform.ErrInProgress))
	done := park(func() error { _, err := s.Connect(context.Background(), LoopbackV4(9)); return err })
	until(t, "the second attempt begins", func() bool { return double.Count(fault.Connect) == 2 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	errorIs(t, "Connect", soon(t, "Connect", done), ErrClosed)
	errorIs(t, "second Close", s.Close(), ErrClosed)
}

// TestAddressesAskedOnce counts what the local address costs: one question for
// a stream that connects, none for a Unix stream, and none when one closes
// that knows it.
func TestAddressesAskedOnce(t *testing.T) {
	unharmed(t)
	l := mustListen(t, "127.0.0.1:0")
	defer l.Close()
	u := mustListenUnix(t, freshPath(t))
	defer u.Close()
	if l.Addr() == nil || u.Addr() == nil {
		t.Fatal("no address")
	}
	before := double.Count(fault.LocalAddr)
	c, err := Connect(l.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	local := c.LocalAddress()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]any{1, local}, []any{double.Count(fault.LocalAddr) - before, c.LocalAddress()}, cmpAddress); diff != "" {
		t.Errorf("TCP (-want +got):\n%s", diff)
	}
	before = double.Count(fault.LocalAddr)
	a, b, err := connectUnixPair(u)
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	b.Close()
	want := []any{0, UnixAddr{}, u.LocalAddress()}
	if diff := cmp.Diff(want, []any{double.Count(fault.LocalAddr) - before, a.LocalAddress(), b.LocalAddress()}, cmpUnixAddr); diff != "" {
		t.Errorf("Unix (-want +got):\n%s", diff)
	}
}
