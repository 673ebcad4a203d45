// Package report turns measurements into tables, a page and a plot.
package report

import "time"

// A Record is all that a run has found.
type Record struct {
	Date     time.Time
	Machine  Machine
	Versions []Version
	Rounds   int
	Window   time.Duration
	LeftOut  []string // what was not measured, and why
	Failures []string // what was tried and went wrong
	Samples  []Sample
}

// Machine is what the figures depend on.
type Machine struct {
	CPU, Kernel string
	Cores       int
	ServerCPUs  []int // empty if the processes are not tied to processors
	LoadCPUs    []int
}

// Version is that of a compared program.
type Version struct{ Name, Version string }

// Sample is one server at one workload in one round.
type Sample struct {
	Workload, Server string
	Round            int

	CPU            float64 // nanoseconds of the server's per message
	Rate           float64 // messages per second
	P50, P99, P999 float64 // nanoseconds
	RSS            float64 // bytes, under load
	PerConn        float64 // bytes of RSS that one more idle connection takes
	Allocs         float64 // per message
	Busy           float64 // share of its processor that the load generator took
}
