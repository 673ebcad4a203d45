package net

import (
	stdnet "net"
	"net/netip"
	"strconv"
)

// Interface names a network interface, by its index, its name or one of its
// addresses. The zero Interface leaves the choice to the system, which needs a
// route for that: many machines have none for multicast (E6, E16).
type Interface struct {
	index int
	name  string
	addr  netip.Addr
}

// InterfaceByIndex names the interface with an index of 1 or more; 0 is the
// system's choice.
func InterfaceByIndex(index int) Interface { return Interface{index: index} }

// InterfaceByName names the interface that the system calls name.
func InterfaceByName(name string) Interface {
	if name == "" {
		return noInterface
	}
	return Interface{name: name}
}

// noInterface is one that no machine has, for what names none by mistake.
var noInterface = Interface{index: -1}

// InterfaceByAddress names the interface that has an address; the unspecified
// address is the system's choice.
func InterfaceByAddress(ip netip.Addr) Interface {
	switch {
	case !ip.IsValid():
		return noInterface
	case ip.IsUnspecified():
		return Interface{}
	}
	return Interface{addr: ip.Unmap().WithZone("")}
}

// interfaceByZone names the interface of an address's zone, which may be a
// number (F6).
func interfaceByZone(zone string) Interface {
	if index, err := strconv.Atoi(zone); err == nil {
		return InterfaceByIndex(index)
	}
	return InterfaceByName(zone)
}

// String returns what names the interface, or "any".
func (i Interface) String() string {
	switch {
	case i.name != "":
		return i.name
	case i.addr.IsValid():
		return i.addr.String()
	case i.index != 0:
		return strconv.Itoa(i.index)
	}
	return "any"
}

// find returns the interface's index, 0 for the system's choice. That there is
// none is found here, since systems report it in many ways (E4, E5).
func (i Interface) find() (uint32, error) {
	switch {
	case i == (Interface{}):
		return 0, nil
	case i.index < 0:
		return 0, i.missing()
	}
	list, err := stdnet.Interfaces()
	if err != nil {
		return 0, err
	}
	for n := range list {
		if i.is(&list[n]) {
			return uint32(list[n].Index), nil
		}
	}
	return 0, i.missing()
}

func (i Interface) missing() error {
	return &AddressError{Input: i.String(), Why: whyInterface, Err: ErrNoInterface}
}

func (i Interface) is(candidate *stdnet.Interface) bool {
	switch {
	case i.name != "":
		return i.name == candidate.Name
	case !i.addr.IsValid():
		return i.index == candidate.Index
	}
	addrs, err := candidate.Addrs()
	if err != nil {
		return false
	}
	for _, a := range addrs {
		if n, ok := a.(*stdnet.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(n.IP); ok && ip.Unmap() == i.addr {
				return true
			}
		}
	}
	return false
}
