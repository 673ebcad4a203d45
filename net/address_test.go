package net

import (
	"encoding/json"
	"errors"
	stdnet "net"
	"net/netip"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// equateAddresses lets cmp.Diff see into the types that compare with ==.
var equateAddresses = cmpopts.EquateComparable(Address{}, UnixAddr{}, netip.Addr{}, netip.AddrPort{})

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		family   Family
		zone     string
	}{
		{"1.2.3.4:80", "1.2.3.4:80", FamilyIPv4, ""},
		{"0.0.0.0:0", "0.0.0.0:0", FamilyIPv4, ""},
		{"255.255.255.255:65535", "255.255.255.255:65535", FamilyIPv4, ""},
		{"[::1]:80", "[::1]:80", FamilyIPv6, ""},
		{"[0:0:0:0:0:0:0:1]:80", "[::1]:80", FamilyIPv6, ""},
		{"[2001:DB8::1]:443", "[2001:db8::1]:443", FamilyIPv6, ""},
		{"[fe80::1%eth0]:80", "[fe80::1%eth0]:80", FamilyIPv6, "eth0"},
		{"[fe80::1%2]:80", "[fe80::1%2]:80", FamilyIPv6, "2"},
		{"[fe80::1]:80", "[fe80::1]:80", FamilyIPv6, ""},
		{"[ff02::fb%em0.100]:5353", "[ff02::fb%em0.100]:5353", FamilyIPv6, "em0.100"},
		{"[::1%lo]:80", "[::1]:80", FamilyIPv6, ""},
		{"[2001:db8::1%eth0]:80", "[2001:db8::1]:80", FamilyIPv6, ""},
		{"[::ffff:1.2.3.4]:80", "1.2.3.4:80", FamilyIPv4, ""},
		{"[::ffff:1.2.3.4%eth0]:80", "1.2.3.4:80", FamilyIPv4, ""},
	} {
		t.Run(tt.in, func(t *testing.T) {
			a, err := ParseAddress(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			got := []any{a.String(), a.Family(), a.Zone(), a.IsValid()}
			if diff := cmp.Diff([]any{tt.want, tt.family, tt.zone, true}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseAddressErrors(t *testing.T) {
	for _, tt := range []struct{ in, why string }{
		{"", whyNone},
		{"1.2.3.4", whyNoPort},
		{"1.2.3.4:", whyNoPort},
		{"[::1]", whyNoPort},
		{"[::1]:", whyNoPort},
		{"[::1]80", whyNoPort},
		{":80", whyNoHost},
		{"[]:80", whyNoHost},
		{"::1:80", whyBrackets},
		{"1.2.3.4:80:", whyBrackets},
		{"[::1", whyNoBracket},
		{"[::1]:80:", whyPortDigits},
		{"[1.2.3.4]:80", whyBracketedV4},
		{"1.2.3.4:+80", whyPortDigits},
		{"1.2.3.4:-1", whyPortDigits},
		{"1.2.3.4:http", whyPortDigits},
		{"1.2.3.4:0x50", whyPortDigits},
		{"1.2.3.4: 80", whyPortDigits},
		{"1.2.3.4:80 ", whyPortDigits},
		{"1.2.3.4:8٠", whyPortDigits},
		{"1.2.3.4:080", whyPortZero},
		{"1.2.3.4:00", whyPortZero},
		{"1.2.3.4:65536", whyPortRange},
		{"1.2.3.4:18446744073709551696", whyPortRange},
		{"01.2.3.4:80", whyOctetZero},
		{"1.2.3.010:80", whyOctetZero},
		{"1.2.3:80", whyNotIP},
		{"1.2.3.256:80", whyNotIP},
		{"1.2.3.4.5:80", whyNotIP},
		{"1.2.3.4%eth0:80", whyNotIP},
		{"localhost:80", whyNotIP},
		{"*:80", whyNotIP},
		{" 1.2.3.4:80", whyNotIP},
		{"[[::1]]:80", whyNoPort},
		{"[fe80::1%]:80", whyNotIP},
		{"[fe80::1%a%b]:80", whyZone},
		{"[fe80::1%a b]:80", whyZone},
		{"[fe80::1%a:b]:80", whyZone},
		{"[fe80::1%a\x00]:80", whyZone},
		{"[::1]:80\n", whyPortDigits},
	} {
		t.Run(tt.in, func(t *testing.T) {
			a, err := ParseAddress(tt.in)
			if diff := cmp.Diff(error(&AddressError{Input: tt.in, Why: tt.why}), err); diff != "" {
				t.Error(diff)
			}
			if !errors.Is(err, ErrInvalidAddress) || a.IsValid() {
				t.Errorf("ParseAddress = %v, %v; want the zero Address and ErrInvalidAddress", a, err)
			}
		})
	}
}

func TestAddressErrorText(t *testing.T) {
	_, err := ParseAddress("1.2.3.4:65536")
	want := `invalid address "1.2.3.4:65536": the port is not in 0 to 65535`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestParseListen(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Address
		dual bool
		err  error
	}{
		{":8080", AnyV6(8080), true, nil},
		{":0", AnyV6(0), true, nil},
		{"0.0.0.0:8080", AnyV4(8080), false, nil},
		{"[::]:8080", AnyV6(8080), false, nil},
		{"127.0.0.1:0", LoopbackV4(0), false, nil},
		{":", Address{}, false, &AddressError{Input: ":", Why: whyNoPort}},
		{":080", Address{}, false, &AddressError{Input: ":080", Why: whyPortZero}},
		{":70000", Address{}, false, &AddressError{Input: ":70000", Why: whyPortRange}},
		{"::", Address{}, false, &AddressError{Input: "::", Why: whyBrackets}},
		{"8080", Address{}, false, &AddressError{Input: "8080", Why: whyNoPort}},
		{"", Address{}, false, &AddressError{Why: whyNone}},
		{"localhost:80", Address{}, false, &AddressError{Input: "localhost:80", Why: whyNotIP}},
	} {
		t.Run(tt.in, func(t *testing.T) {
			a, dual, err := parseListen(tt.in)
			if diff := cmp.Diff([]any{tt.want, tt.dual, tt.err}, []any{a, dual, err}, equateAddresses); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// foreignAddr is an address of a type that only its method tells of.
type foreignAddr struct{ ap netip.AddrPort }

func (a foreignAddr) AddrPort() netip.AddrPort { return a.ap }
func (a foreignAddr) Network() string          { return "x" }
func (a foreignAddr) String() string           { return a.ap.String() }

func TestAddressOf(t *testing.T) {
	loopback := stdnet.IPv4(127, 0, 0, 1) // sixteen bytes, IPv4-mapped
	for _, tt := range []struct {
		name string
		in   stdnet.Addr
		want Address
		err  error
	}{
		{"tcp", &stdnet.TCPAddr{IP: loopback, Port: 80}, LoopbackV4(80), nil},
		{"udp", &stdnet.UDPAddr{IP: stdnet.IPv6loopback, Port: 80}, LoopbackV6(80), nil},
		{"address", LoopbackV6(1), LoopbackV6(1), nil},
		{"carries an AddrPort", foreignAddr{netip.MustParseAddrPort("[::ffff:127.0.0.1]:9")}, LoopbackV4(9), nil},
		{"zone", &stdnet.UDPAddr{IP: stdnet.ParseIP("fe80::1"), Port: 1, Zone: "eth0"}, mustParse(t, "[fe80::1%eth0]:1"), nil},
		{"zone without use", &stdnet.TCPAddr{IP: stdnet.IPv6loopback, Port: 1, Zone: "eth0"}, LoopbackV6(1), nil},
		{"carries none", foreignAddr{}, Address{}, &AddressError{Input: "invalid AddrPort", Why: whyNoIP}},
		{"nil", nil, Address{}, &AddressError{Why: whyNone}},
		{"nil tcp", (*stdnet.TCPAddr)(nil), Address{}, &AddressError{Why: whyNone}},
		{"nil udp", (*stdnet.UDPAddr)(nil), Address{}, &AddressError{Why: whyNone}},
		{"no ip", &stdnet.UDPAddr{Port: 80}, Address{}, &AddressError{Input: ":80", Why: whyNoIP}},
		{"odd ip", &stdnet.TCPAddr{IP: stdnet.IP{1, 2}, Port: 80}, Address{}, &AddressError{Input: "?0102:80", Why: whyNoIP}},
		{"large port", &stdnet.TCPAddr{IP: loopback, Port: 65536 + 80}, Address{}, &AddressError{Input: "127.0.0.1:65616", Why: whyPortRange}},
		{"negative port", &stdnet.UDPAddr{IP: loopback, Port: -1}, Address{}, &AddressError{Input: "127.0.0.1:-1", Why: whyPortRange}},
		{"zero address", Address{}, Address{}, &AddressError{Input: "invalid address", Why: whyNoIP}},
		{"unix", &stdnet.UnixAddr{Name: "/x"}, Address{}, &AddressError{Input: "/x", Why: whyKind}},
		{"ip", &stdnet.IPAddr{IP: loopback}, Address{}, &AddressError{Input: "127.0.0.1", Why: whyKind}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := AddressOf(tt.in)
			if diff := cmp.Diff([]any{tt.want, tt.err}, []any{a, err}, equateAddresses); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func mustParse(t testing.TB, s string) Address {
	t.Helper()
	a, err := ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAddressProperties(t *testing.T) {
	type props struct{ Loopback, Multicast, Unspecified, Valid bool }
	for _, tt := range []struct {
		a    Address
		want props
	}{
		{Address{}, props{}},
		{AnyV4(1), props{Unspecified: true, Valid: true}},
		{AnyV6(1), props{Unspecified: true, Valid: true}},
		{LoopbackV4(1), props{Loopback: true, Valid: true}},
		{LoopbackV6(1), props{Loopback: true, Valid: true}},
		{mustParse(t, "127.9.9.9:1"), props{Loopback: true, Valid: true}},
		{mustParse(t, "224.0.0.1:1"), props{Multicast: true, Valid: true}},
		{mustParse(t, "[ff05::1]:1"), props{Multicast: true, Valid: true}},
		{mustParse(t, "192.0.2.1:1"), props{Valid: true}},
	} {
		t.Run(tt.a.String(), func(t *testing.T) {
			got := props{tt.a.IsLoopback(), tt.a.IsMulticast(), tt.a.IsUnspecified(), tt.a.IsValid()}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddressConversions(t *testing.T) {
	a := mustParse(t, "[fe80::1%eth0]:80")
	want := []any{
		&stdnet.TCPAddr{IP: stdnet.ParseIP("fe80::1"), Port: 80, Zone: "eth0"},
		&stdnet.UDPAddr{IP: stdnet.ParseIP("fe80::1"), Port: 80, Zone: "eth0"},
		netip.MustParseAddrPort("[fe80::1%eth0]:80"), netip.MustParseAddr("fe80::1%eth0"),
		uint16(80), mustParse(t, "[fe80::1%eth0]:81"), "ip",
	}
	got := []any{a.TCPAddr(), a.UDPAddr(), a.AddrPort(), a.IP(), a.Port(), a.WithPort(81), a.Network()}
	if diff := cmp.Diff(want, got, equateAddresses); diff != "" {
		t.Error(diff)
	}
}

func TestAddressIsMapKey(t *testing.T) {
	m := map[Address]string{LoopbackV4(80): "four", LoopbackV6(80): "six"}
	got := []string{m[mustParse(t, "127.0.0.1:80")], m[mustParse(t, "[::ffff:127.0.0.1]:80")], m[mustParse(t, "[::1%lo]:80")]}
	if diff := cmp.Diff([]string{"four", "four", "six"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAddressText(t *testing.T) {
	type config struct{ Listen, Peer Address }
	want := config{Listen: mustParse(t, "[::1]:80")}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"Listen":"[::1]:80","Peer":""}`, string(text)); diff != "" {
		t.Error(diff)
	}
	got := config{Peer: AnyV4(1)}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, equateAddresses); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"Listen":"localhost:80"}`), &got); !errors.Is(err, ErrInvalidAddress) {
		t.Errorf("Unmarshal = %v, want ErrInvalidAddress", err)
	}
	if diff := cmp.Diff(want, got, equateAddresses); diff != "" {
		t.Error("a failed UnmarshalText changed the address:", diff)
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"1.2.3.4:80", "[::1]:80", "[fe80::1%eth0]:65535", "[::ffff:1.2.3.4]:1", ":80", "[", "01.2.3.4:080"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			if !errors.Is(err, ErrInvalidAddress) || a != (Address{}) {
				t.Fatalf("ParseAddress(%q) = %v, %v", s, a, err)
			}
			return
		}
		std, err := netip.ParseAddrPort(s)
		if err != nil {
			t.Fatalf("ParseAddress takes %q, netip says %v", s, err)
		}
		if diff := cmp.Diff(AddressFrom(std), a, equateAddresses); diff != "" {
			t.Errorf("netip reads %q differently: %s", s, diff)
		}
		if again, err := ParseAddress(a.String()); again != a {
			t.Errorf("%q prints as %q, which parses as %v, %v", s, a, again, err)
		}
		if host, port, err := stdnet.SplitHostPort(s); err != nil || port != strconv.Itoa(int(a.Port())) {
			t.Errorf("SplitHostPort(%q) = %q, %q, %v", s, host, port, err)
		}
	})
}
