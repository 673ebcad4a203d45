package net

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// TestD21Meta: what came with a datagram is told on every system.
func TestD21Meta(t *testing.T) {
	lo := loopback(t)
	for name, addr := range udpLoopbacks(t) {
		wild := AnyV4(0)
		if name == "IPv6" {
			wild = AnyV6(0)
		}
		t.Run(name, func(t *testing.T) {
			s, c := bound(t, wild), bound(t, addr)
			to := addr.WithPort(s.LocalAddress().Port())
			p := make([]byte, 8)
			if _, _, err := s.TryRecvMessage(p); err != ErrWouldBlock {
				t.Fatalf("nothing there: %v", err)
			}
			if err := c.SetTTL(33); err != nil {
				t.Fatal(err)
			}
			if err := c.SetTOS(0x28); err != nil {
				t.Fatal(err)
			}
			mustSendTo(t, c, "hello", to)
			mustSendTo(t, c, "a longer one", to)
			n, m, err := s.RecvMessage(p)
			if err != nil || n != 5 {
				t.Fatalf("RecvMessage: %d, %v", n, err)
			}
			want := Meta{Src: c.LocalAddress(), Dst: to, IfIndex: lo.Index, TTL: 33, TOS: 0x28}
			if diff := cmp.Diff(want, m, cmpAddress); diff != "" {
				t.Errorf("D21, D23 (-want +got):\n%s", diff)
			}
			want.Truncated = true
			n, m, err = s.RecvMessage(p)
			if diff := cmp.Diff(want, m, cmpAddress); diff != "" || err != nil || n != 8 {
				t.Errorf("D10: %d, %v (-want +got):\n%s", n, err, diff)
			}
			if _, err := s.SendMessage([]byte("answer"), Meta{Src: m.Dst, Dst: m.Src}); err != nil {
				t.Fatal(err)
			}
			wantDatagram(t, c, datagramFrom{"answer", to})
		})
	}
}

// TestD21Dual: a dual-stack socket tells the same of IPv4 datagrams.
func TestD21Dual(t *testing.T) {
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
		c, to := bound(t, addr), addr.WithPort(s.LocalAddress().Port())
		s.TryRecvMessage(nil)
		mustSendTo(t, c, "hello", to)
		_, m, err := s.RecvMessage(make([]byte, 8))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]Address{c.LocalAddress(), to}, []Address{m.Src, m.Dst}, cmpAddress); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		_, err = s.SendMessage([]byte("answer"), Meta{Src: m.Dst, Dst: m.Src, TOS: 8})
		if errors.Is(err, ErrInvalidState) { // nothing is known of this but on Linux
			t.Logf("%s: no source of IPv4 datagrams on a dual-stack socket: %v", name, err)
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantDatagram(t, c, datagramFrom{"answer", to})
	}
}

// TestD22Choose: what can be chosen for one datagram is, and the rest is
// refused by name.
func TestD22Choose(t *testing.T) {
	lo := loopback(t)
	for name, addr := range udpLoopbacks(t) {
		wild := AnyV4(0)
		if name == "IPv6" {
			wild = AnyV6(0)
		}
		s, c := bound(t, addr), bound(t, wild)
		for _, tt := range []struct {
			name string
			ask  Meta
			got  func(Meta) any
			want any
		}{
			{"D22 source", Meta{Src: addr}, func(m Meta) any { return m.Src.IP() }, addr.IP()},
			{"interface", Meta{IfIndex: lo.Index}, func(m Meta) any { return m.IfIndex }, lo.Index},
			{"TTL", Meta{TTL: 44}, func(m Meta) any { return m.TTL }, 44},
			{"D24 TOS", Meta{TOS: 0x48}, func(m Meta) any { return m.TOS }, 0x48},
		} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				s.TryRecvMessage(nil)
				tt.ask.Dst = s.LocalAddress()
				_, err := c.SendMessage([]byte("x"), tt.ask)
				if errors.Is(err, errors.ErrUnsupported) {
					t.Skip(err)
				}
				if err != nil {
					t.Fatal(err)
				}
				_, m, err := s.RecvMessage(make([]byte, 8))
				if err != nil {
					t.Fatal(err)
				}
				if tt.got(m) != tt.want {
					t.Errorf("got %v, want %v", tt.got(m), tt.want)
				}
			})
		}
	}
}

