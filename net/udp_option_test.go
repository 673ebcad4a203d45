package net

import "testing"

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
