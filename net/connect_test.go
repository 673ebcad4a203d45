package net

import (
	"context"
	"errors"
	stdnet "net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// vacant is an address of the loopback where nobody listens.
func vacant(t testing.TB, addr string) Address {
	t.Helper()
	l := mustListen(t, addr)
	l.Close()
	return l.LocalAddress()
}

func TestC1Refused(t *testing.T) {
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			to := vacant(t, addr)
			leavesNothing(t, func() {
				for range 60 { // C54: how it is reported is a matter of timing
					s, err := Connect(to.String())
					if s != nil {
						t.Fatal("connected")
					}
					errorIs(t, "class", err, ErrRefused)
					errorIs(t, "number", err, syscall.ECONNREFUSED)
					var op *stdnet.OpError
					if !errors.As(err, &op) {
						t.Fatalf("%T is no OpError", err)
					}
					want := []any{"dial", "tcp", to.TCPAddr().String(), false}
					if diff := cmp.Diff(want, []any{op.Op, op.Net, op.Addr.String(), op.Timeout()}); diff != "" {
						t.Fatal(diff)
					}
				}
			})
		})
	}
}

// TestC3FailedSocketIsGone: systems differ in what a second attempt on a
// socket does, so there is none.
func TestC3FailedSocketIsGone(t *testing.T) {
	s := builder(t, NewTCPSocketV4)
	_, err := s.Connect(context.Background(), vacant(t, "127.0.0.1:0"))
	errorIs(t, "first", err, ErrRefused)
	_, err = s.Connect(context.Background(), vacant(t, "127.0.0.1:0"))
	errorIs(t, "second", err, ErrClosed)
	errorIs(t, "Close", s.Close(), ErrClosed)
}

func TestConnectInterrupted(t *testing.T) {
	to := silent(t)
	leavesNothing(t, func() {
		t.Run("context cancelled", func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			s := builder(t, NewTCPSocketV4)
			done := park(func() error { _, err := s.Connect(ctx, to); return err })
			waiting(t, s, 1)
			cancel()
			errorIs(t, "Connect", within(t, "Connect", done), context.Canceled)
		})
		t.Run("context cancelled before", func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, err := ConnectContext(ctx, to.String())
			errorIs(t, "Connect", err, context.Canceled)
		})
		t.Run("context's deadline", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer cancel()
			_, err := ConnectContext(ctx, to.String())
			errorIs(t, "Connect", err, context.DeadlineExceeded)
			var e stdnet.Error
			if !errors.As(err, &e) || !e.Timeout() {
				t.Errorf("%v does not claim to be a timeout", err)
			}
		})
		t.Run("socket's deadline", func(t *testing.T) {
			s := builder(t, NewTCPSocketV4)
			s.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
			_, err := s.Connect(context.Background(), to)
			errorIs(t, "Connect", err, os.ErrDeadlineExceeded)
		})
	})
}

// TestC46SelfConnect: one who binds a port and connects to it has asked for a
// connection to itself.
func TestC46SelfConnect(t *testing.T) {
	s := builder(t, NewTCPSocketV4)
	if err := s.Bind(LoopbackV4(0)); err != nil {
		t.Fatal(err)
	}
	c, err := s.Connect(context.Background(), s.LocalAddress())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if diff := cmp.Diff(c.LocalAddress(), c.PeerAddress(), cmpAddress); diff != "" {
		t.Errorf("(-local +peer):\n%s", diff)
	}
	c.SetDeadline(time.Now().Add(patience))
	buf := make([]byte, 4)
	if _, err := c.Write([]byte("self")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReadFull(buf); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("self", string(buf)); diff != "" {
		t.Error(diff)
	}
}

// TestC6Unspecified: the unspecified address reaches the loopback.
func TestC6Unspecified(t *testing.T) {
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			l := mustListen(t, addr)
			to := AnyV4(l.LocalAddress().Port())
			if name == "IPv6" {
				to = AnyV6(to.Port())
			}
			c, err := Connect(to.String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if diff := cmp.Diff(l.LocalAddress(), c.PeerAddress(), cmpAddress); diff != "" {
				t.Error(diff)
			}
		})
	}
}
