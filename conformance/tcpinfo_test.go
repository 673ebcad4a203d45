package conformance_test

import (
	"encoding/binary"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
	"github.com/volt-net/volt/spec"
)

// word is a number at its place in a struct.
type word struct {
	at, size int
	value    uint64
}

func structOf(size int, words []word) []byte {
	b := make([]byte, size)
	for _, w := range words {
		switch w.size {
		case 1:
			b[w.at] = byte(w.value)
		case 4:
			binary.NativeEndian.PutUint32(b[w.at:], uint32(w.value))
		case 8:
			binary.NativeEndian.PutUint64(b[w.at:], w.value)
		}
	}
	return b
}

func tapeOf(t *testing.T, os string) *tape.System {
	t.Helper()
	for _, s := range tapes {
		if s.OS == os {
			return s
		}
	}
	t.Fatalf("no recorder for %s", os)
	return nil
}

// TestTCPInfoLayouts holds every system's struct to its header, by offsets
// that were counted there.
func TestTCPInfoLayouts(t *testing.T) {
	const ms, us = time.Millisecond, time.Microsecond
	for _, tt := range []struct {
		os          string
		level, name int
		size        int
		words       []word
		want        platform.TCPInfo
	}{
		{
			os: "linux", level: 6, name: 11, size: 280,
			words: []word{
				{0, 1, 8}, {8, 4, 201000}, {16, 4, 1448}, {20, 4, 536}, {68, 4, 150}, {72, 4, 75}, {76, 4, 7}, {80, 4, 10}, {100, 4, 3},
				{128, 8, 1 << 40}, {148, 4, 99}, {200, 8, 1<<33 + 5}, {208, 8, 4344}, {228, 4, 65536}, {232, 4, 65483},
			},
			want: platform.TCPInfo{
				State: platform.StateCloseWait, RTO: 201 * ms, RTT: 150 * us, RTTVar: 75 * us, MinRTT: 99 * us,
				SendMSS: 1448, RecvMSS: 536, SendWindow: 65536, RecvWindow: 65483,
				CongestionWindow: 14480, SlowStartThreshold: 7 * 1448,
				Retransmits: 3, BytesSent: 1<<33 + 5, BytesReceived: 1 << 40, BytesRetransmitted: 4344,
				Told: 0x7fff,
			},
		},
		{
			os: "linux", level: 6, name: 11, size: 104, // as of Linux 2.6
			words: []word{{0, 1, 1}, {16, 4, 1448}, {76, 4, 1<<31 - 1}, {80, 4, 10}},
			want: platform.TCPInfo{
				State: platform.StateEstablished, SendMSS: 1448, CongestionWindow: 14480,
				Told: 1<<platform.FieldState | 1<<platform.FieldRTO | 1<<platform.FieldRTT | 1<<platform.FieldRTTVar |
					1<<platform.FieldSendMSS | 1<<platform.FieldRecvMSS | 1<<platform.FieldCongestionWindow | 1<<platform.FieldRetransmits,
			},
		},
		{
			os: "darwin", level: 6, name: 0x106, size: 112,
			words: []word{
				{0, 1, 5}, {12, 4, 230}, {16, 4, 1448}, {20, 4, 65535 << 14}, {24, 4, 14480}, {28, 4, 65536}, {36, 4, 131072}, {44, 4, 12}, {48, 4, 6},
				{64, 8, 1 << 33}, {72, 8, 4344}, {88, 8, 1 << 40}, {104, 8, 3},
			},
			want: platform.TCPInfo{
				State: platform.StateCloseWait, RTO: 230 * ms, RTT: 12 * ms, RTTVar: 6 * ms,
				SendMSS: 1448, SendWindow: 65536, RecvWindow: 131072, CongestionWindow: 14480,
				Retransmits: 3, BytesSent: 1 << 33, BytesReceived: 1 << 40, BytesRetransmitted: 4344,
				Told: 0x7fff &^ (1<<platform.FieldMinRTT | 1<<platform.FieldRecvMSS | 1<<platform.FieldSlowStartThreshold),
			},
		},
		{
			os: "freebsd", level: 6, name: 32, size: 236,
			words: []word{
				{0, 1, 9}, {8, 4, 230000}, {16, 4, 1448}, {20, 4, 1460}, {68, 4, 150}, {72, 4, 75}, {76, 4, 10136}, {80, 4, 14480},
				{96, 4, 65700}, {100, 4, 65536}, {120, 4, 3},
			},
			want: platform.TCPInfo{
				State: platform.StateFinWait2, RTO: 230 * ms, RTT: 150 * us, RTTVar: 75 * us,
				SendMSS: 1448, RecvMSS: 1460, SendWindow: 65536, RecvWindow: 65700,
				CongestionWindow: 14480, SlowStartThreshold: 10136, Retransmits: 3,
				Told: 0x0fff &^ (1 << platform.FieldMinRTT),
			},
		},
	} {
		t.Run(tt.os, func(t *testing.T) {
			if strconv.IntSize == 32 && tt.os == string(spec.Darwin) {
				t.Skip("the struct is laid out for 64 bits, and this processor has 32")
			}
			layout := tapeOf(t, tt.os).Backend.Traits().TCPInfo
			if diff := cmp.Diff([]int{tt.level, tt.name}, []int{layout.Level, layout.Name}); diff != "" {
				t.Errorf("option (-want +got):\n%s", diff)
			}
			got := layout.Decode(structOf(tt.size, tt.words))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := layout.Decode(nil); got.Told != 0 || got.State != platform.StateUnknown {
				t.Errorf("nothing tells %+v", got)
			}
		})
	}
}
