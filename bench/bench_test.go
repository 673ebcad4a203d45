package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/bench/harness"
	"github.com/volt-net/volt/bench/load"
	"github.com/volt-net/volt/bench/report"
	"github.com/volt-net/volt/bench/server"
	"github.com/volt-net/volt/bench/workload"
)

// TestMain lets the test binary be the servers and the load generator, as the
// program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "server" || os.Args[1] == "load") {
		main()
		return
	}
	os.Exit(m.Run())
}

func program(t *testing.T) string {
	t.Helper()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// scaled is every workload, small enough for a test.
func scaled() []workload.Workload {
	all := slices.Clone(workload.All)
	for i := range all {
		w := &all[i]
		w.Conns = min(w.Conns, 40)
		w.Windows = 1
		w.Rate = min(w.Rate, 2000)
	}
	return all
}

// TestEveryServerAtEveryWorkload is a whole run in small.
func TestEveryServerAtEveryWorkload(t *testing.T) {
	if err := load.Available(); err != nil {
		t.Skip(err)
	}
	c := harness.Config{
		Program: program(t), CSource: epollC, Workloads: scaled(), Servers: append(server.All(), server.C),
		Rounds: 1, Window: 15 * time.Millisecond, Budget: time.Minute, CPUs: 1, Progress: io.Discard,
	}
	r, err := harness.Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string(nil), r.Failures); diff != "" {
		t.Error(diff)
	}
	var want, got []string
	for _, w := range c.Workloads {
		for _, s := range c.Servers {
			if s.Serves(w.Network) && !leftOut(r, w.Name+":") && !leftOut(r, s.Name+":") && !leftOut(r, w.Name+", "+s.Name+":") {
				want = append(want, w.Name+" "+s.Name)
			}
		}
	}
	cpu := map[string]float64{}
	for _, s := range r.Samples {
		got = append(got, s.Workload+" "+s.Server)
		if s.RSS <= 0 || s.Workload != "idle" && s.Rate <= 0 {
			t.Errorf("implausible: %+v", s)
		}
		cpu[s.Server] += s.CPU
	}
	for name, ns := range cpu {
		if ns <= 0 {
			t.Error(name, "has taken no time at all")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func leftOut(r report.Record, begin string) bool {
	return slices.ContainsFunc(r.LeftOut, func(line string) bool { return strings.HasPrefix(line, begin) })
}

// TestMissingCompiler shows that everything else is measured without one.
func TestMissingCompiler(t *testing.T) {
	if err := load.Available(); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", t.TempDir())
	r, err := harness.Run(context.Background(), harness.Config{
		Program: program(t), CSource: epollC, Workloads: scaled()[:1], Servers: []server.Server{server.All()[0], server.C},
		Rounds: 1, Window: 5 * time.Millisecond, CPUs: 1, Progress: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(r.LeftOut, "c-epoll: there is no C compiler") {
		t.Error(r.LeftOut)
	}
	if diff := cmp.Diff(1, len(r.Samples)); diff != "" {
		t.Error(diff)
	}
}

// TestFailureIsToldOnce gives the harness a server that does not start: the
// other is measured in each round, and this one not tried again.
func TestFailureIsToldOnce(t *testing.T) {
	if err := load.Available(); err != nil {
		t.Skip(err)
	}
	broken := server.Server{Name: "broken", Networks: []string{"tcp"}}
	r, err := harness.Run(context.Background(), harness.Config{
		Program: program(t), Workloads: scaled()[:1], Servers: []server.Server{server.All()[0], broken},
		Rounds: 2, Window: 5 * time.Millisecond, Budget: time.Minute, CPUs: 1, Progress: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`echo-1, broken, round 1: broken has ended before it was listening: bench: no server is called "broken"`}
	if diff := cmp.Diff(want, r.Failures); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(2, len(r.Samples)); diff != "" {
		t.Error(diff)
	}
}

func TestBudget(t *testing.T) {
	if err := load.Available(); err != nil {
		t.Skip(err)
	}
	r, err := harness.Run(context.Background(), harness.Config{
		Program: program(t), Workloads: scaled()[:1], Servers: server.All()[:1],
		Rounds: 5, Window: 5 * time.Millisecond, Budget: time.Nanosecond, CPUs: 1, Progress: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{1, "rounds 2 to 5: they do not fit into 1ns"}, []any{r.Rounds, r.LeftOut[len(r.LeftOut)-1]}); diff != "" {
		t.Error(diff)
	}
}

func TestChoose(t *testing.T) {
	for _, tc := range []struct {
		name  string
		args  []string
		works []string
		err   string
	}{
		{"some", []string{"-workloads", "udp,echo-1"}, []string{"echo-1", "udp"}, ""},
		{"unknown", []string{"-workloads", "udp,nothing"}, nil, "unknown: nothing; -list lists what there is"},
		{"unknown server", []string{"-servers", "nobody"}, nil, "unknown: nobody; -list lists what there is"},
		{"no rounds", []string{"-rounds", "0"}, nil, "rounds, window and cpus are at least 1"},
		{"argument", []string{"quick"}, nil, `unexpected argument "quick"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o, err := parse(tc.args, io.Discard)
			if tc.err != "" {
				if err == nil || err.Error() != tc.err {
					t.Errorf("error is %v, want %s", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, w := range o.Workloads {
				names = append(names, w.Name)
			}
			if diff := cmp.Diff(tc.works, names); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFrom writes the documents from measurements of another run.
func TestFrom(t *testing.T) {
	dir := t.TempDir()
	text, err := json.Marshal(report.Record{Rounds: 1, Samples: []report.Sample{{Workload: "echo-8", Server: "std", CPU: 5000}}})
	if err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(dir, "r.json")
	if err := os.WriteFile(from, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	again := filepath.Join(dir, "again", "r.json")
	if err := run(context.Background(), []string{"-from", from, "-docs", dir, "-json", again}, nil, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "echo 64 B, 8 connections\n") {
		t.Error(out.String())
	}
	for _, name := range []string{"benchmarks.md", "benchmarks.svg", filepath.Join("again", "r.json")} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	empty := t.TempDir()
	if err := run(context.Background(), []string{"-from", from, "-docs", empty, "-workloads", "echo-8"}, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(empty)
	if err != nil || len(left) > 0 {
		t.Error("a run of a part has written documents:", left, err)
	}
}
