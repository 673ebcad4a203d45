//go:build !portable && !swap

package net

// maxNatives is how many descriptors wait in Go's own poller before the
// reactor takes over: eight connections with both ends in the process.
func maxNatives() int32 { return 16 }
