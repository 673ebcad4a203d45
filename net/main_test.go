package net

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain holds the tests to leaving no descriptor and no goroutine behind.
// A first connection warms up what lives as long as the process: Go's poller
// and ours.
//
// A test that starts this binary again names in the environment what it is to
// do instead.
func TestMain(m *testing.M) {
	if child := children[os.Getenv(childEnv)]; child != nil {
		os.Exit(child())
	}
	if err := warmUp(); err != nil {
		fmt.Fprintln(os.Stderr, "warm up:", err)
		os.Exit(1)
	}
	before := openDescriptors()
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines left:", err)
			code = 1
		}
	}
	if after := openDescriptors(); code == 0 && after > before {
		fmt.Fprintf(os.Stderr, "descriptors: %d before the tests, %d after\n", before, after)
		code = 1
	}
	os.Exit(code)
}

func warmUp() error {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	l.SetDeadline(time.Now().Add(time.Millisecond))
	l.AcceptTCP()
	theReactor.mu.Lock()
	defer theReactor.mu.Unlock()
	return theReactor.open()
}

// openDescriptors counts this process's descriptors, or returns 0 where the
// system does not list them.
func openDescriptors() int {
	runtime.GC() // files of the standard library close with their finalizers
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}
