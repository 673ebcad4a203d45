package net

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// TestB12UDPOptions sets and reads every option that UDP sockets of each
// family have here.
func TestB12UDPOptions(t *testing.T) {
	for name, make := range map[string]func() (*UDPSocket, error){"IPv4": UnboundUDP, "IPv6": UnboundUDPv6, "dual": UnboundUDPDual} {
		if _, ok := families(t)["IPv6"]; !ok && name != "IPv4" {
			continue
		}
		for _, i := range platform.AllOptions {
			s, err := make()
			if err != nil {
				t.Fatal(err)
			}
			kept(t, s)
			d := s.d
			if i.SetOn&platform.UDPSocket == 0 || i.ReadOnly || !fits(d, i) {
				continue
			}
			t.Run(name+"/"+i.Name, func(t *testing.T) {
				if err := d.setValue(i, i.Sample); err != nil {
					t.Fatal(err)
				}
				got, row, err := d.getValue(i)
				if err != nil {
					t.Fatal(err)
				}
				got = row.Normalise(got, d.kind)
				if row.Reads == platform.AtLeast && got.Int >= i.Sample.Int {
					return
				}
				if diff := cmp.Diff(i.Sample, got); diff != "" {
					t.Errorf("(-set +read):\n%s", diff)
				}
			})
		}
	}
}

// TestF1UDPDefaults: what a new socket is, whatever the system would make it.
func TestF1UDPDefaults(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		s := unbound(t, addr)
		send, err := s.SendBuffer()
		if err != nil || send < datagramRoom {
			t.Errorf("%s: D6: send buffer of %d, %v", name, send, err)
		}
		recv, err := s.RecvBuffer()
		if err != nil || recv < datagramRoom {
			t.Errorf("%s: D27: receive buffer of %d, %v", name, recv, err)
		}
		if on, err := s.Broadcast(); on || err != nil {
			t.Errorf("%s: broadcast %v, %v", name, on, err)
		}
		if name != "IPv6" {
			continue
		}
		if on, err := s.V6Only(); !on || err != nil {
			t.Errorf("F1: V6Only %v, %v", on, err)
		}
	}
}
