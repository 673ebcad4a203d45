package net

import (
	"errors"
	stdnet "net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	group4  = netip.MustParseAddr("239.255.77.1")
	group6  = netip.MustParseAddr("ff02::7701")
	source4 = netip.MustParseAddr("127.0.0.1")
)

// loopback is the loopback interface, which has another name on each system
// (E6, I5).
func loopback(t testing.TB) *stdnet.Interface {
	t.Helper()
	list, err := stdnet.Interfaces()
	if err != nil {
		t.Skipf("this machine cannot list its interfaces: %v", err)
	}
	for i := range list {
		if list[i].Flags&stdnet.FlagLoopback != 0 {
			return &list[i]
		}
	}
	t.Skip("no loopback interface")
	return nil
}

// loopbackNames are the ways to name it.
func loopbackNames(t testing.TB) map[string]Interface {
	lo := loopback(t)
	return map[string]Interface{
		"index":   InterfaceByIndex(lo.Index),
		"name":    InterfaceByName(lo.Name),
		"address": InterfaceByAddress(source4),
	}
}

// subscriber is a socket on a port that others share.
func subscriber(t testing.TB, port uint16) *UDPSocket {
	t.Helper()
	s := unbound(t, LoopbackV4(0))
	if err := s.SetShareAddress(true); err != nil {
		t.Fatal(err)
	}
	if err := s.Bind(AnyV4(port)); err != nil {
		t.Fatal(err)
	}
	return s
}

// publisher is a socket whose datagrams to groups stay on the loopback.
func publisher(t testing.TB) *UDPSocket {
	t.Helper()
	s := bound(t, AnyV4(0))
	if err := s.SetMulticastInterface(InterfaceByIndex(loopback(t).Index)); err != nil {
		t.Fatal(err)
	}
	if err := s.SetMulticastLoop(true); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestE13Join joins by each name of the interface, receives, and leaves.
func TestE13Join(t *testing.T) {
	for name, on := range loopbackNames(t) {
		t.Run(name, func(t *testing.T) {
			s, p := subscriber(t, 0), publisher(t)
			to := AddressFrom(netip.AddrPortFrom(group4, s.LocalAddress().Port()))
			self := LoopbackV4(s.LocalAddress().Port())
			if err := s.JoinGroup(group4, on); err != nil {
				t.Fatal(err)
			}
			mustSendTo(t, p, "to the group", to)
			wantText(t, s, "to the group")
			if err := s.LeaveGroup(group4, on); err != nil {
				t.Fatal(err)
			}
			mustSendTo(t, p, "to nobody", to)
			mustSendTo(t, p, "to one", self)
			wantText(t, s, "to one")
		})
	}
}

func wantText(t testing.TB, s *UDPSocket, want string) {
	t.Helper()
	p := make([]byte, 64)
	n, err := s.Recv(p)
	if diff := cmp.Diff(want, string(p[:n])); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestE9OnlyJoined: of two sockets on one port, the one that has joined
// receives, and D17: both do when both have.
func TestE9OnlyJoined(t *testing.T) {
	on := InterfaceByIndex(loopback(t).Index)
	member, p := subscriber(t, 0), publisher(t)
	port := member.LocalAddress().Port()
	other := subscriber(t, port)
	to := AddressFrom(netip.AddrPortFrom(group4, port))
	if err := member.JoinGroup(group4, on); err != nil {
		t.Fatal(err)
	}
	mustSendTo(t, p, "first", to)
	wantText(t, member, "first")
	if err := other.JoinGroup(group4, on); err != nil {
		t.Fatal(err)
	}
	mustSendTo(t, p, "second", to)
	wantText(t, member, "second")
	wantText(t, other, "second")
}

// TestE12BindGroup: a socket may be bound to the group itself.
func TestE12BindGroup(t *testing.T) {
	s, p := unbound(t, LoopbackV4(0)), publisher(t)
	if err := s.Bind(AddressFrom(netip.AddrPortFrom(group4, 0))); err != nil {
		t.Fatal(err)
	}
	if err := s.JoinGroup(group4, InterfaceByIndex(loopback(t).Index)); err != nil {
		t.Fatal(err)
	}
	mustSendTo(t, p, "hello", s.LocalAddress())
	wantText(t, s, "hello")
}

// TestE15JoinSource: of two senders, only the one asked for is heard.
func TestE15JoinSource(t *testing.T) {
	on := InterfaceByIndex(loopback(t).Index)
	s, p := subscriber(t, 0), bound(t, LoopbackV4(0))
	if err := p.SetMulticastInterface(on); err != nil {
		t.Fatal(err)
	}
	to := AddressFrom(netip.AddrPortFrom(group4, s.LocalAddress().Port()))
	elsewhere := netip.MustParseAddr("127.0.0.9")
	if err := s.JoinSource(group4, elsewhere, on); err != nil {
		t.Fatal(err)
	}
	mustSendTo(t, p, "filtered", to)
	if err := s.JoinSource(group4, source4, on); err != nil {
		t.Fatal(err)
	}
	mustSendTo(t, p, "heard", to)
	wantText(t, s, "heard")
	for _, source := range []netip.Addr{source4, elsewhere} {
		if err := s.LeaveSource(group4, source, on); err != nil {
			t.Errorf("leave %v: %v", source, err)
		}
	}
	errorIs(t, "E2 leave again", s.LeaveSource(group4, source4, on), ErrNotJoined)
}

func TestGroupErrors(t *testing.T) {
	on := InterfaceByIndex(loopback(t).Index)
	unknown := InterfaceByIndex(9999)
	foreign := InterfaceByAddress(netip.MustParseAddr("203.0.113.9"))
	s := bound(t, AnyV4(0))
	if err := s.JoinGroup(group4, on); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"E1 join twice", s.JoinGroup(group4, on), ErrAlreadyJoined},
		{"E1 class", s.JoinGroup(group4, on), ErrAddrInUse},
		{"E2 leave unjoined", s.LeaveGroup(netip.MustParseAddr("239.255.77.2"), on), ErrNotJoined},
		{"E2 class", s.LeaveGroup(netip.MustParseAddr("239.255.77.2"), on), ErrAddrNotAvailable},
		{"E3 no group", s.JoinGroup(source4, on), ErrInvalidAddress},
		{"no address", s.JoinGroup(netip.Addr{}, on), ErrInvalidAddress},
		{"other family", s.JoinGroup(group6, on), ErrInvalidAddress},
		{"E4 address of no interface", s.JoinGroup(group4, foreign), ErrNoInterface},
		{"E4 outgoing", s.SetMulticastInterface(foreign), ErrNoInterface},
		{"E5 index of no interface", s.JoinGroup(group4, unknown), ErrNoInterface},
		{"E5 outgoing", s.SetMulticastInterface(unknown), ErrNoInterface},
		{"name of no interface", s.JoinGroup(group4, InterfaceByName("no-such-one")), ErrNoInterface},
		{"source without interface", s.JoinSource(group4, source4, Interface{}), ErrNoInterface},
		{"source that is a group", s.JoinSource(group4, group4, on), ErrInvalidAddress},
		{"source of the other family", s.JoinSource(group4, netip.IPv6Loopback(), on), ErrInvalidAddress},
		{"closed", func() error {
			c := bound(t, AnyV4(0))
			c.Close()
			return c.JoinGroup(group4, on)
		}(), ErrClosed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { errorIs(t, tt.name, tt.err, tt.want) })
	}
}

