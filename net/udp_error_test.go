package net

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/volt-net/volt/net/sockopt"
)

// TestUDPErrors: what systems refuse each in its way, or not at all.
func TestUDPErrors(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		a, b := connectedUDP(t, addr)
		free, other := bound(t, addr), LoopbackV6(9)
		if name == "IPv6" {
			other = LoopbackV4(9)
		}
		tests := []struct {
			name string
			err  error
			want error
		}{
			{"D3 to another", second(a.TrySendTo([]byte("x"), free.LocalAddress())), ErrIsConnected},
			{"D3 to the peer itself", second(a.SendTo([]byte("x"), b.LocalAddress())), ErrIsConnected},
			{"D3 message", third(a.WriteMsgUDP([]byte("x"), nil, b.LocalAddress().UDPAddr())), ErrIsConnected},
			{"D4 without a peer", second(free.TrySend([]byte("x"))), ErrNotConnected},
			{"D4 parked", second(free.Send([]byte("x"))), ErrNotConnected},
			{"D5 port 0", second(free.TrySendTo([]byte("x"), addr)), ErrInvalidAddress},
			{"C5 connect to port 0", free.Connect(addr), ErrInvalidAddress},
			{"C9 other family", second(free.TrySendTo([]byte("x"), other)), ErrInvalidAddress},
			{"C9 connect", free.Connect(other), ErrInvalidAddress},
			{"C9 bind", unbound(t, addr).Bind(other), ErrInvalidAddress},
			{"no address", second(free.SendTo([]byte("x"), Address{})), ErrInvalidAddress},
			{"D16 bind what is bound", unbound(t, addr).Bind(free.LocalAddress()), ErrAddrInUse},
			{"bind again", free.Bind(addr), ErrInvalidState},
			{"expired", func() error {
				c := bound(t, addr)
				c.SetDeadline(time.Unix(1, 0))
				return second(c.Recv(make([]byte, 1)))
			}(), os.ErrDeadlineExceeded},
			{"closed", func() error {
				c := bound(t, addr)
				c.Close()
				return second(c.TrySendTo([]byte("x"), b.LocalAddress()))
			}(), ErrClosed},
		}
		for _, tt := range tests {
			t.Run(name+"/"+tt.name, func(t *testing.T) { errorIs(t, tt.name, tt.err, tt.want) })
		}
	}
}

func third(_, _ int, err error) error { return err }

// TestD1Refused: on a connected socket, each datagram to a dead port comes
// back as an error of some later call, once.
func TestD1Refused(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		for _, tt := range []struct {
			name string
			call func(*UDPSocket) error
		}{
			{"Recv", func(s *UDPSocket) error { return second(s.Recv(make([]byte, 1))) }},
			{"Peek", func(s *UDPSocket) error { return second(s.Peek(make([]byte, 1))) }},
			{"Readable, then TryRecv", func(s *UDPSocket) error {
				if err := s.Readable(context.Background()); err != nil {
					return err
				}
				return second(s.TryRecv(make([]byte, 1)))
			}},
		} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				s := unbound(t, addr)
				if err := s.Connect(deadPort(t, addr)); err != nil {
					t.Fatal(err)
				}
				if _, err := s.Send([]byte("x")); err != nil {
					t.Fatal(err)
				}
				errorIs(t, tt.name, tt.call(s), ErrRefused)
				errorIs(t, "afterwards", second(s.TryRecv(make([]byte, 1))), ErrWouldBlock)
			})
		}
	}
}

// TestD2Unconnected: without a peer a socket never hears of a dead port.
func TestD2Unconnected(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			dead := deadPort(t, addr)
			for range 3 {
				mustSendTo(t, a, "x", dead)
			}
			mustSendTo(t, b, "alive", a.LocalAddress())
			wantDatagram(t, a, datagramFrom{"alive", b.LocalAddress()})
		})
	}
}

// TestD14Broadcast: without SetBroadcast it is refused, if there is a network
// to refuse it.
func TestD14Broadcast(t *testing.T) {
	s := bound(t, AnyV4(0))
	_, err := s.TrySendTo([]byte("x"), AddressFrom(netip.AddrPortFrom(broadcast, 9)))
	if !errors.Is(err, ErrPermission) && !errors.Is(err, ErrUnreachable) {
		t.Errorf("error %v", err)
	}
}

// TestRecvError: with the option, a socket without a peer is told of a
// refusal as well, once, and waits as before while the queue of errors, which
// it does not read, is not empty.
func TestRecvError(t *testing.T) {
	if !sockopt.RecvError.Supported() {
		t.Skip("the system keeps no errors")
	}
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			s, c := bound(t, addr), bound(t, addr)
			if err := SetOption(s, sockopt.RecvError, true); err != nil {
				t.Fatal(err)
			}
			receive := func() error { return second(s.Recv(make([]byte, 8))) }
			mustSendTo(t, s, "x", deadPort(t, addr))
			errorIs(t, "Recv", soon(t, "the refusal", park(receive)), ErrRefused)
			done := park(receive)
			waiting(t, s, 1)
			mustSendTo(t, c, "y", s.LocalAddress())
			errorIs(t, "Recv again", soon(t, "a datagram", done), nil)
			errorIs(t, "TryRecv", second(s.TryRecv(make([]byte, 8))), ErrWouldBlock)
		})
	}
}
