package net

import (
	"errors"
	stdnet "net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
)

// TestE7Stream: what belongs to groups is no option of a stream.
func TestE7Stream(t *testing.T) {
	s := builder(t, NewTCPSocketV4)
	errorIs(t, "MulticastTTL", SetOption(s, sockopt.MulticastTTL, 1), errors.ErrUnsupported)
	errorIs(t, "MulticastLoop", SetOption(s, sockopt.MulticastLoop, true), errors.ErrUnsupported)
}

// TestE8Many joins one group after the other. How many is the system's affair,
// and so is whether there is an end.
func TestE8Many(t *testing.T) {
	s, on := bound(t, AnyV4(0)), InterfaceByIndex(loopback(t).Index)
	group := netip.MustParseAddr("239.255.80.0")
	for joined := range 64 {
		if err := s.JoinGroup(group, on); err != nil {
			errorIs(t, "one too many", err, ErrTooManyMemberships)
			errorIs(t, "its class", err, ErrNoBuffers)
			if joined == 0 {
				t.Error("not even one")
			}
			return
		}
		group = group.Next()
	}
}

// outward is an interface that leads to others, with an address that a route
// to groups can have.
func outward(t *testing.T) Interface {
	t.Helper()
	list, err := stdnet.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		addrs, err := i.Addrs()
		if i.Flags&stdnet.FlagLoopback != 0 || i.Flags&stdnet.FlagMulticast == 0 || i.Flags&stdnet.FlagUp == 0 || err != nil {
			continue
		}
		for _, a := range addrs {
			if n, ok := a.(*stdnet.IPNet); ok && n.IP.To4() != nil {
				return InterfaceByIndex(i.Index)
			}
		}
	}
	t.Skip("no interface with multicast but the loopback, where this differs (E10)")
	return Interface{}
}

// TestE10Loop: with MulticastLoop off, this machine does not hear what it
// sends.
func TestE10Loop(t *testing.T) {
	on := outward(t)
	s, p := subscriber(t, 0), bound(t, AnyV4(0))
	if err := s.JoinGroup(group4, on); err != nil {
		t.Fatal(err)
	}
	if err := p.SetMulticastInterface(on); err != nil {
		t.Fatal(err)
	}
	to := AddressFrom(netip.AddrPortFrom(group4, s.LocalAddress().Port()))
	for _, send := range []struct {
		loop bool
		text string
	}{{false, "for others"}, {true, "for all"}} {
		if err := p.SetMulticastLoop(send.loop); err != nil {
			t.Fatal(err)
		}
		if loop, err := p.MulticastLoop(); loop != send.loop || err != nil {
			t.Errorf("MulticastLoop is %v, %v", loop, err)
		}
		mustSendTo(t, p, send.text, to)
	}
	wantText(t, s, "for all")
}

// TestE14Interface: what was chosen by any name reads as the index, and choosing
// nothing as 0.
func TestE14Interface(t *testing.T) {
	for name, on := range loopbackNames(t) {
		s := bound(t, AnyV4(0))
		before, e1 := s.MulticastInterface()
		e2 := s.SetMulticastInterface(on)
		after, e3 := s.MulticastInterface()
		want := []any{0, loopback(t).Index, nil, nil, nil}
		if diff := cmp.Diff(want, []any{before, after, e1, e2, e3}); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", name, diff)
		}
	}
}

// TestE17Hops: 0 hops is a choice, which this machine hears.
func TestE17Hops(t *testing.T) {
	s, p := subscriber(t, 0), publisher(t)
	if err := s.JoinGroup(group4, InterfaceByIndex(loopback(t).Index)); err != nil {
		t.Fatal(err)
	}
	for _, ttl := range []int{0, 1, 255} {
		if err := p.SetMulticastTTL(ttl); err != nil {
			t.Fatal(err)
		}
		if got, err := p.MulticastTTL(); got != ttl || err != nil {
			t.Errorf("MulticastTTL is %d, %v; want %d", got, err, ttl)
		}
		mustSendTo(t, p, "hello", AddressFrom(netip.AddrPortFrom(group4, s.LocalAddress().Port())))
		wantText(t, s, "hello")
	}
	for _, ttl := range []int{-1, 256} {
		if err := p.SetMulticastTTL(ttl); !errors.As(err, new(*RangeError)) {
			t.Errorf("SetMulticastTTL(%d): %v", ttl, err)
		}
	}
}
