package net

import "testing"

// TestRawReadJudges: what a callback has read says nothing about what is left, and
// from then on nobody looks in its place.
func TestRawReadJudges(t *testing.T) {
	s, _ := unixPairOf(t)
	raw, err := s.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", raw.Read(func(uintptr) bool { return true }), nil)
	s.d.slots[reading].clear()
	if s.d.more(1, 2); !s.d.slots[reading].ready() || s.d.woken(Readable) {
		t.Error("short reads count after a callback's")
	}
}
