package fault_test

import (
	"cmp"
	"slices"
	"syscall"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

const (
	r  = platform.Readable
	w  = platform.Writable
	rc = platform.ReadClosed
)

// watching is a double whose poller watches descriptors 3 (generation 1) and 4
// (generation 2), and used to watch 5 (generation 7).
func watching(t *testing.T) (*fault.Backend, platform.Poller, *calmPoller) {
	t.Helper()
	real := &calm{}
	b := fault.New(real)
	p, err := b.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range []platform.Event{{FD: 3, Gen: 1}, {FD: 4, Gen: 2}, {FD: 5, Gen: 7}} {
		if err := p.Add(ev.FD, ev.Gen); err != nil {
			t.Fatal(err)
		}
	}
	b.Close(5)
	return b, p, real.poller
}

// batch waits once and sorts what came.
func batch(t *testing.T, p platform.Poller, room int) []platform.Event {
	t.Helper()
	events := make([]platform.Event, room)
	n, err := p.Wait(events, 0)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(events[:n], func(a, b platform.Event) int { return cmp.Compare(a.FD, b.FD) })
	return events[:n]
}

func TestEvents(t *testing.T) {
	real := []platform.Event{{FD: 3, Gen: 1, Ready: r | w | rc}}
	all := r | w | rc | platform.WriteClosed | platform.Error | platform.Urgent
	tests := []struct {
		name  string
		fault fault.Fault
		want  [][]platform.Event // of two batches
	}{
		{"none", fault.Fault{}, [][]platform.Event{real, {}}},
		{"spurious", fault.Spurious(w), [][]platform.Event{
			{{FD: 3, Gen: 1, Ready: r | w | rc}, {FD: 4, Gen: 2, Ready: w}}, {}}},
		{"stale", fault.Stale(), [][]platform.Event{
			{{FD: 3, Gen: 1, Ready: r | w | rc}, {FD: 5, Gen: 7, Ready: all}}, {}}},
		{"split", fault.Split(r | rc), [][]platform.Event{
			{{FD: 3, Gen: 1, Ready: r | rc}}, {{FD: 3, Gen: 1, Ready: w}}}},
		{"late", fault.Split(0), [][]platform.Event{{}, real}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, p, under := watching(t)
			under.events = slices.Clone(real)
			b.Inject(fault.Rule{Call: fault.PollerWait, When: fault.First(1), Fault: tt.fault})
			woken := under.wakes
			for i, want := range tt.want {
				if diff := gocmp.Diff(want, batch(t, p, 8)); diff != "" {
					t.Errorf("batch %d (-want +got):\n%s", i, diff)
				}
			}
			more := len(tt.want[1]) > 0 || tt.name == "spurious"
			if diff := gocmp.Diff(more, under.wakes > woken); diff != "" {
				t.Errorf("woken for another batch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEventFollows: who was told that a call would block hears when to try
// again, however little room there is.
func TestEventFollows(t *testing.T) {
	b, p, under := watching(t)
	b.Inject(fault.Rule{Call: fault.Read, Fault: fault.WouldBlock()})
	b.Inject(fault.Rule{Call: fault.Write, Fault: fault.WouldBlock()})
	b.Read(3, nil)
	b.Write(4, nil)
	b.Read(5, nil) // is not watched
	if under.wakes == 0 {
		t.Error("nobody is woken")
	}
	var got []platform.Event
	for range 3 {
		got = append(got, batch(t, p, 1)...)
	}
	want := []platform.Event{{FD: 3, Gen: 1, Ready: r}, {FD: 4, Gen: 2, Ready: w}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestNothingLost splits and delays at random: every flag comes in the end,
// once a batch at most.
func TestNothingLost(t *testing.T) {
	b, p, under := watching(t)
	b.Inject(fault.Rule{Call: fault.PollerWait, When: fault.Sometimes(1, 40), Fault: fault.Split(r)})
	b.Inject(fault.Rule{Call: fault.PollerWait, When: fault.Sometimes(2, 40), Fault: fault.Split(0)})
	for range 200 {
		under.events = []platform.Event{{FD: 3, Gen: 1, Ready: r | w}, {FD: 4, Gen: 2, Ready: rc}}
		got := map[platform.FD]platform.Ready{}
		for range 10 {
			seen := map[platform.FD]bool{}
			for _, ev := range batch(t, p, 2) {
				if seen[ev.FD] {
					t.Errorf("%d twice in a batch", ev.FD)
				}
				seen[ev.FD] = true
				got[ev.FD] |= ev.Ready
			}
		}
		if diff := gocmp.Diff(map[platform.FD]platform.Ready{3: r | w, 4: rc}, got); diff != "" {
			t.Fatalf("flags (-want +got):\n%s", diff)
		}
	}
}

func TestAddFails(t *testing.T) {
	b, p, _ := watching(t)
	b.Inject(fault.Rule{Call: fault.PollerAdd, Fault: fault.Fail(syscall.ENOSPC)})
	if err := p.Add(6, 9); err == nil {
		t.Error("Add: nil")
	}
	b.Inject(fault.Rule{Call: fault.PollerWait, When: fault.First(1), Fault: fault.Spurious(r)})
	want := []platform.Event{{FD: 3, Gen: 1, Ready: r}, {FD: 4, Gen: 2, Ready: r}}
	if diff := gocmp.Diff(want, batch(t, p, 8)); diff != "" {
		t.Errorf("watched (-want +got):\n%s", diff)
	}
}
