package report

import (
	"math"

	"github.com/volt-net/volt/bench/stat"
	"github.com/volt-net/volt/bench/workload"
)

// Two servers are special: ratios refer to one, and the other, in C, does not
// count its allocations.
const (
	base      = "std"
	uncounted = "c-epoll"
)

// Row is one server at one workload, over all rounds.
type Row struct {
	Server             string
	CPU, CPUMedian     float64 // lowest and median of the rounds
	Ratio, RatioMedian float64 // of the two to those of the standard library; NaN without
	Rate               float64 // medians, from here on
	P50, P99, P999     float64
	RSS                float64
	PerConn            float64 // lowest
	PerConnRatio       float64
	Allocs             float64 // lowest
	Busy               float64 // share of its processor that the load generator took
}

// Section is the table of a workload.
type Section struct {
	workload.Workload
	Rows []Row
}

// Sections sums up a record, in the order of the workloads and, within each, of
// the first round.
func (r Record) Sections() []Section {
	var all []Section
	for _, w := range workload.All {
		if !r.has(w.Name, "") {
			continue
		}
		s := Section{Workload: w}
		for _, name := range r.servers(w.Name) {
			s.Rows = append(s.Rows, r.row(w.Name, name))
		}
		all = append(all, s)
	}
	return all
}

func (r Record) row(work, name string) Row {
	lowest := func(of func(Sample) float64) float64 { return stat.Lowest(r.values(work, name, of)) }
	median := func(of func(Sample) float64) float64 { return stat.Median(r.values(work, name, of)) }
	row := Row{
		Server: name,
		CPU:    lowest(cpu), CPUMedian: median(cpu),
		Ratio:       ratio(lowest(cpu), stat.Lowest(r.values(work, base, cpu))),
		RatioMedian: ratio(median(cpu), stat.Median(r.values(work, base, cpu))),
		Rate:        median(func(s Sample) float64 { return s.Rate }),
		P50:         median(p50), P99: median(p99),
		P999:         median(func(s Sample) float64 { return s.P999 }),
		RSS:          median(func(s Sample) float64 { return s.RSS }),
		PerConn:      lowest(perConn),
		PerConnRatio: ratio(lowest(perConn), stat.Lowest(r.values(work, base, perConn))),
		Allocs:       lowest(allocs),
		Busy:         median(func(s Sample) float64 { return s.Busy }),
	}
	return row
}

func cpu(s Sample) float64     { return s.CPU }
func p50(s Sample) float64     { return s.P50 }
func p99(s Sample) float64     { return s.P99 }
func perConn(s Sample) float64 { return s.PerConn }
func allocs(s Sample) float64  { return s.Allocs }

// figure is what targets compare: the lowest of the rounds, of latencies the
// median.
func (r Record) figure(work, name string, m Metric) float64 {
	switch m {
	case P50:
		return stat.Median(r.values(work, name, p50))
	case P99:
		return stat.Median(r.values(work, name, p99))
	case PerConn:
		return stat.Lowest(r.values(work, name, perConn))
	case Allocs:
		return stat.Lowest(r.values(work, name, allocs))
	}
	return stat.Lowest(r.values(work, name, cpu))
}

func (r Record) values(work, name string, of func(Sample) float64) []float64 {
	var all []float64
	for _, s := range r.Samples {
		if s.Workload == work && s.Server == name {
			all = append(all, of(s))
		}
	}
	return all
}

// has reports whether a server, or any if name is empty, was measured.
func (r Record) has(work, name string) bool {
	for _, s := range r.Samples {
		if s.Workload == work && (s.Server == name || name == "") {
			return true
		}
	}
	return false
}

func (r Record) servers(work string) []string {
	var names []string
	seen := map[string]bool{}
	for _, s := range r.Samples {
		if s.Workload == work && !seen[s.Server] {
			seen[s.Server] = true
			names = append(names, s.Server)
		}
	}
	return names
}

// ratio is NaN where there is nothing to compare with.
func ratio(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}
