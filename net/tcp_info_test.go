package net

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// TestInfo asks about connections on this machine, of which much is known.
func TestInfo(t *testing.T) {
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			s, peer := pair(t, addr)
			sent := make([]byte, 30_000)
			if _, err := s.Write(sent); err != nil {
				t.Fatal(err)
			}
			if _, err := peer.ReadFull(make([]byte, len(sent))); err != nil {
				t.Fatal(err)
			}
			here, err := s.Info()
			if err != nil {
				t.Fatal(err)
			}
			there, err := peer.Info()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]TCPState{StateEstablished, StateEstablished}, []TCPState{here.State, there.State}); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
			plausible(t, here)
			plausible(t, there)
			if here.Has(FieldBytesSent) && here.BytesSent-here.BytesRetransmitted != uint64(len(sent)) {
				t.Errorf("%d bytes sent, of them %d again, not %d", here.BytesSent, here.BytesRetransmitted, len(sent))
			}
			if there.Has(FieldBytesReceived) && there.BytesReceived != uint64(len(sent)) {
				t.Errorf("%d bytes received, not %d", there.BytesReceived, len(sent))
			}
		})
	}
}

// plausible holds sizes and times to what a loopback interface can have.
func plausible(t *testing.T, i TCPInfo) {
	t.Helper()
	if i.SendMSS < 500 || i.SendMSS > 1<<16 {
		t.Errorf("segments of %d bytes", i.SendMSS)
	}
	if w := i.CongestionWindow; w < int64(i.SendMSS) || w > 1<<30 {
		t.Errorf("a congestion window of %d bytes", w)
	}
	if i.RTT < 0 || i.RTT > patience || i.RTTVar < 0 || i.RTTVar > patience || i.RTO < 0 || i.RTO > 2*patience {
		t.Errorf("round trips of %v, give or take %v; %v for an answer", i.RTT, i.RTTVar, i.RTO)
	}
	if i.Has(FieldMinRTT) && (i.MinRTT <= 0 || i.MinRTT > i.RTT+i.RTTVar*4) {
		t.Errorf("a shortest round trip of %v where most take %v", i.MinRTT, i.RTT)
	}
	if i.Has(FieldSendWindow) && (i.SendWindow < 0 || i.SendWindow > 1<<31) {
		t.Errorf("a send window of %d bytes", i.SendWindow)
	}
	if !i.Has(platform.FieldState) || !i.Has(platform.FieldRTT) || !i.Has(platform.FieldRetransmits) {
		t.Errorf("every system tells the state, round trips and retransmissions, not %b", i.Told)
	}
}

// TestInfoStates follows a connection to its end.
func TestInfoStates(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	if err := s.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	readAll(t, peer)
	here, err := s.Info()
	if err != nil {
		t.Fatal(err)
	}
	there, err := peer.Info()
	if err != nil {
		t.Fatal(err)
	}
	got := []bool{here.State == StateFinWait1 || here.State == StateFinWait2, there.State == StateCloseWait}
	if diff := cmp.Diff([]bool{true, true}, got); diff != "" {
		t.Errorf("%v here, %v there", here.State, there.State)
	}
}

func TestAllocsInfo(t *testing.T) {
	leanBuild(t)
	s, _ := pair(t, "127.0.0.1:0")
	noAllocs(t, func() error { _, err := s.Info(); return err })
}
