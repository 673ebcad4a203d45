package net

import (
	"context"
	stdnet "net"
	"net/netip"
	"slices"
)

// lookuper is what is needed of a [stdnet.Resolver].
type lookuper interface {
	LookupIPAddr(ctx context.Context, host string) ([]stdnet.IPAddr, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Resolve returns the addresses of a host, each with port, in the order in
// which the resolver prefers them. host is a name, or an IP address, which
// needs no resolver. Port 0 is allowed: it is for those who want the IP
// addresses. A failure is the resolver's *net.DNSError.
func Resolve(ctx context.Context, host string, port uint16) ([]Address, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []Address{AddressFrom(netip.AddrPortFrom(ip, port))}, nil
	}
	if ctx == nil {
		ctx = context.Background()
	}
	ips, err := lookup(ctx, stdnet.DefaultResolver, host)
	return resolved(ips, host, port, err)
}

// lookup is the one that keeps the zones of link-local addresses (I1). It waits
// for both families.
func lookup(ctx context.Context, r lookuper, host string) ([]netip.Addr, error) {
	found, err := r.LookupIPAddr(ctx, host)
	var ips []netip.Addr
	for _, a := range found {
		if ip, ok := netip.AddrFromSlice(a.IP); ok {
			ips = append(ips, ip.Unmap().WithZone(a.Zone))
		}
	}
	return ips, err
}

// ResolveFirst returns the address of a host that the resolver prefers.
func ResolveFirst(ctx context.Context, host string, port uint16) (Address, error) {
	list, err := Resolve(ctx, host, port)
	if err != nil {
		return Address{}, err
	}
	return list[0], nil
}

// resolveFamily asks for the addresses of one network, "ip4" or "ip6".
func resolveFamily(ctx context.Context, r lookuper, network, host string, port uint16) ([]Address, error) {
	ips, err := r.LookupNetIP(ctx, network, host)
	if slices.ContainsFunc(ips, func(ip netip.Addr) bool { return scoped(ip.Unmap()) }) {
		// A hosts file may have given a zone, which was dropped. Without an answer to
		// that, what there is may still be of use.
		if all, failed := lookup(ctx, r, host); failed == nil {
			ips = slices.DeleteFunc(all, netip.Addr.Is4)
		}
	}
	return resolved(ips, host, port, err)
}

// resolved is what a lookup has found: at least one address, and none twice,
// or an error.
func resolved(ips []netip.Addr, host string, port uint16, err error) ([]Address, error) {
	if err != nil {
		return nil, err
	}
	var list []Address
	for _, ip := range ips {
		a := AddressFrom(netip.AddrPortFrom(ip, port))
		if !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	if list == nil {
		return nil, &stdnet.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	return list, nil
}
