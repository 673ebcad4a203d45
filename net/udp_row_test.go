package net

import (
	stdnet "net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestD8Control: the largest datagram goes with control messages too, at once,
// though the send buffer is little larger.
func TestD8Control(t *testing.T) {
	a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	text := sized(1, 65507)
	n, err := a.TrySendMessage([]byte(text), Meta{Dst: b.LocalAddress(), TOS: 0x28})
	if n != len(text) || err != nil {
		t.Fatalf("TrySendMessage: %d, %v", n, err)
	}
	if diff := cmp.Diff([]string{text}, recvAll(t, b, 1)); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

// TestD13Shutdown: shutting down means another thing to UDP on each system, so
// there is no way to.
func TestD13Shutdown(t *testing.T) {
	var s any = bound(t, LoopbackV4(0))
	for name, has := range map[string]bool{
		"Shutdown":   is[interface{ Shutdown(ShutdownHow) error }](s),
		"CloseRead":  is[interface{ CloseRead() error }](s),
		"CloseWrite": is[interface{ CloseWrite() error }](s),
	} {
		if has {
			t.Errorf("UDPSocket has %s", name)
		}
	}
}

func is[T any](v any) bool { _, ok := v.(T); return ok }

// TestD18Before: what was queued before Connect may be received after, from
// whoever; what others send then is not.
func TestD18Before(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			s, peer, other := bound(t, addr), bound(t, addr), bound(t, addr)
			mustSendTo(t, other, "early", s.LocalAddress())
			if err := s.Readable(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Connect(peer.LocalAddress()); err != nil {
				t.Fatal(err)
			}
			mustSendTo(t, other, "late", s.LocalAddress())
			mustSendTo(t, peer, "peer", s.LocalAddress())
			wantDatagram(t, s, datagramFrom{"early", other.LocalAddress()})
			wantDatagram(t, s, datagramFrom{"peer", peer.LocalAddress()})
			wantNoMore(t, s)
		})
	}
}

// TestD26Source: the source of an IPv6 datagram has the zone that answers
// need, and none where there is none.
func TestD26Source(t *testing.T) {
	addrs := []Address{}
	if _, ok := families(t)["IPv6"]; ok {
		addrs = append(addrs, LoopbackV6(0))
	}
	for _, ip := range linkLocal(t) {
		addrs = append(addrs, AddressFrom(netip.AddrPortFrom(ip, 0)))
	}
	if len(addrs) == 0 {
		t.Skip("no IPv6")
	}
	for _, addr := range addrs {
		a, b := bound(t, addr), bound(t, addr)
		mustSendTo(t, a, "x", b.LocalAddress())
		want := addr.WithPort(a.LocalAddress().Port())
		wantDatagram(t, b, datagramFrom{"x", want})
		mustSendTo(t, a, "y", b.LocalAddress())
		in := batchOf(1, 8)
		if n, err := b.RecvBatch(in); n != 1 || err != nil {
			t.Fatalf("RecvBatch: %d, %v", n, err)
		}
		if diff := cmp.Diff(want, in[0].Addr, cmpAddress); diff != "" {
			t.Errorf("of a batch (-want +got):\n%s", diff)
		}
	}
}

// linkLocal lists this machine's IPv6 addresses that have a zone.
func linkLocal(t *testing.T) (list []netip.Addr) {
	t.Helper()
	interfaces, err := stdnet.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		addrs, err := i.Addrs()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range addrs {
			p, err := netip.ParsePrefix(a.String())
			if err == nil && p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() {
				list = append(list, p.Addr().WithZone(i.Name))
			}
		}
	}
	return list
}
