package net

import "sync/atomic"

// A slot is where one goroutine waits for one direction of a descriptor. Its
// word is idle, ready, parking, or names the parked goroutine.
//
// Ready means that the next system call may make progress; whoever is about to
// try clears it first and puts it back unless the call showed that there is
// nothing more. An event that comes in between sets it again, so none is lost.
type slot struct {
	bed  bed // the first, as a last field without size would take up room
	word uintptr
}

const (
	slotIdle uintptr = iota
	slotReady
	slotParking
)

// ready reports whether a system call is worth trying.
func (s *slot) ready() bool { return atomic.LoadUintptr(&s.word) == slotReady }

// waiting reports whether a goroutine sleeps in the slot, or is about to.
func (s *slot) waiting() bool { return atomic.LoadUintptr(&s.word) >= slotParking }

// clear takes the readiness, if there is any, before a call that would use it up.
func (s *slot) clear() bool {
	return s.ready() && atomic.CompareAndSwapUintptr(&s.word, slotReady, slotIdle)
}

// prepare announces that the caller is about to park. It fails when an event
// came first. Only the holder of the direction's lock calls it.
func (s *slot) prepare() bool {
	return atomic.CompareAndSwapUintptr(&s.word, slotIdle, slotParking)
}

// retract takes prepare back.
func (s *slot) retract() {
	if !atomic.CompareAndSwapUintptr(&s.word, slotParking, slotIdle) {
		s.bed.settle()
	}
}

// signal wakes the goroutine parked here. With ready set, the direction is
// also marked ready, parked goroutine or not; without, a signal to nobody is
// nothing.
func (s *slot) signal(ready bool) {
	next := slotIdle
	if ready {
		next = slotReady
	}
	for {
		w := atomic.LoadUintptr(&s.word)
		switch {
		case w == slotReady, w == slotIdle && !ready:
			return
		case !atomic.CompareAndSwapUintptr(&s.word, w, next):
			continue
		case w != slotIdle:
			s.bed.rouse(w)
		}
		return
	}
}
