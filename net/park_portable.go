//go:build race || portable

package net

// Parking by public means only: one token in a channel for each wake-up.

// A bed is the part of a slot that depends on how goroutines park.
type bed struct{ token chan struct{} }

func (b *bed) make() { b.token = make(chan struct{}, 1) }

// sleep parks the caller, which has prepared s, until a signal.
func (s *slot) sleep() { <-s.bed.token }

// rouse leaves the token. There is never more than one: only the signal that
// takes the slot out of parking leaves it, and the sleeper takes it.
func (b *bed) rouse(uintptr) { b.token <- struct{}{} }

// settle takes the token of a signal that came before the goroutine slept.
func (b *bed) settle() { <-b.token }
