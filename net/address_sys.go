package net

import (
	"net/netip"

	"github.com/volt-net/volt/platform"
)

const (
	whyFamily    = "the socket is of the other IP family"
	whyZoneLess  = "a link-local address needs a zone"
	whyInterface = "no such interface"
	whyPortNone  = "port 0 cannot be reached"
	whyGroup     = "a stream cannot reach a multicast address"
	whyBroadcast = "a stream cannot reach a broadcast address"
)

var (
	broadcast         = netip.AddrFrom4([4]byte{255, 255, 255, 255})
	loopbackBroadcast = netip.AddrFrom4([4]byte{127, 255, 255, 255})
)

// checkRemote returns the address to connect or send to, after the checks
// that systems do differently or not at all: port 0 (C5), groups and
// broadcast on a stream (C7). The unspecified address stands for this host,
// as it does in the standard library (C6, C53).
func checkRemote(a Address, kind platform.Kind) (Address, error) {
	ip := a.IP()
	switch {
	case !a.IsValid():
		return Address{}, &AddressError{Why: whyNone}
	case a.Port() == 0:
		return Address{}, &AddressError{Input: a.String(), Why: whyPortNone}
	case ip == netip.IPv4Unspecified():
		return LoopbackV4(a.Port()), nil
	case ip == netip.IPv6Unspecified():
		return LoopbackV6(a.Port()), nil
	case kind != platform.Stream:
		return a, nil
	case ip.IsMulticast():
		return Address{}, &AddressError{Input: a.String(), Why: whyGroup}
	case ip == broadcast, ip == loopbackBroadcast:
		return Address{}, &AddressError{Input: a.String(), Why: whyBroadcast}
	}
	return a, nil
}

// checkLocal does for bind what checkRemote does for connect. A multicast
// address that stays on a link may be sent to without a zone, the socket's
// outgoing interface decides, but it cannot be bound (F5).
func checkLocal(a Address) error {
	switch {
	case !a.IsValid():
		return &AddressError{Why: whyNone}
	case scoped(a.IP()) && a.Zone() == "":
		return &AddressError{Input: a.String(), Why: whyZoneLess}
	}
	return nil
}

// sockaddr returns a for a socket of the given family. An IPv4 address goes
// to an IPv6 socket in mapped form if that is dual, and is refused otherwise,
// as is IPv6 on an IPv4 socket (C9, F4).
func (a Address) sockaddr(family platform.Family, dual bool) (platform.Addr, error) {
	ip := a.ap.Addr()
	switch {
	case !ip.IsValid():
		return platform.Addr{}, &AddressError{Why: whyNone}
	case family == platform.Inet4 && ip.Is4():
		to := platform.Addr{Family: family, Port: a.ap.Port()}
		four := ip.As4()
		copy(to.IP[:], four[:])
		return to, nil
	case family == platform.Inet6 && (ip.Is6() || dual):
		scope, err := a.scope()
		if err != nil {
			return platform.Addr{}, err
		}
		return platform.Addr{Family: family, Port: a.ap.Port(), Scope: scope, IP: ip.As16()}, nil
	}
	return platform.Addr{}, &AddressError{Input: a.String(), Why: whyFamily}
}

// scope is 0 unless the address is link-local (F7).
func (a Address) scope() (uint32, error) {
	ip := a.ap.Addr()
	if !scoped(ip) {
		return 0, nil
	}
	scope, ok := zones.index(ip.Zone())
	switch {
	case !ok:
		return 0, &AddressError{Input: a.String(), Why: whyInterface, Err: ErrNoInterface}
	case scope == 0 && !ip.IsMulticast():
		return 0, &AddressError{Input: a.String(), Why: whyZoneLess}
	}
	return scope, nil
}

// addressFromSys is the way back from a kernel's address; what holds no IP
// address is the zero Address. It allocates only for link-local addresses.
func addressFromSys(from platform.Addr) Address {
	switch from.Family {
	case platform.Inet4:
		return Address{netip.AddrPortFrom(netip.AddrFrom4([4]byte(from.IP[:4])), from.Port)}
	case platform.Inet6:
		ip := netip.AddrFrom16(from.IP).Unmap()
		if from.Scope != 0 && scoped(ip) {
			ip = ip.WithZone(zones.name(from.Scope))
		}
		return Address{netip.AddrPortFrom(ip, from.Port)}
	}
	return Address{}
}
