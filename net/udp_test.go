package net

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUDPTransfer(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			p := make([]byte, 16)
			if n, from, err := b.TryRecvFrom(p); err != ErrWouldBlock || n != 0 || from.IsValid() {
				t.Errorf("TryRecvFrom of nothing: %d, %v, %v", n, from, err)
			}
			if n, err := a.TrySendTo([]byte("one"), b.LocalAddress()); n != 3 || err != nil {
				t.Fatalf("TrySendTo: %d, %v", n, err)
			}
			mustSendTo(t, a, "two", b.LocalAddress())
			for range 2 {
				n, from, err := b.PeekFrom(p)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(datagramFrom{"one", a.LocalAddress()}, datagramFrom{string(p[:n]), from}, cmpAddress); diff != "" {
					t.Errorf("peeked (-want +got):\n%s", diff)
				}
			}
			wantDatagram(t, b, datagramFrom{"one", a.LocalAddress()})
			wantDatagram(t, b, datagramFrom{"two", a.LocalAddress()})
		})
	}
}

// TestUDPUnbound: the first datagram gives the socket its port.
func TestUDPUnbound(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := unbound(t, addr), bound(t, addr)
			if got := a.LocalAddress().Port(); got != 0 {
				t.Errorf("port %d before anything was sent", got)
			}
			mustSendTo(t, a, "hello", b.LocalAddress())
			port := a.LocalAddress().Port()
			if port == 0 {
				t.Error("no port after a datagram was sent")
			}
			wantDatagram(t, b, datagramFrom{"hello", addr.WithPort(port)})
		})
	}
}

// TestF2UDPDual: IPv4 senders show as IPv4 addresses, and are answered.
func TestF2UDPDual(t *testing.T) {
	if _, ok := families(t)["IPv6"]; !ok {
		t.Skip("no IPv6")
	}
	s, err := UnboundUDPDual()
	if err != nil {
		t.Fatal(err)
	}
	kept(t, s)
	if err := s.Bind(AnyV6(0)); err != nil {
		t.Fatal(err)
	}
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			c := bound(t, addr)
			mustSendTo(t, c, "ask", addr.WithPort(s.LocalAddress().Port()))
			wantDatagram(t, s, datagramFrom{"ask", c.LocalAddress()})
			mustSendTo(t, s, "answer", c.LocalAddress())
			wantDatagram(t, c, datagramFrom{"answer", addr.WithPort(s.LocalAddress().Port())})
		})
	}
}

func TestUDPConnected(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := connectedUDP(t, addr)
			if diff := cmp.Diff(b.LocalAddress(), a.PeerAddress(), cmpAddress); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(b.LocalAddr().String(), a.RemoteAddr().String()); diff != "" {
				t.Error(diff)
			}
			p := make([]byte, 16)
			for _, send := range []func([]byte) (int, error){a.TrySend, a.Send, a.Write} {
				if n, err := send([]byte("hello")); n != 5 || err != nil {
					t.Fatalf("send: %d, %v", n, err)
				}
			}
			for _, recv := range []func([]byte) (int, error){b.Peek, b.TryPeek, b.Recv, b.Read, b.TryRecv} {
				n, err := recv(p)
				if diff := cmp.Diff("hello", string(p[:n])); diff != "" || err != nil {
					t.Errorf("%v\n%s", err, diff)
				}
			}
			// D18: others are not heard.
			mustSendTo(t, bound(t, addr), "stranger", b.LocalAddress())
			if _, err := b.TryRecv(p); err != ErrWouldBlock {
				t.Errorf("received of a stranger: %v", err)
			}
		})
	}
}

// TestD6Sizes: the largest datagram of IPv4 passes on either family, and more
// than fits is an error.
func TestD6Sizes(t *testing.T) {
	over := map[string]int{"IPv4": 65508, "IPv6": 65528}
	for name, addr := range udpLoopbacks(t) {
		a, b := bound(t, addr), bound(t, addr)
		for _, size := range []int{0, 1, 9216, 9217, 43000, 60000, 65507} {
			out, in := noiseOf(size), make([]byte, 1<<16)
			n, err := a.SendTo(out, b.LocalAddress())
			if n != size || err != nil {
				t.Errorf("%s: D6, D27: sent %d of %d: %v", name, n, size, err)
				continue
			}
			n, _, err = b.RecvFrom(in)
			if err != nil || !bytes.Equal(out, in[:n]) {
				t.Errorf("%s: D6, D9, D27: received %d of %d: %v", name, n, size, err)
			}
		}
		_, err := a.SendTo(make([]byte, over[name]), b.LocalAddress())
		errorIs(t, name+": too much", err, ErrMessageTooLong)
	}
}

