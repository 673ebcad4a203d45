package net

import (
	"net/netip"
	"testing"
)

// TestInterfaceNone: a name or an address that is not there is a mistake, and
// not the system's choice of an interface.
func TestInterfaceNone(t *testing.T) {
	for name, on := range map[string]Interface{"name": InterfaceByName(""), "address": InterfaceByAddress(netip.Addr{})} {
		s := bound(t, AnyV4(0))
		errorIs(t, "join by no "+name, s.JoinGroup(group4, on), ErrNoInterface)
		errorIs(t, "choose by no "+name, s.SetMulticastInterface(on), ErrNoInterface)
	}
}
