package platform

import (
	"math"
	"time"
)

// Millis rounds a timeout up to the milliseconds that epoll takes, capped at
// the largest int32; negative is for ever (H32).
func Millis(d time.Duration) int {
	if d < 0 {
		return -1
	}
	ms := int64(d / time.Millisecond)
	if d%time.Millisecond > 0 {
		ms++
	}
	return int(min(ms, math.MaxInt32))
}
