package net

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newSlot() *slot {
	s := new(slot)
	s.bed.make()
	return s
}

// TestSlotSteps walks through the states of a slot that nobody sleeps in.
func TestSlotSteps(t *testing.T) {
	prepare := func(s *slot) bool { return s.prepare() }
	clear := func(s *slot) bool { return s.clear() }
	retract := func(s *slot) bool { s.retract(); return true }
	event := func(s *slot) bool { s.signal(true); return true }
	nudge := func(s *slot) bool { s.signal(false); return true }
	tests := []struct {
		name  string
		steps []func(*slot) bool
		want  []bool
		ready bool
	}{
		{"new", nil, nil, false},
		{"event", []func(*slot) bool{event}, []bool{true}, true},
		{"two events are one", []func(*slot) bool{event, event, clear, clear}, []bool{true, true, true, false}, false},
		{"nudge to nobody", []func(*slot) bool{nudge}, []bool{true}, false},
		{"nudge keeps readiness", []func(*slot) bool{event, nudge}, []bool{true, true}, true},
		{"event before parking", []func(*slot) bool{event, prepare}, []bool{true, false}, true},
		{"parking taken back", []func(*slot) bool{prepare, retract, prepare}, []bool{true, true, true}, false},
		{"event while parking", []func(*slot) bool{prepare, event, retract}, []bool{true, true, true}, true},
		{"nudge while parking", []func(*slot) bool{prepare, nudge, retract, prepare}, []bool{true, true, true, true}, false},
		{"nudge and event while parking", []func(*slot) bool{prepare, nudge, event, retract}, []bool{true, true, true, true}, true},
		{"a sleep that is not needed", []func(*slot) bool{prepare, event, sleep, clear}, []bool{true, true, true, true}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSlot()
			var got []bool
			for _, step := range tt.steps {
				got = append(got, step(s))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.ready, s.ready()); diff != "" {
				t.Errorf("ready (-want +got):\n%s", diff)
			}
		})
	}
}

func sleep(s *slot) bool { s.sleep(); return true }

// TestSlotRace has one goroutine wait for numbered events, while others signal
// them, nudge it for nothing, and it changes its mind about sleeping. An event
// that is lost leaves everybody waiting.
func TestSlotRace(t *testing.T) {
	const rounds = 100_000
	s := newSlot()
	var published, consumed atomic.Int64
	var stop atomic.Bool
	answered := make(chan struct{}, 1)
	var all sync.WaitGroup
	all.Go(func() { // the kernel
		for i := range int64(rounds) {
			published.Store(i + 1)
			s.signal(true)
			if i%7 == 0 {
				s.signal(true)
			}
			<-answered
		}
	})
	all.Go(func() { // deadlines and contexts
		for !stop.Load() {
			s.signal(false)
			runtime.Gosched()
		}
	})
	all.Go(func() {
		random := rand.New(rand.NewPCG(1, 2))
		for seen := int64(0); seen < rounds; {
			s.clear()
			if now := published.Load(); now > seen {
				seen = now
				consumed.Store(seen)
				answered <- struct{}{}
				continue
			}
			if !s.prepare() {
				continue
			}
			if random.IntN(8) == 0 {
				s.retract()
				continue
			}
			s.sleep()
		}
		stop.Store(true)
	})
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	soon(t, "all events arrive", ended)
	if diff := cmp.Diff(int64(rounds), consumed.Load()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestSlotHandOver passes a turn round a ring of sleeping goroutines: every
// wake-up must reach the one that sleeps, not sooner and not later.
func TestSlotHandOver(t *testing.T) {
	const ring, turns = 8, 20_000
	slots := make([]*slot, ring)
	for i := range slots {
		slots[i] = newSlot()
	}
	order := make([]int, 0, turns)
	var all sync.WaitGroup
	for i := range ring {
		all.Go(func() {
			for turn := i; turn < turns; turn += ring {
				for !slots[i].clear() {
					if slots[i].prepare() {
						slots[i].sleep()
					}
				}
				order = append(order, turn)
				slots[(i+1)%ring].signal(true)
			}
		})
	}
	slots[0].signal(true)
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	soon(t, "all turns are taken", ended)
	for i, turn := range order {
		if i != turn {
			t.Fatalf("turn %d came after %d others", turn, i)
		}
	}
}
