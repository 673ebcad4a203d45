// Package stat holds the arithmetic of measurements.
package stat

import "math/bits"

// A Histogram counts values in buckets that are at most 1/64 of the value
// wide. The zero Histogram is empty.
type Histogram struct {
	counts [(64 - subBits) << subBits]uint64
	n      uint64
}

const subBits = 6

// Record counts v; a negative v counts as 0.
func (h *Histogram) Record(v int64) {
	h.counts[bucket(uint64(max(v, 0)))]++
	h.n++
}

// Quantile returns the smallest value that at least the share q of all values
// does not exceed, rounded down to its bucket; 0 if there are none.
func (h *Histogram) Quantile(q float64) int64 {
	rank := max(uint64(q*float64(h.n)+0.5), 1)
	var seen uint64
	for i, c := range h.counts {
		if seen += c; c > 0 && seen >= rank {
			return lowest(i)
		}
	}
	return 0
}

// bucket numbers the buckets: values below 2^subBits have one each, and every
// power of two above is divided into as many.
func bucket(v uint64) int {
	if v < 1<<subBits {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return shift<<subBits + int(v>>shift)
}

// lowest is the smallest value of a bucket.
func lowest(i int) int64 {
	if i < 1<<subBits {
		return int64(i)
	}
	shift := i>>subBits - 1
	return int64(i-shift<<subBits) << shift
}
