package report

// Metric is what a target is about.
type Metric string

const (
	CPU     Metric = "CPU"
	P50     Metric = "p50"
	P99     Metric = "p99"
	PerConn Metric = "memory"
	Allocs  Metric = "allocations"
)

// A Target is what a server should reach, as a ratio to Base or, without one,
// as it is.
type Target struct {
	Workload     string
	Metric       Metric
	Server, Base string
	Limit        float64
}

// Targets is what Volt sets out to reach.
var Targets = []Target{
	{"echo-1", CPU, "volt-park", "std", 1}, {"echo-1", CPU, "volt-loop", "std", .95}, {"echo-1", CPU, "volt-loop", "c-epoll", 1.10},
	{"echo-8", CPU, "volt-park", "std", 1}, {"echo-8", CPU, "volt-loop", "std", .95}, {"echo-8", CPU, "volt-loop", "c-epoll", 1.10},
	{"echo-50", CPU, "volt-park", "std", .92}, {"echo-50", CPU, "volt-loop", "std", .88}, {"echo-50", CPU, "volt-loop", "c-epoll", 1.05},
	{"echo-50", CPU, "volt-loop", "netpoll", .80},
	{"echo-1000", CPU, "volt-park", "std", .86}, {"echo-1000", CPU, "volt-loop", "std", .72}, {"echo-1000", CPU, "volt-loop", "c-epoll", 1.05},
	{"echo-1000", CPU, "volt-func", "std", .80}, {"echo-1000", CPU, "volt-loop", "netpoll", .80},
	{"pipeline", CPU, "volt-park", "std", .90}, {"pipeline", CPU, "volt-loop", "std", .86}, {"pipeline", CPU, "volt-loop", "c-epoll", 1.05},
	{"echo-16k", CPU, "volt-park", "std", .97}, {"echo-16k", CPU, "volt-loop", "std", .91}, {"echo-16k", CPU, "volt-loop", "c-epoll", 1.05},
	{"rate", P50, "volt-park", "std", 1}, {"rate", P50, "volt-loop", "std", 1}, {"rate", P50, "volt-loop", "c-epoll", 1.2},
	{"rate", P99, "volt-park", "std", 1}, {"rate", P99, "volt-loop", "std", 1}, {"rate", P99, "volt-loop", "c-epoll", 1.2},
	{"churn", CPU, "volt-park", "std", .97}, {"churn", CPU, "volt-loop", "std", .92}, {"churn", CPU, "volt-loop", "c-epoll", 1.16},
	{"idle", PerConn, "volt-park-readable", "std", .40}, {"idle", PerConn, "volt-loop", "", 200},
	{"unix", CPU, "volt-park", "std", .82}, {"unix", CPU, "volt-loop", "std", .72}, {"unix", CPU, "volt-loop", "c-epoll", 1.05},
	{"echo-50", Allocs, "volt-park", "", .01}, {"echo-50", Allocs, "volt-park-readable", "", .01},
	{"echo-50", Allocs, "volt-loop", "", .01}, {"echo-50", Allocs, "volt-func", "", .01},
}

// Found is how a target came out.
type Found struct {
	Target
	Value    float64
	Measured bool // both servers were
}

// Met reports whether the target was reached.
func (f Found) Met() bool { return f.Measured && f.Value <= f.Limit }

// check compares the targets of a workload with what was found.
func check(r Record, targets []Target) []Found {
	var all []Found
	for _, t := range targets {
		if !r.has(t.Workload, "") {
			continue
		}
		f := Found{Target: t, Measured: r.has(t.Workload, t.Server)}
		f.Value = r.figure(t.Workload, t.Server, t.Metric)
		if t.Base != "" {
			f.Measured = f.Measured && r.has(t.Workload, t.Base)
			f.Value = ratio(f.Value, r.figure(t.Workload, t.Base, t.Metric))
		}
		all = append(all, f)
	}
	return all
}
