// Package harness starts servers and load generators and measures them in
// turn: A B C A B C, so that a machine that slows down slows all of them.
package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/volt-net/volt/bench/load"
	"github.com/volt-net/volt/bench/report"
	"github.com/volt-net/volt/bench/server"
	"github.com/volt-net/volt/bench/workload"
)

// Config says what to measure.
type Config struct {
	Program   string // this program: it is the servers and the load generator too
	CSource   string // of the server in C
	Workloads []workload.Workload
	Servers   []server.Server
	Rounds    int
	Window    time.Duration // of one measurement
	Budget    time.Duration // no round begins that would not end in it; at least one does
	CPUs      int           // for the server
	Progress  io.Writer
}

// contender is a server and how to start it.
type contender struct {
	server.Server
	command []string
}

type harness struct {
	Config
	serverCPUs, loadCPUs []int
	record               report.Record
	disturbed            map[string]int // rounds that do not count, by key
}

func key(w workload.Workload, c contender) string { return w.Name + ", " + c.Name }

// Run measures. What goes wrong with one server is in the record and does not
// keep the others from being measured.
func Run(ctx context.Context, c Config) (report.Record, error) {
	if err := load.Available(); err != nil {
		return report.Record{}, err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return report.Record{}, err
	}
	defer os.RemoveAll(dir)
	h := &harness{Config: c, disturbed: map[string]int{}, record: report.Record{Date: time.Now().UTC(), Window: c.Window}}
	h.divide(usableCPUs())
	h.describe(ctx)
	h.measure(ctx, h.contenders(ctx, dir))
	for _, k := range slices.Sorted(maps.Keys(h.disturbed)) {
		h.leaveOut("%s: in %d of %d rounds %v", k, h.disturbed[k], h.record.Rounds, errDisturbed)
	}
	if err := ctx.Err(); err != nil {
		return report.Record{}, err
	}
	if len(h.record.Samples) == 0 {
		return report.Record{}, errors.New("nothing was measured: " + fmt.Sprint(h.record.LeftOut, h.record.Failures))
	}
	return h.record, nil
}

// divide gives the load generator a processor that the server does not use.
func (h *harness) divide(cpus []int) {
	if len(cpus) < 2 {
		h.leaveOut("separate processors for server and load generator: there is one only")
		return
	}
	h.loadCPUs = cpus[:1]
	h.serverCPUs = cpus[1:min(1+h.CPUs, len(cpus))]
}

func (h *harness) leaveOut(format string, args ...any) {
	h.record.LeftOut = append(h.record.LeftOut, fmt.Sprintf(format, args...))
}

// contenders is the servers that can be started here.
func (h *harness) contenders(ctx context.Context, dir string) []contender {
	var all []contender
	for _, s := range h.Servers {
		if s.Name != server.C.Name {
			all = append(all, contender{s, []string{h.Program, "server", s.Name}})
			continue
		}
		program, err := compile(ctx, dir, h.CSource)
		if err != nil {
			h.leaveOut("%s: %v", s.Name, err)
			continue
		}
		all = append(all, contender{s, []string{program}})
	}
	return all
}

func compile(ctx context.Context, dir, source string) (program string, err error) {
	text, program := filepath.Join(dir, "epoll.c"), filepath.Join(dir, "epoll")
	if err := os.WriteFile(text, []byte(source), 0o600); err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, "cc", "-O2", "-o", program, text).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("there is no C compiler")
	}
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
}

// feasible reports whether the machine can take the workload, and notes why
// not.
func (h *harness) feasible(w workload.Workload) bool {
	if need := w.Conns + 100; openFiles() < need {
		h.leaveOut("%s: it takes %d open files, and %d are allowed", w.Name, need, openFiles())
		return false
	}
	if w.Kind == workload.Open && len(h.loadCPUs) == 0 {
		h.leaveOut("%s: the load generator needs a processor for itself", w.Name)
		return false
	}
	return true
}

func (h *harness) measure(ctx context.Context, all []contender) {
	workloads := slices.DeleteFunc(slices.Clone(h.Workloads), func(w workload.Workload) bool { return !h.feasible(w) })
	begun := time.Now()
	failed := map[string]bool{}
	for round := range h.Rounds {
		if spent := time.Since(begun); round > 0 && spent+spent/time.Duration(round) > h.Budget {
			h.leaveOut("rounds %d to %d: they do not fit into %v", round+1, h.Rounds, h.Budget)
			return
		}
		for _, w := range workloads {
			for _, c := range all {
				if k := key(w, c); c.Serves(w.Network) && !failed[k] && ctx.Err() == nil {
					failed[k] = !h.sample(ctx, c, w, round)
				}
			}
		}
		h.record.Rounds = round + 1
		fmt.Fprintf(h.Progress, "round %d of %d, %v\n", round+1, h.Rounds, time.Since(begun).Round(time.Second))
	}
}

// attempts is how often a trial is begun again that was disturbed.
const attempts = 3

// sample reports whether the trial is worth repeating in the next round.
func (h *harness) sample(ctx context.Context, c contender, w workload.Workload, round int) bool {
	s, err := h.trial(ctx, c, w)
	for n := 1; err == errDisturbed && n < attempts; n++ {
		s, err = h.trial(ctx, c, w)
	}
	if err == errDisturbed {
		h.disturbed[key(w, c)]++
		return true
	}
	if err != nil {
		h.record.Failures = append(h.record.Failures, fmt.Sprintf("%s, %s, round %d: %v", w.Name, c.Name, round+1, err))
		fmt.Fprintln(h.Progress, h.record.Failures[len(h.record.Failures)-1])
		return false
	}
	s.Workload, s.Server, s.Round = w.Name, c.Name, round
	h.record.Samples = append(h.record.Samples, s)
	return true
}
