// Package load is the load generator: one process, one thread, one epoll
// instance, the same for every server.
package load

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/volt-net/volt/bench/workload"
)

// Job is what the generator is started with.
type Job struct {
	Workload       workload.Workload
	Address        string // of the server
	PID            int    // of the server
	Warmup, Window time.Duration
}

// Result is what the generator has seen in the window.
type Result struct {
	Messages int           // answered
	All      int           // answered before, in and after the window
	Lost     int           // due in the window and never answered; Open only
	Elapsed  time.Duration // the window as it was
	CPU      time.Duration // of the server's process
	OwnCPU   time.Duration // of the generator

	P50, P99, P999 time.Duration
}

// The lines that generator and harness exchange.
const (
	Ready = "ready" // connected; followed by nothing
	Go    = "go"    // the harness's answer: begin
	Done  = "done"  // followed by the Result as JSON
)

// Serve runs a job at the command of in, and keeps the connections until that
// ends.
func Serve(job Job, in io.Reader, out io.Writer) error {
	g, err := Dial(job)
	if err != nil {
		return err
	}
	defer g.Close()
	lines := bufio.NewScanner(in)
	fmt.Fprintln(out, Ready)
	if !lines.Scan() || lines.Text() != Go {
		return lines.Err()
	}
	r, err := g.Run()
	if err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, Done, string(text))
	for lines.Scan() {
	}
	return lines.Err()
}