// TestD22Source: a source that the socket has anyway is not asked for, and a
// socket without an address gets one first: some systems would refuse.
func TestD22Source(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		wild := AnyV4(0)
		if name == "IPv6" {
			wild = AnyV6(0)
		}
		none, asked := platform.FamilyNone, addr.Family()
		for _, tt := range []struct {
			name string
			s    *UDPSocket
			want platform.Family
		}{{"at the address", bound(t, addr), none}, {"at all", bound(t, wild), asked}, {"new", unbound(t, addr), asked}} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				got, err := (&Meta{Src: addr}).choice(tt.s.d)
				if err != nil || got.Local.Family != tt.want {
					t.Errorf("from %+v, %v; want family %v", got.Local, err, tt.want)
				}
				if tt.s.LocalAddress().Port() == 0 {
					t.Error("the socket has no port")
				}
			})
		}
	}
	closed := bound(t, LoopbackV4(0))
	closed.Close()
	again := unbound(t, LoopbackV4(0))
	again.Close()
	for _, s := range []*UDPSocket{closed, again} {
		_, err := s.SendMessage(nil, Meta{Dst: LoopbackV4(9), Src: LoopbackV4(0)})
		errorIs(t, "closed", err, ErrClosed)
	}
}

func TestMessageErrors(t *testing.T) {
	s := bound(t, LoopbackV4(0))
	a, b := connectedUDP(t, LoopbackV4(0))
	to := s.LocalAddress()
	var tooMuch *RangeError
	expired := bound(t, LoopbackV4(0))
	expired.SetDeadline(time.Unix(1, 0))
	closed := bound(t, LoopbackV4(0))
	closed.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	recv := func(s *UDPSocket) error { _, _, err := s.RecvMessage(nil); return err }
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"no destination", second(s.SendMessage(nil, Meta{})), ErrNotConnected},
		{"no destination but a source", second(s.SendMessage(nil, Meta{Src: to})), ErrNotConnected},
		{"D3", second(a.TrySendMessage(nil, Meta{Dst: b.LocalAddress()})), ErrIsConnected},
		{"source of the other family", second(s.SendMessage(nil, Meta{Dst: to, Src: LoopbackV6(0)})), ErrInvalidAddress},
		{"D22 foreign source", second(s.SendMessage(nil, Meta{Dst: to, Src: AddressFrom(netip.MustParseAddrPort("203.0.113.9:0"))})), errAny},
		{"expired", recv(expired), os.ErrDeadlineExceeded},
		{"closed", recv(closed), ErrClosed},
		{"context", func() error { _, _, err := s.RecvMessageContext(ctx, nil); return err }(), context.Canceled},
		{"context of sending", second(s.SendMessageContext(ctx, nil, Meta{Dst: to})), context.Canceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == errAny {
				if tt.err == nil {
					t.Error("no error")
				}
				return
			}
			errorIs(t, tt.name, tt.err, tt.want)
		})
	}
	for _, m := range []Meta{{TTL: 256}, {TTL: -1}, {TOS: 256}, {TOS: -1}} {
		m.Dst = to
		if _, err := s.SendMessage(nil, m); !errors.As(err, &tooMuch) {
			t.Errorf("%+v: %v", m, err)
		}
	}
	for _, wide := range []int64{-1, 1 << 31, 1 << 32, 1<<32 + 1} {
		index := int(wide)
		if int64(index) != wide {
			continue // on a processor of 32 bits there is none such
		}
		if _, err := s.SendMessage(nil, Meta{Dst: to, IfIndex: index}); !errors.As(err, &tooMuch) {
			t.Errorf("interface %d: %v", index, err)
		}
	}
}

// errAny stands for some error, which differs between systems.
var errAny = errors.New("any error")
