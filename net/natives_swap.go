//go:build swap

package net

const goPolls = false

// maxNatives leaves all waiting to the reactor, whose poller a double can
// replace.
func maxNatives() int32 { return 0 }
