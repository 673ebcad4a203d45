package net

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// need6 skips the test on a machine without IPv6 (F9).
func need6(t testing.TB) {
	t.Helper()
	if _, ok := families(t)["IPv6"]; !ok {
		t.Skip("no IPv6")
	}
}

// TestF2AcceptedOptions: the options of both families work on an IPv4
// connection that a dual-stack listener has accepted.
func TestF2AcceptedOptions(t *testing.T) {
	need6(t)
	l, err := builder(t, NewTCPSocketDual).ListenOn(AnyV6(0), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := Connect(LoopbackV4(l.LocalAddress().Port()).String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := l.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, err := range []error{s.SetTTL(33), s.SetTOS(0x28)} {
		if err != nil {
			t.Error(err)
		}
	}
	ttl, e1 := s.TTL()
	tos, e2 := s.TOS()
	hops, e3 := s.HopLimit()
	class, e4 := s.TrafficClass()
	want := []any{33, 0x28, 33, 0x28, nil, nil, nil, nil}
	if diff := cmp.Diff(want, []any{ttl, tos, hops, class, e1, e2, e3, e4}); diff != "" {
		t.Errorf("TTL, TOS, HopLimit, TrafficClass (-want +got):\n%s", diff)
	}
}

// TestF3SamePort: a port may be listened on once for each family.
func TestF3SamePort(t *testing.T) {
	need6(t)
	for name, order := range map[string][]Address{
		"IPv6 first": {AnyV6(0), AnyV4(0)},
		"IPv4 first": {AnyV4(0), AnyV6(0)},
	} {
		t.Run(name, func(t *testing.T) {
			// The port is free for one family, and may be taken for the other.
			var err error
			for range 10 {
				if err = listenBoth(t, order[0], order[1]); !errors.Is(err, ErrAddrInUse) {
					break
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func listenBoth(t *testing.T, first, second Address) error {
	t.Helper()
	a, err := listenFamily(first, first.Family(), false)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := listenFamily(second.WithPort(a.LocalAddress().Port()), second.Family(), false)
	if err != nil {
		return err
	}
	return b.Close()
}

// TestF4OtherFamily: an IPv4 address, mapped or not, is none for a socket that
// keeps to IPv6, and the kernel is not asked.
func TestF4OtherFamily(t *testing.T) {
	need6(t)
	mapped := AddressFrom(netip.MustParseAddrPort("[::ffff:127.0.0.1]:80"))
	if diff := cmp.Diff(LoopbackV4(80), mapped, cmpAddress); diff != "" {
		t.Errorf("F2: (-want +got):\n%s", diff)
	}
	six := builder(t, NewTCPSocketV6)
	errorIs(t, "bind", six.Bind(mapped), ErrInvalidAddress)
	_, err := six.Connect(context.Background(), mapped)
	errorIs(t, "connect", err, ErrInvalidAddress)
	s := bound(t, LoopbackV6(0))
	errorIs(t, "UDP connect", s.Connect(mapped), ErrInvalidAddress)
	errorIs(t, "send", second(s.SendTo([]byte("x"), mapped)), ErrInvalidAddress)
	errorIs(t, "join", s.JoinGroup(group4, InterfaceByIndex(loopback(t).Index)), ErrInvalidAddress)
}

// TestF5Zone: a link-local address needs its zone, and no other has one.
func TestF5Zone(t *testing.T) {
	need6(t)
	for _, tt := range []struct {
		name, addr string
		want       error
	}{
		{"no zone", "[fe80::1]:0", ErrInvalidAddress},
		{"zone 0", "[fe80::1%0]:0", ErrInvalidAddress},
		{"name of no interface", "[fe80::1%nosuch0]:0", ErrNoInterface},
		{"zone of the loopback", "[::1%nosuch0]:0", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			errorIs(t, "bind", builder(t, NewTCPSocketV6).Bind(parsed(tt.addr)), tt.want)
			errorIs(t, "bind UDP", unbound(t, LoopbackV6(0)).Bind(parsed(tt.addr)), tt.want)
			if tt.want == nil {
				return
			}
			_, err := builder(t, NewTCPSocketV6).Connect(context.Background(), parsed(tt.addr).WithPort(80))
			errorIs(t, "connect", err, tt.want)
		})
	}
}

// TestF6Zones: an interface's name and its number are the same zone.
func TestF6Zones(t *testing.T) {
	need6(t)
	lo := loopback(t)
	group, s := netip.MustParseAddr("ff02::7702"), bound(t, AnyV6(0))
	for _, zones := range [][2]string{{lo.Name, strconv.Itoa(lo.Index)}, {strconv.Itoa(lo.Index), lo.Name}} {
		errorIs(t, "join", s.JoinGroup(group.WithZone(zones[0]), Interface{}), nil)
		errorIs(t, "join by the other name", s.JoinGroup(group.WithZone(zones[1]), Interface{}), ErrAlreadyJoined)
		errorIs(t, "leave by the other name", s.LeaveGroup(group.WithZone(zones[1]), Interface{}), nil)
	}
}

// TestF8Class: a new socket has traffic class 0, whatever the system's number
// for that is.
func TestF8Class(t *testing.T) {
	need6(t)
	tcp, e1 := builder(t, NewTCPSocketV6).TrafficClass()
	udp, e2 := bound(t, LoopbackV6(0)).TrafficClass()
	if diff := cmp.Diff([]any{0, 0, nil, nil}, []any{tcp, udp, e1, e2}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
