package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/volt-net/volt/bench/load"
	"github.com/volt-net/volt/bench/report"
	"github.com/volt-net/volt/bench/server"
	"github.com/volt-net/volt/bench/workload"
)

// patience is how long a trial may take beyond its window.
const patience = 60 * time.Second

// trial measures one server, in a process of its own, at one workload.
func (h *harness) trial(ctx context.Context, c contender, w workload.Workload) (s report.Sample, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience+2*h.Window*time.Duration(w.Windows))
	defer cancel()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(dir)
	address := "127.0.0.1:0"
	if w.Network == "unix" {
		address = filepath.Join(dir, "s")
	}
	mode := "echo"
	if w.Sink() {
		mode = "sink"
	}
	command := slices.Concat(c.command, []string{w.Network, address, strconv.Itoa(w.Buffer), mode})
	p, err := begin(ctx, h.serverCPUs, c.Name, command...)
	if err != nil {
		return s, err
	}
	defer p.end()
	if address, err = p.hear("listening"); err != nil {
		return s, err
	}
	t := &attempt{harness: h, ctx: ctx, server: p, address: address}
	if w.Kind == workload.Idle {
		return t.hold(w)
	}
	return t.run(w)
}

// errDisturbed is of a load generator that sends by the clock, and so never
// rests, and did not have its processor for itself: it shows in the time that it
// had, or in what it had to make good.
var errDisturbed = errors.New("something else took the load generator's processor")

// attempt is a running server and what may be done with it.
type attempt struct {
	*harness
	ctx     context.Context
	server  *process
	address string
}

func (t *attempt) run(w workload.Workload) (s report.Sample, err error) {
	g, err := t.connect(w)
	if err != nil {
		return s, err
	}
	defer g.end()
	before, err := t.settle()
	if err != nil {
		return s, err
	}
	r, err := result(g)
	if err != nil {
		return s, err
	}
	if r.Messages == 0 || r.Lost > 0 {
		return s, fmt.Errorf("%d messages were answered in time, %d not", r.Messages, r.Lost)
	}
	if s.RSS, err = residentBytes(t.server.cmd.Process.Pid); err != nil {
		return s, err
	}
	after, err := t.settle()
	if err != nil {
		return s, err
	}
	n := float64(r.Messages)
	s.CPU = float64(r.CPU) / n
	s.Rate = n / r.Elapsed.Seconds()
	s.P50, s.P99, s.P999 = float64(r.P50), float64(r.P99), float64(r.P999)
	s.Allocs = float64(after-before) / float64(r.All)
	s.Busy = float64(r.OwnCPU) / float64(r.Elapsed)
	if w.Kind == workload.Open && (s.Busy < .95 || s.Rate > 1.05*float64(w.Rate)) {
		return s, errDisturbed
	}
	return s, nil
}

// hold opens a tenth of the connections, then the others, and sees what those
// add: what a server needs once stays out of it.
func (t *attempt) hold(w workload.Workload) (s report.Sample, err error) {
	few, many := w, w
	few.Conns = w.Conns / 10
	many.Conns -= few.Conns
	var bytes [2]float64
	for i, w := range []workload.Workload{few, many} {
		g, err := t.connect(w)
		if err != nil {
			return s, err
		}
		defer g.end()
		if _, err := t.settle(); err != nil {
			return s, err
		}
		if bytes[i], err = residentBytes(t.server.cmd.Process.Pid); err != nil {
			return s, err
		}
	}
	s.RSS = bytes[1]
	s.PerConn = (bytes[1] - bytes[0]) / float64(many.Conns)
	return s, nil
}

// connect starts the load generator, which connects.
func (t *attempt) connect(w workload.Workload) (*process, error) {
	windows := time.Duration(w.Windows)
	text, err := json.Marshal(load.Job{
		Workload: w, Address: t.address, PID: t.server.cmd.Process.Pid,
		Warmup: t.Window / 3 * windows, Window: t.Window * windows,
	})
	if err != nil {
		return nil, err
	}
	g, err := begin(t.ctx, t.loadCPUs, "load generator", t.Program, "load", string(text))
	if err != nil {
		return nil, err
	}
	if _, err := g.hear(load.Ready); err != nil {
		g.end()
		return nil, err
	}
	return g, nil
}

// result lets a connected load generator run.
func result(g *process) (r load.Result, err error) {
	if err := g.say(load.Go); err != nil {
		return r, err
	}
	text, err := g.hear(load.Done)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(text), &r)
}

// settle has the server give back what memory it can, and returns how many
// allocations it has made.
func (t *attempt) settle() (allocs uint64, err error) {
	if err := t.server.say(server.Settle); err != nil {
		return 0, err
	}
	text, err := t.server.hear("settled")
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(text, 10, 64)
}

// residentBytes counts the pages of a process, which the cheaper figures in
// /proc only estimate.
func residentBytes(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "Rss:" {
			kib, err := strconv.ParseFloat(f[1], 64)
			return kib * 1024, err
		}
	}
	return 0, errors.New("no Rss in smaps_rollup")
}
