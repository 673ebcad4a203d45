package platform

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMerger(t *testing.T) {
	// Descriptors that share a slot, and more of them than a batch has.
	var in, want []Event
	for fd := range FD(mergeSlots / 2) {
		in = append(in, Event{fd * 1024, 1, Readable})
		want = append(want, Event{fd * 1024, 1, Readable | Writable | WriteClosed})
	}
	for fd := range FD(mergeSlots / 2) {
		in = append(in, Event{fd * 1024, 1, Writable | WriteClosed})
	}
	in = append(in, Event{0, 2, Readable})
	want = append(want, Event{0, 2, Readable})
	var m Merger
	for _, turn := range []uint32{0, 1, math.MaxUint32 - 1, math.MaxUint32} {
		m.turn = turn
		m.Begin()
		got, n := make([]Event, len(in)), 0
		for _, ev := range in {
			n = m.Add(got, n, ev)
		}
		if diff := cmp.Diff(want, got[:n]); diff != "" {
			t.Errorf("after turn %d (-want +got):\n%s", turn, diff)
		}
	}
}
