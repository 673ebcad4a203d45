//go:build swap

package net

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// udpSends are the ways to send a datagram, by the call that they make.
var udpSends = map[string]struct {
	call   fault.Call
	try    func(*UDPSocket) error
	parked func(context.Context, *UDPSocket) error
}{
	"connected": {fault.Send,
		func(s *UDPSocket) error { return second(s.TrySend([]byte("x"))) },
		func(ctx context.Context, s *UDPSocket) error { return second(s.SendContext(ctx, []byte("x"))) },
	},
	"by address": {fault.SendTo,
		func(s *UDPSocket) error { return second(s.TrySendTo([]byte("x"), s.LocalAddress())) },
		func(ctx context.Context, s *UDPSocket) error {
			return second(s.SendToContext(ctx, []byte("x"), s.LocalAddress()))
		},
	},
	"message": {fault.SendMsg,
		nil,
		func(ctx context.Context, s *UDPSocket) error {
			return third(s.WriteMsgUDP([]byte("x"), nil, s.LocalAddress().UDPAddr()))
		},
	},
}

// TestD7NoBuffers: Try tells of it; whoever waits tries again by the clock,
// for the socket stays writable and no event comes.
func TestD7NoBuffers(t *testing.T) {
	for name, tt := range udpSends {
		t.Run(name, func(t *testing.T) {
			unharmed(t)
			s := bound(t, LoopbackV4(0))
			if tt.call == fault.Send {
				if err := s.Connect(s.LocalAddress()); err != nil {
					t.Fatal(err)
				}
			}
			if tt.try != nil {
				double.Inject(fault.Rule{Call: tt.call, When: fault.Nth(1), Fault: fault.Fail(syscall.ENOBUFS)})
				errorIs(t, "Try", tt.try(s), ErrNoBuffers)
				double.Reset()
			}
			for k := 1; k <= 3; k++ {
				double.Inject(fault.Rule{Call: tt.call, When: fault.Nth(k), Fault: fault.Fail(syscall.ENOBUFS)})
			}
			done := parks(s, context.Background(), tt.parked)
			errorIs(t, "the fourth attempt", soon(t, "the datagram is sent", done), nil)
			if n, err := s.Recv(make([]byte, 8)); n != 1 || err != nil {
				t.Errorf("received %d: %v", n, err)
			}
		})
	}
}

// TestD7Ends: what ends other waits ends this one.
func TestD7Ends(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(s *UDPSocket, cancel func())
		want error
	}{
		{"deadline", func(s *UDPSocket, _ func()) { s.SetWriteDeadline(time.Now().Add(5 * time.Millisecond)) }, os.ErrDeadlineExceeded},
		{"context", func(_ *UDPSocket, cancel func()) { cancel() }, context.Canceled},
		{"close", func(s *UDPSocket, _ func()) { s.Close() }, ErrClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			unharmed(t)
			s := bound(t, LoopbackV4(0))
			double.Inject(fault.Rule{Call: fault.SendTo, Fault: fault.Fail(syscall.ENOBUFS)})
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			to := s.LocalAddress()
			done := parks(s, ctx, func(ctx context.Context, s *UDPSocket) error {
				return second(s.SendToContext(ctx, []byte("x"), to))
			})
			tt.end(s, cancel)
			errorIs(t, tt.name, soon(t, tt.name, done), tt.want)
		})
	}
}

// TestUDPFailure: what fails while a socket is made leaves nothing open.
func TestUDPFailure(t *testing.T) {
	for _, call := range []fault.Call{fault.Socket, fault.SetOption, fault.GetOption, fault.Bind} {
		t.Run(call.String(), func(t *testing.T) {
			unharmed(t)
			for k := 1; ; k++ {
				double.Reset()
				rule := double.Inject(fault.Rule{Call: call, When: fault.Nth(k), Fault: fault.Fail(syscall.EINVAL)})
				s, err := BindUDP(LoopbackV4(0))
				if rule.Fired() == 0 {
					s.Close()
					return
				}
				errorIs(t, call.String(), err, syscall.EINVAL)
				if s != nil {
					t.Errorf("occurrence %d: a socket beside an error", k)
				}
			}
		})
	}
}

// TestD12Elsewhere: other systems take the peer away and say that they cannot.
func TestD12Elsewhere(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EAFNOSUPPORT, syscall.EINVAL} {
		unharmed(t)
		s := bound(t, LoopbackV4(0))
		if err := s.Connect(s.LocalAddress()); err != nil {
			t.Fatal(err)
		}
		double.Inject(fault.Rule{Call: fault.Connect, When: fault.Nth(1), Fault: fault.Fail(errno)})
		errorIs(t, "it still has a peer", s.Disconnect(), errno)
		double.Reset()
		double.Inject(fault.Rule{Call: fault.Connect, When: fault.Nth(1), Fault: fault.Fail(errno)})
		double.Inject(fault.Rule{Call: fault.PeerAddr, When: fault.Nth(1), Fault: fault.Fail(syscall.ENOTCONN)})
		errorIs(t, "it has none", s.Disconnect(), nil)
		if s.PeerAddress().IsValid() {
			t.Errorf("%v: still has a peer", errno)
		}
	}
}

// TestFailedReconnect: other systems take the old peer away before they refuse
// a new one. The socket then has none, and can be used so.
func TestFailedReconnect(t *testing.T) {
	for _, gone := range []bool{false, true} {
		unharmed(t)
		a, b := connectedUDP(t, LoopbackV4(0))
		want := ErrIsConnected
		if gone {
			want = nil
			double.Real().Connect(a.d.fd, platform.Addr{}) // whatever it says (D12)
		}
		double.Inject(fault.Rule{Call: fault.Connect, When: fault.Nth(1), Fault: fault.Fail(syscall.ENETUNREACH)})
		errorIs(t, "Connect", a.Connect(LoopbackV4(9)), syscall.ENETUNREACH)
		if a.PeerAddress().IsValid() == gone {
			t.Errorf("peer %v", a.PeerAddress())
		}
		errorIs(t, "SendTo", second(a.SendTo([]byte("x"), b.LocalAddress())), want)
	}
}

// TestD1Receiver: a refusal that the midst of a batch has used up reaches those
// who wait to receive already.
func TestD1Receiver(t *testing.T) {
	unharmed(t)
	a, _ := connectedUDP(t, LoopbackV4(0))
	done := parks(a, context.Background(), func(_ context.Context, a *UDPSocket) error {
		return second(a.Recv(make([]byte, 8)))
	})
	until(t, "the receiver has looked", func() bool { return double.Count(fault.RecvFrom) > 0 })
	double.Inject(fault.Rule{Call: fault.SendMsgs, When: fault.Nth(2), Fault: fault.Fail(syscall.ECONNREFUSED)})
	double.Inject(fault.Rule{Call: fault.SendMsgs, Fault: fault.AtMost(1)})
	n, err := a.SendBatch([]Datagram{{Buffer: []byte("a")}, {Buffer: []byte("longer")}})
	if n != 1 || err != nil {
		t.Errorf("SendBatch: %d, %v", n, err)
	}
	errorIs(t, "Recv", soon(t, "Recv", done), ErrRefused)
}
