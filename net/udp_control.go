package net

import (
	"math"
	"net/netip"
	"strconv"

	"github.com/volt-net/volt/platform"
)

// control adds to b what m chooses for a datagram to an address, after the
// checks.
func (m *Meta) control(d *desc, to platform.Addr, b []byte) ([]byte, error) {
	t, err := m.choice(d)
	if err != nil {
		return nil, err
	}
	family := d.packetFamily(to)
	if t.Local.Family != platform.FamilyNone && t.Local.Family != family {
		return nil, &AddressError{Input: m.Src.String(), Why: whyFamily}
	}
	b, missing := sys.Traits().Control.Append(b, t, family)
	if missing != "" {
		return nil, &UnsupportedError{Option: "Meta." + missing, OS: sys.Traits().OS, Why: "it cannot be chosen for one datagram"}
	}
	return b, nil
}

// choice checks what m chooses.
func (m *Meta) choice(d *desc) (platform.Meta, error) {
	t := platform.Meta{IfIndex: uint32(m.IfIndex), Hops: m.TTL, Class: m.TOS, Segment: m.Segment}
	if m.IfIndex < 0 || m.IfIndex > math.MaxInt32 {
		return t, &RangeError{Option: "Meta.IfIndex", Got: strconv.Itoa(m.IfIndex), Min: "0", Max: strconv.Itoa(math.MaxInt32)}
	}
	for _, v := range []struct {
		info *platform.OptionInfo
		n    int
	}{{platform.TTL.Info(), m.TTL}, {platform.TOS.Info(), m.TOS}, {platform.SegmentSize.Info(), m.Segment}} {
		if v.n == 0 {
			continue
		}
		if err := v.info.Check(platform.Pack(v.n)); err != nil {
			return t, err
		}
	}
	if m.Segment != 0 {
		if _, err := getOption(d, platform.SegmentSize); err != nil {
			return t, err // an older kernel would send it as one datagram
		}
	}
	if m.Src.IsValid() && !m.Src.IsUnspecified() {
		var err error
		if t.Local, err = d.source(m.Src); err != nil {
			return t, err
		}
	}
	if four, ok := unmapped(t.Local); ok {
		t.Local = four
	}
	return t, nil
}

// source returns the address to send from, or none if the socket sends from
// it by itself. Some systems take an address only of a socket that is bound to
// a port of all addresses (D22).
func (d *desc) source(a Address) (platform.Addr, error) {
	from, err := a.sockaddr(d.family, d.dual)
	if err != nil {
		return platform.Addr{}, err
	}
	at := d.localAddr()
	if at.Family == platform.FamilyNone {
		if at, err = d.bindAny(); err != nil {
			return platform.Addr{}, err
		}
	}
	if at.IP == from.IP && at.Scope == from.Scope {
		return platform.Addr{}, nil
	}
	return from, nil
}

// bindAny binds a socket that has no address yet, and returns the address that
// it then has.
func (d *desc) bindAny() (platform.Addr, error) {
	if err := d.acquire(); err != nil {
		return platform.Addr{}, err
	}
	defer d.release()
	at, err := sys.LocalAddr(d.fd)
	if err != nil || at.Port != 0 || at.IP != (platform.Addr{}).IP {
		return at, err
	}
	err = sys.Bind(d.fd, platform.Addr{Family: d.family})
	if at := d.localAddr(); at.Family != platform.FamilyNone {
		return at, nil // if not by this call, by one at the same time
	}
	return at, err
}

// packetFamily is the family of the packets to an address, or to the peer: a
// dual-stack socket sends to IPv4 addresses in mapped form.
func (d *desc) packetFamily(to platform.Addr) platform.Family {
	if to.Family == platform.FamilyNone {
		to = d.peer()
	}
	if _, ok := unmapped(to); ok {
		return platform.Inet4
	}
	return d.family
}

func unmapped(a platform.Addr) (platform.Addr, bool) {
	if a.Family != platform.Inet6 || !netip.AddrFrom16(a.IP).Is4In6() {
		return platform.Addr{}, false
	}
	four := platform.Addr{Family: platform.Inet4, Port: a.Port}
	copy(four.IP[:4], a.IP[12:])
	return four, true
}
