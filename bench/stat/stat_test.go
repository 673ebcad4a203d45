package stat

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestQuantiles compares with the values themselves: buckets are 1/64 wide.
func TestQuantiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() int64{
		"small":       func() int64 { return rng.Int64N(64) },
		"latencies":   func() int64 { return int64(20_000 * (1 + rng.ExpFloat64())) },
		"all lengths": func() int64 { return rng.Int64() >> rng.IntN(63) },
	} {
		t.Run(name, func(t *testing.T) {
			var h Histogram
			values := make([]float64, 10_000)
			for i := range values {
				v := draw()
				h.Record(v)
				values[i] = float64(v)
			}
			slices.Sort(values)
			for _, q := range []float64{.001, .5, .99, .999, 1} {
				want := values[int(q*float64(len(values))+.5)-1]
				if diff := cmp.Diff(want, float64(h.Quantile(q)), cmpopts.EquateApprox(1./64, 0)); diff != "" {
					t.Error(q, diff)
				}
			}
		})
	}
}

func TestBucketsMeet(t *testing.T) {
	for i := 1; i < len(Histogram{}.counts); i++ {
		first := lowest(i)
		if diff := cmp.Diff([]int{i - 1, i}, []int{bucket(uint64(first - 1)), bucket(uint64(first))}); diff != "" {
			t.Fatal(first, diff)
		}
	}
}

func TestHistogramEdges(t *testing.T) {
	var h Histogram
	if diff := cmp.Diff(int64(0), h.Quantile(.5)); diff != "" {
		t.Error("empty", diff)
	}
	h.Record(-5)
	h.Record(1<<63 - 1)
	if diff := cmp.Diff([]int64{0, 127 << 56}, []int64{h.Quantile(.5), h.Quantile(1)}); diff != "" {
		t.Error(diff)
	}
}

func TestSummaries(t *testing.T) {
	for _, tc := range []struct {
		name           string
		values         []float64
		lowest, median float64
	}{
		{"none", nil, 0, 0},
		{"one", []float64{3}, 3, 3},
		{"odd", []float64{9, 1, 5}, 1, 5},
		{"even", []float64{4, 1, 3, 2}, 1, 2.5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff([]float64{tc.lowest, tc.median}, []float64{Lowest(tc.values), Median(tc.values)}); diff != "" {
				t.Error(diff)
			}
		})
	}
}
