//go:build swap

package net

import (
	"os"
	"testing"
)

// aloneEnv names the test that a process was started for.
const aloneEnv = "VOLT_NET_ALONE"

// alone reports that the test has run in a process of its own, with the flags of
// this one: for tests that change what other tests' goroutines may still use.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(aloneEnv) == t.Name() {
		return false
	}
	out, ok := startAgain(t, aloneEnv+"="+t.Name(), append(os.Args[1:],
		"-test.run=^"+t.Name()+"$", "-test.v=true", "-test.count=1", "-test.testlogfile=")...)
	if ok {
		t.Log(out)
	}
	return ok
}
