package net

import (
	stdnet "net"
	"net/netip"

	"github.com/volt-net/volt/platform"
)

// Family is an address family.
type Family = platform.Family

// The families that [Address.Family] reports.
const (
	FamilyNone = platform.FamilyNone
	FamilyIPv4 = platform.Inet4
	FamilyIPv6 = platform.Inet6
)

// Address is an IP address with a port. It is a value: comparable with ==,
// usable as a map key, and free to copy. The zero Address is not valid.
//
// There is one form for each endpoint, so that what a peer is reported as
// equals what was dialled: IPv4-mapped IPv6 addresses are held as IPv4
// (DIFFERENCES F2), and only link-local addresses keep a zone, because
// kernels either ignore or refuse it on others (F5). A zone given as a number
// and the same zone given by name are different values.
type Address struct{ ap netip.AddrPort }

var _ stdnet.Addr = Address{}

// AddressFrom returns ap as an Address.
func AddressFrom(ap netip.AddrPort) Address {
	ip := ap.Addr().Unmap()
	if ip.Zone() != "" && !scoped(ip) {
		ip = ip.WithZone("")
	}
	return Address{netip.AddrPortFrom(ip, ap.Port())}
}

// AddressOf returns the Address that a standard address holds: an Address, a
// [stdnet.TCPAddr], a [stdnet.UDPAddr], or any type with a method
// AddrPort() netip.AddrPort. What holds no IP address, or a port outside 0 to
// 65535, is an [AddressError].
func AddressOf(addr stdnet.Addr) (Address, error) {
	switch v := addr.(type) {
	case nil:
		return Address{}, &AddressError{Why: whyNone}
	case Address:
		return checked(v, v)
	case *stdnet.TCPAddr:
		if v == nil {
			return Address{}, &AddressError{Why: whyNone}
		}
		return fromStd(v, v.AddrPort(), v.Port)
	case *stdnet.UDPAddr:
		if v == nil {
			return Address{}, &AddressError{Why: whyNone}
		}
		return fromStd(v, v.AddrPort(), v.Port)
	case interface{ AddrPort() netip.AddrPort }:
		return checked(addr, AddressFrom(v.AddrPort()))
	}
	return Address{}, &AddressError{Input: addr.String(), Why: whyKind}
}

// fromStd checks port as well: the standard types hold an int, which their
// AddrPort truncates.
func fromStd(addr stdnet.Addr, ap netip.AddrPort, port int) (Address, error) {
	if port != int(ap.Port()) {
		return Address{}, &AddressError{Input: addr.String(), Why: whyPortRange}
	}
	return checked(addr, AddressFrom(ap))
}

func checked(addr stdnet.Addr, a Address) (Address, error) {
	if !a.IsValid() {
		return Address{}, &AddressError{Input: addr.String(), Why: whyNoIP}
	}
	return a, nil
}

// AnyV4 is 0.0.0.0: every IPv4 interface.
func AnyV4(port uint16) Address {
	return Address{netip.AddrPortFrom(netip.IPv4Unspecified(), port)}
}

// AnyV6 is [::]: every IPv6 interface.
func AnyV6(port uint16) Address {
	return Address{netip.AddrPortFrom(netip.IPv6Unspecified(), port)}
}

// LoopbackV4 is 127.0.0.1.
func LoopbackV4(port uint16) Address {
	return Address{netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)}
}

// LoopbackV6 is [::1].
func LoopbackV6(port uint16) Address {
	return Address{netip.AddrPortFrom(netip.IPv6Loopback(), port)}
}

// AddrPort returns a as the standard library's value.
func (a Address) AddrPort() netip.AddrPort { return a.ap }

// IP returns the address without the port, zone included.
func (a Address) IP() netip.Addr { return a.ap.Addr() }

// Port returns the port.
func (a Address) Port() uint16 { return a.ap.Port() }

// Zone returns the interface of a link-local address, as a name or a number;
// it is empty for all others.
func (a Address) Zone() string { return a.ap.Addr().Zone() }

// Family returns FamilyIPv4 or FamilyIPv6, and FamilyNone for the zero Address.
func (a Address) Family() Family {
	switch {
	case a.ap.Addr().Is4():
		return FamilyIPv4
	case a.ap.Addr().Is6():
		return FamilyIPv6
	}
	return FamilyNone
}

// IsValid reports whether a holds an IP address; port 0 is valid.
func (a Address) IsValid() bool { return a.ap.IsValid() }

// IsLoopback reports whether a is in 127.0.0.0/8 or is ::1.
func (a Address) IsLoopback() bool { return a.ap.Addr().IsLoopback() }

// IsMulticast reports whether a names a group rather than one host.
func (a Address) IsMulticast() bool { return a.ap.Addr().IsMulticast() }

// IsUnspecified reports whether a is 0.0.0.0 or [::], with any port.
func (a Address) IsUnspecified() bool { return a.ap.Addr().IsUnspecified() }

// WithPort returns a with another port.
func (a Address) WithPort(port uint16) Address {
	return Address{netip.AddrPortFrom(a.ap.Addr(), port)}
}

// TCPAddr returns a as the type that net.Conn users assert on.
func (a Address) TCPAddr() *stdnet.TCPAddr { return stdnet.TCPAddrFromAddrPort(a.ap) }

// UDPAddr returns a as the type that net.PacketConn users assert on.
func (a Address) UDPAddr() *stdnet.UDPAddr { return stdnet.UDPAddrFromAddrPort(a.ap) }

// Network returns "ip": an Address belongs to no transport. Use
// [Address.TCPAddr] or [Address.UDPAddr] where the transport's name counts.
func (a Address) Network() string { return "ip" }

// String returns a in the form that [ParseAddress] takes.
func (a Address) String() string {
	if !a.IsValid() {
		return "invalid address"
	}
	return a.ap.String()
}

// MarshalText returns a in the form that [ParseAddress] takes; the zero
// Address is the empty text.
func (a Address) MarshalText() ([]byte, error) { return a.ap.MarshalText() }

// UnmarshalText is [ParseAddress], except that the empty text is the zero Address.
func (a *Address) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Address{}
		return nil
	}
	parsed, err := ParseAddress(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// scoped reports whether ip means something only together with an interface:
// link-local, and multicast that stays on a link or an interface.
func scoped(ip netip.Addr) bool {
	return ip.Is6() && (ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() || ip.IsInterfaceLocalMulticast())
}
