package net

import (
	"runtime"
	"testing"
	"time"
)

// until fails the test unless what holds becomes true in time. It is for what
// has no event.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%s: not in %v", what, patience)
		}
	}
}

// parked waits until a goroutine sleeps in the slot of dir, or is about to.
func parked(t testing.TB, d *desc, dir direction) {
	t.Helper()
	until(t, "a goroutine parks", func() bool { return d.slots[dir].occupied() })
}

// stopped waits until the reactor's goroutine has ended.
func stopped(t testing.TB, r *reactor) {
	t.Helper()
	until(t, "the reactor's goroutine ends", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return !r.running
	})
}
