package net

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// udpLoopbacks are the addresses that UDP sockets of the tests bind.
func udpLoopbacks(t testing.TB) map[string]Address {
	m := map[string]Address{"IPv4": LoopbackV4(0)}
	if _, ok := families(t)["IPv6"]; ok {
		m["IPv6"] = LoopbackV6(0)
	}
	return m
}

// bound returns a UDP socket that is closed with t, and waits for no longer
// than the tests' patience.
func bound(t testing.TB, addr Address) *UDPSocket {
	t.Helper()
	s, err := BindUDP(addr)
	if err != nil {
		t.Fatal(err)
	}
	return kept(t, s)
}

func kept(t testing.TB, s *UDPSocket) *UDPSocket {
	t.Helper()
	t.Cleanup(func() { s.Close() })
	s.SetDeadline(time.Now().Add(patience))
	return s
}

// unbound is bound for a socket of addr's family without an address.
func unbound(t testing.TB, addr Address) *UDPSocket {
	t.Helper()
	make := UnboundUDP
	if addr.Family() == FamilyIPv6 {
		make = UnboundUDPv6
	}
	s, err := make()
	if err != nil {
		t.Fatal(err)
	}
	return kept(t, s)
}

// connected returns two sockets that have each other as peer.
func connectedUDP(t testing.TB, addr Address) (a, b *UDPSocket) {
	t.Helper()
	a, b = bound(t, addr), bound(t, addr)
	for _, err := range []error{a.Connect(b.LocalAddress()), b.Connect(a.LocalAddress())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return a, b
}

// deadPort is an address of this machine where nobody listens.
func deadPort(t testing.TB, addr Address) Address {
	t.Helper()
	s := bound(t, addr)
	defer s.Close()
	return s.LocalAddress()
}

func mustSendTo(t testing.TB, s *UDPSocket, p string, to Address) {
	t.Helper()
	if n, err := s.SendTo([]byte(p), to); err != nil || n != len(p) {
		t.Fatalf("SendTo: %d, %v", n, err)
	}
}

// datagramFrom is what one call has received.
type datagramFrom struct {
	Text string
	From Address
}

func wantDatagram(t testing.TB, s *UDPSocket, want datagramFrom) {
	t.Helper()
	p := make([]byte, 1<<10)
	n, from, err := s.RecvFrom(p)
	if err != nil {
		t.Fatalf("RecvFrom: %v", err)
	}
	if diff := cmp.Diff(want, datagramFrom{string(p[:n]), from}, cmpAddress); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}
