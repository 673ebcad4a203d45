package net

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/volt-net/volt/platform"
)

// equateClasses compares the classes inside errors by identity.
var equateClasses = cmp.FilterValues(func(x, y error) bool { return x == ErrNoInterface || y == ErrNoInterface }, cmpopts.EquateErrors())

func ip16(ip string) [16]byte { return netip.MustParseAddr(ip).As16() }

func TestSockaddr(t *testing.T) {
	four := platform.Addr{Family: platform.Inet4, Port: 80, IP: [16]byte{1, 2, 3, 4}}
	bad := func(in, why string) error { return &AddressError{Input: in, Why: why} }
	for _, tt := range []struct {
		name   string
		in     string
		family platform.Family
		dual   bool
		want   platform.Addr
		err    error
	}{
		{"v4 on v4", "1.2.3.4:80", platform.Inet4, false, four, nil},
		{"v6 on v6", "[2001:db8::1]:80", platform.Inet6, false, platform.Addr{Family: platform.Inet6, Port: 80, IP: ip16("2001:db8::1")}, nil},
		{"v4 on dual", "1.2.3.4:80", platform.Inet6, true, platform.Addr{Family: platform.Inet6, Port: 80, IP: ip16("::ffff:1.2.3.4")}, nil},
		{"v4 on v6only", "1.2.3.4:80", platform.Inet6, false, platform.Addr{}, bad("1.2.3.4:80", whyFamily)},
		{"v6 on v4", "[::1]:80", platform.Inet4, false, platform.Addr{}, bad("[::1]:80", whyFamily)},
		{"v6 on v4, dual", "[::1]:80", platform.Inet4, true, platform.Addr{}, bad("[::1]:80", whyFamily)},
		{"on a unix socket", "[::1]:80", platform.Unix, false, platform.Addr{}, bad("[::1]:80", whyFamily)},
		{"zero", "", platform.Inet4, false, platform.Addr{}, bad("", whyNone)},
		{"numeric zone", "[fe80::1%9999]:80", platform.Inet6, false, platform.Addr{Family: platform.Inet6, Port: 80, Scope: 9999, IP: ip16("fe80::1")}, nil},
		{"named zone", "[fe80::1%known0]:80", platform.Inet6, true, platform.Addr{Family: platform.Inet6, Port: 80, Scope: 7, IP: ip16("fe80::1")}, nil},
		{"multicast zone", "[ff02::1%known0]:80", platform.Inet6, false, platform.Addr{Family: platform.Inet6, Port: 80, Scope: 7, IP: ip16("ff02::1")}, nil},
		{"multicast without zone", "[ff02::1]:80", platform.Inet6, false, platform.Addr{Family: platform.Inet6, Port: 80, IP: ip16("ff02::1")}, nil},
		{"zone without use", "[::1%known0]:80", platform.Inet6, false, platform.Addr{Family: platform.Inet6, Port: 80, IP: ip16("::1")}, nil},
		{"no zone", "[fe80::1]:80", platform.Inet6, false, platform.Addr{}, bad("[fe80::1]:80", whyZoneLess)},
		{"zone 0", "[fe80::1%0]:80", platform.Inet6, false, platform.Addr{}, bad("[fe80::1%0]:80", whyZoneLess)},
		{"unknown zone", "[fe80::1%nosuch]:80", platform.Inet6, false, platform.Addr{},
			&AddressError{Input: "[fe80::1%nosuch]:80", Why: whyInterface, Err: ErrNoInterface}},
		{"zone beyond 32 bits", "[fe80::1%4294967296]:80", platform.Inet6, false, platform.Addr{},
			&AddressError{Input: "[fe80::1%4294967296]:80", Why: whyInterface, Err: ErrNoInterface}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			withInterfaces(t, "known0", 7)
			var a Address
			if tt.in != "" {
				a = mustParse(t, tt.in)
			}
			got, err := a.sockaddr(tt.family, tt.dual)
			if diff := cmp.Diff([]any{tt.want, tt.err}, []any{got, err}, equateClasses); diff != "" {
				t.Error(diff)
			}
			if err != nil && !errors.Is(err, ErrInvalidAddress) {
				t.Errorf("%v does not match ErrInvalidAddress", err)
			}
		})
	}
}

