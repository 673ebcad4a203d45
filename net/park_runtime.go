//go:build !race && !portable

package net

import (
	"sync/atomic"
	"unsafe"
)

// Parking by the runtime's own gopark and goready: a third cheaper than a
// channel, and without its cache misses at a thousand connections. Both are on
// the runtime's list of functions that packages may link to (go.dev/issue/67401).
// Nothing is promised, so the build tag portable, and the race detector, which
// cannot follow them, use park_portable.go.

//go:linkname gopark runtime.gopark
func gopark(unlock func(g, lock unsafe.Pointer) bool, lock unsafe.Pointer, reason, traceReason uint8, skip int)

//go:linkname goready runtime.goready
func goready(g uintptr, skip int)

const (
	waitReasonIOWait = 2
	traceBlockNet    = 2
)

// A bed is the part of a slot that depends on how goroutines park: nothing here.
type bed struct{}

func (*bed) make() {}

// sleep parks the caller, which has prepared s, until a signal.
func (s *slot) sleep() {
	gopark(commit, unsafe.Pointer(&s.word), waitReasonIOWait, traceBlockNet, 1)
}

// commit runs on the scheduler's stack once the goroutine is off its own. It
// fails when a signal came first; then the goroutine goes on at once.
//
//go:nosplit
func commit(g, lock unsafe.Pointer) bool {
	return atomic.CompareAndSwapUintptr((*uintptr)(lock), slotParking, uintptr(g))
}

// rouse wakes the goroutine that word names.
func (*bed) rouse(word uintptr) {
	if word != slotParking {
		goready(word, 1)
	}
}

// settle is called when a signal came before the goroutine slept.
func (*bed) settle() {}
