package net

import (
	"math"
	"os"
	"testing"
)

// oneProcessor starts this binary again, for tests that are to run on a single
// processor.
const oneProcessor = "GOMAXPROCS=1"

// TestOneProcessor: there the reactor waits in Go's poller, where that is possible,
// and has every descriptor.
func TestOneProcessor(t *testing.T) {
	if os.Getenv("GOMAXPROCS") == "1" {
		t.Skip("so do all tests")
	}
	out, ok := startAgain(t, oneProcessor,
		"-test.run=^(TestNests|TestEnds|TestKicks|TestG32ShortReads|TestStorm.*|TestDeadline.*)$", "-test.short", "-test.testlogfile=")
	if !ok {
		t.Skip("what the program runs in does not start it again")
	}
	t.Log(out)
}

// TestNests holds the way of waiting to the number of processors.
func TestNests(t *testing.T) {
	if os.Getenv("GOMAXPROCS") != "1" {
		t.Skip("it is for TestOneProcessor")
	}
	s, peer := pair(t, "127.0.0.1:0")
	done := park(func() error { return second(s.Read(make([]byte, 1))) })
	waiting(t, s, 1)
	until(t, "it is watched", func() bool { return s.d.has(flagNative) || s.d.has(flagRegistered) })
	if leftToGo := maxNatives() == math.MaxInt32; mayNest() && !leftToGo && (s.d.has(flagNative) || theReactor.nested == nil) {
		t.Errorf("the stream waits in Go's poller: %v; so does the reactor: %v", s.d.has(flagNative), theReactor.nested != nil)
	}
	if _, err := peer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", soon(t, "Read", done), nil)
}