// noiseOf is n bytes that are not all alike.
func noiseOf(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

// TestD9Empty: an empty datagram is received, by each way of sending it.
func TestD9Empty(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := connectedUDP(t, addr)
			free := bound(t, addr)
			for _, tt := range []struct {
				name string
				to   *UDPSocket
				send func() error
			}{
				{"Send", b, func() error { return second(a.Send(nil)) }},
				{"TrySend", b, func() error { return second(a.TrySend([]byte{})) }},
				{"WriteMsgUDP", b, func() error { return third(a.WriteMsgUDP(nil, nil, nil)) }},
				{"SendTo", free, func() error { return second(bound(t, addr).SendTo(nil, free.LocalAddress())) }},
			} {
				if err := tt.send(); err != nil {
					t.Fatalf("%s: %v", tt.name, err)
				}
				if err := tt.to.Readable(context.Background()); err != nil {
					t.Fatal(err)
				}
				if n, from, err := tt.to.TryRecvFrom(make([]byte, 4)); n != 0 || err != nil || !from.IsValid() {
					t.Errorf("%s: received %d from %v: %v", tt.name, n, from, err)
				}
			}
		})
	}
}

// TestD10Truncated: what does not fit is lost, and the next datagram whole;
// D11: that holds of an empty buffer too.
func TestD10Truncated(t *testing.T) {
	a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	for _, size := range []int{3, 0} {
		mustSendTo(t, a, "too long", b.LocalAddress())
		mustSendTo(t, a, "next", b.LocalAddress())
		p := make([]byte, size)
		n, from, err := b.RecvFrom(p)
		if diff := cmp.Diff("too long"[:size], string(p[:n])); diff != "" || err != nil || from != a.LocalAddress() {
			t.Errorf("%v %v\n%s", from, err, diff)
		}
		wantDatagram(t, b, datagramFrom{"next", a.LocalAddress()})
	}
}

func TestD12Disconnect(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			if err := a.Disconnect(); err != nil {
				t.Errorf("without a peer: %v", err)
			}
			for range 2 {
				if err := a.Connect(b.LocalAddress()); err != nil {
					t.Fatal(err)
				}
				if err := a.Disconnect(); err != nil {
					t.Fatal(err)
				}
				if a.PeerAddress().IsValid() || a.RemoteAddr() != nil {
					t.Errorf("still has a peer: %v", a.RemoteAddr())
				}
				errorIs(t, "Send", second(a.Send([]byte("x"))), ErrNotConnected)
				mustSendTo(t, a, "free", b.LocalAddress())
				if _, err := b.Recv(make([]byte, 8)); err != nil {
					t.Fatal(err)
				}
			}
			other := bound(t, addr)
			if err := a.Connect(b.LocalAddress()); err != nil {
				t.Fatal(err)
			}
			if err := a.Connect(other.LocalAddress()); err != nil {
				t.Errorf("another peer: %v", err)
			}
			if _, err := a.Send([]byte("moved")); err != nil {
				t.Fatal(err)
			}
			wantDatagram(t, other, datagramFrom{"moved", a.LocalAddress()})
		})
	}
}

// TestC53Unspecified: it is the loopback, of SendTo and Connect alike.
func TestC53Unspecified(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		wild := AnyV4(0)
		if name == "IPv6" {
			wild = AnyV6(0)
		}
		b, a := bound(t, addr), unbound(t, addr)
		mustSendTo(t, a, "to", wild.WithPort(b.LocalAddress().Port()))
		if err := a.Connect(wild.WithPort(b.LocalAddress().Port())); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b.LocalAddress(), a.PeerAddress(), cmpAddress); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
