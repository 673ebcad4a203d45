//go:build !portable && !swap

package net

// goPolls reports whether Go's own poller has a part in waiting.
const goPolls = true

// maxNatives is how many descriptors wait in Go's own poller before the
// reactor takes over: eight connections with both ends in the process. Where
// the reactor itself waits there, it does so at less cost from the first
// connection on.
func maxNatives() int32 {
	if nests() {
		return 0
	}
	return 16
}