// TestE16Group6: membership on IPv6 sockets; nothing is sent, since the
// loopback of some systems has no route for it (E10).
func TestE16Group6(t *testing.T) {
	if _, ok := families(t)["IPv6"]; !ok {
		t.Skip("no IPv6")
	}
	lo := loopback(t)
	for name, on := range map[string]Interface{"index": InterfaceByIndex(lo.Index), "name": InterfaceByName(lo.Name), "address": InterfaceByAddress(netip.IPv6Loopback())} {
		t.Run(name, func(t *testing.T) {
			s := bound(t, AnyV6(0))
			for _, tt := range []struct {
				name string
				err  error
				want error
			}{
				{"join", s.JoinGroup(group6, on), nil},
				{"join twice", s.JoinGroup(group6, on), ErrAlreadyJoined},
				{"leave", s.LeaveGroup(group6, on), nil},
				{"leave twice", s.LeaveGroup(group6, on), ErrNotJoined},
				{"E5 index of no interface", s.JoinGroup(group6, InterfaceByIndex(9999)), ErrNoInterface},
				{"join on any link", s.JoinGroup(group6, Interface{}), ErrInvalidAddress},
				{"leave on any link", s.LeaveGroup(group6, Interface{}), ErrInvalidAddress},
				{"zone", s.JoinGroup(group6.WithZone(lo.Name), Interface{}), nil},
				{"leave without zone", s.LeaveGroup(group6, on), nil},
				{"source", s.JoinSource(group6, netip.IPv6Loopback(), on), nil},
				{"leave the source", s.LeaveSource(group6, netip.IPv6Loopback(), on), nil},
				{"outgoing", s.SetMulticastInterface(on), nil},
				{"other family", s.JoinGroup(group4, on), ErrInvalidAddress},
			} {
				errorIs(t, tt.name, tt.err, tt.want)
			}
			if n, err := s.MulticastInterface(); n != lo.Index || err != nil {
				t.Errorf("E14: outgoing interface %d, %v; want %d", n, err, lo.Index)
			}
		})
	}
}

// TestE6AnyInterface: without a route the system cannot choose.
func TestE6AnyInterface(t *testing.T) {
	s := bound(t, AnyV4(0))
	if err := s.JoinGroup(group4, Interface{}); err != nil {
		if !errors.Is(err, ErrAddrNotAvailable) && !errors.Is(err, ErrNoInterface) {
			t.Error(err)
		}
		return
	}
	if err := s.LeaveGroup(group4, Interface{}); err != nil {
		t.Error(err)
	}
}