func TestUnknownZoneIsNoInterface(t *testing.T) {
	withInterfaces(t, "known0", 7)
	if _, err := mustParse(t, "[fe80::1%nosuch]:80").sockaddr(platform.Inet6, false); !errors.Is(err, ErrNoInterface) {
		t.Errorf("sockaddr = %v, want ErrNoInterface", err)
	}
}

func TestAddressFromSys(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   platform.Addr
		want string
	}{
		{"v4", platform.Addr{Family: platform.Inet4, Port: 80, IP: [16]byte{1, 2, 3, 4}}, "1.2.3.4:80"},
		{"mapped", platform.Addr{Family: platform.Inet6, Port: 80, IP: ip16("::ffff:1.2.3.4")}, "1.2.3.4:80"},
		{"v6", platform.Addr{Family: platform.Inet6, Port: 80, IP: ip16("::1")}, "[::1]:80"},
		{"v6 with a scope", platform.Addr{Family: platform.Inet6, Port: 80, Scope: 7, IP: ip16("::1")}, "[::1]:80"},
		{"link-local", platform.Addr{Family: platform.Inet6, Port: 80, Scope: 7, IP: ip16("fe80::1")}, "[fe80::1%known0]:80"},
		{"link-local, interface gone", platform.Addr{Family: platform.Inet6, Port: 80, Scope: 8, IP: ip16("fe80::1")}, "[fe80::1%8]:80"},
		{"link-local without scope", platform.Addr{Family: platform.Inet6, Port: 80, IP: ip16("fe80::1")}, "[fe80::1]:80"},
		{"nothing", platform.Addr{}, "invalid address"},
		{"unix", platform.Addr{Family: platform.Unix, Path: "/x"}, "invalid address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			withInterfaces(t, "known0", 7)
			if diff := cmp.Diff(tt.want, addressFromSys(tt.in).String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckRemote(t *testing.T) {
	for _, tt := range []struct {
		in, stream, datagram string // the address to use, or why not
	}{
		{"1.2.3.4:80", "1.2.3.4:80", "1.2.3.4:80"},
		{"[fe80::1%x]:80", "[fe80::1%x]:80", "[fe80::1%x]:80"},
		{"0.0.0.0:80", "127.0.0.1:80", "127.0.0.1:80"},
		{"[::]:80", "[::1]:80", "[::1]:80"},
		{"1.2.3.4:0", whyPortNone, whyPortNone},
		{"0.0.0.0:0", whyPortNone, whyPortNone},
		{"[::]:0", whyPortNone, whyPortNone},
		{"224.0.0.1:80", whyGroup, "224.0.0.1:80"},
		{"[ff02::1]:80", whyGroup, "[ff02::1]:80"},
		{"[ff02::1%x]:80", whyGroup, "[ff02::1%x]:80"},
		{"255.255.255.255:80", whyBroadcast, "255.255.255.255:80"},
		{"127.255.255.255:80", whyBroadcast, "127.255.255.255:80"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got := func(kind platform.Kind) string {
				a, err := checkRemote(mustParse(t, tt.in), kind)
				if err == nil {
					return a.String()
				}
				if diff := cmp.Diff(error(&AddressError{Input: tt.in, Why: err.(*AddressError).Why}), err); diff != "" || a.IsValid() {
					t.Error(a, diff)
				}
				return err.(*AddressError).Why
			}
			if diff := cmp.Diff([]string{tt.stream, tt.datagram}, []string{got(platform.Stream), got(platform.Datagram)}); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := checkRemote(Address{}, platform.Stream); !errors.Is(err, ErrInvalidAddress) {
		t.Errorf("zero Address: %v, want ErrInvalidAddress", err)
	}
}

func TestCheckLocal(t *testing.T) {
	for _, tt := range []struct {
		in  Address
		err error
	}{
		{AnyV4(0), nil},
		{AnyV6(0), nil},
		{mustParse(t, "224.0.0.1:80"), nil},
		{mustParse(t, "[ff05::1]:80"), nil},
		{mustParse(t, "[fe80::1%x]:80"), nil},
		{Address{}, &AddressError{Why: whyNone}},
		{mustParse(t, "[fe80::1]:80"), &AddressError{Input: "[fe80::1]:80", Why: whyZoneLess}},
		{mustParse(t, "[ff02::1]:80"), &AddressError{Input: "[ff02::1]:80", Why: whyZoneLess}},
	} {
		t.Run(tt.in.String(), func(t *testing.T) {
			if diff := cmp.Diff(tt.err, checkLocal(tt.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddressAllocations(t *testing.T) {
	v4, v6 := LoopbackV4(80), LoopbackV6(80)
	link := mustParse(t, "[fe80::1%known0]:80")
	withInterfaces(t, "known0", 7)
	for _, tt := range []struct {
		name string
		run  func()
	}{
		{"v4", func() { roundTrip(v4, platform.Inet4, false) }},
		{"v6", func() { roundTrip(v6, platform.Inet6, false) }},
		{"dual", func() { roundTrip(v4, platform.Inet6, true) }},
		{"check", func() { _, _ = checkRemote(v4, platform.Stream) }},
		{"link-local out", func() { _, _ = link.sockaddr(platform.Inet6, false) }},
	} {
		if n := testing.AllocsPerRun(100, tt.run); n != 0 {
			t.Errorf("%s: %v allocations, want none", tt.name, n)
		}
	}
}

func roundTrip(a Address, family platform.Family, dual bool) Address {
	to, err := a.sockaddr(family, dual)
	if err != nil {
		panic(err)
	}
	return addressFromSys(to)
}

// FuzzSockaddr follows an address into a kernel's memory and back, in the
// layouts of both families of systems.
func FuzzSockaddr(f *testing.F) {
	ip := ip16("fe80::1")
	f.Add(ip[:], uint16(80), uint32(3), false)
	f.Add([]byte{127, 0, 0, 1}, uint16(0), uint32(0), true)
	layouts := []*platform.SockaddrLayout{
		sys.Traits().Sockaddr,
		{Inet4: 2, Inet6: 10, Unix: 1, PathSize: 108},
		{Inet4: 2, Inet6: 30, Unix: 1, HasLen: true, PathSize: 104},
	}
	f.Fuzz(func(t *testing.T, b []byte, port uint16, scope uint32, dual bool) {
		ip, ok := netip.AddrFromSlice(b)
		if !ok {
			return
		}
		if scope != 0 {
			ip = ip.WithZone(strconv.FormatUint(uint64(scope), 10))
		}
		withInterfaces(t, "other", math.MaxInt32)
		a := AddressFrom(netip.AddrPortFrom(ip, port))
		family := a.Family()
		if dual {
			family = platform.Inet6
		}
		to, err := a.sockaddr(family, dual)
		if err != nil {
			if !errors.Is(err, ErrInvalidAddress) || a.Zone() != "" || !a.IP().IsLinkLocalUnicast() {
				t.Fatalf("%v: %v", a, err)
			}
			return
		}
		for _, layout := range layouts {
			var memory platform.Sockaddr
			n, err := layout.Encode(&memory, to)
			if err != nil {
				t.Fatal(err)
			}
			if got := binary.BigEndian.Uint16(memory.Bytes()[2:]); got != port {
				t.Errorf("port %d is %d in memory", port, got)
			}
			got := addressFromSys(layout.Decode(&memory, n))
			if a.Zone() == strconv.Itoa(math.MaxInt32) {
				a = AddressFrom(netip.AddrPortFrom(a.IP().WithZone("other"), port))
			}
			if diff := cmp.Diff(a, got, equateAddresses); diff != "" {
				t.Error(diff)
			}
		}
	})
}
