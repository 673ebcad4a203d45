//go:build portable && !swap

package net

import "math"

const goPolls = true

// maxNatives leaves all waiting to Go's own poller.
func maxNatives() int32 { return math.MaxInt32 }
