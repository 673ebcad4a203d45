//go:build swap

package net

// mayNest is false: Go's poller is to have no part in waiting.
const mayNest = false

// maxNatives leaves all waiting to the reactor, whose poller a double can
// replace.
func maxNatives() int32 { return 0 }
