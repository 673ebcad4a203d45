//go:build swap

package net

import "github.com/volt-net/volt/platform"

// Swap makes the package talk to b from now on, and returns what it talked to
// before. It exists only with the build tag swap, for test doubles and for
// backends that are tried out, and must not be called while sockets are in use.
func Swap(b platform.Backend) (before platform.Backend) {
	before, sys = sys, b
	return before
}
