package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/volt-net/volt/bench/harness"
	"github.com/volt-net/volt/bench/report"
	"github.com/volt-net/volt/bench/server"
	"github.com/volt-net/volt/bench/workload"
)

// options is the command line.
type options struct {
	harness.Config
	workloads, servers string
	quick, list        bool
	docs, json, from   string
}

func parse(args []string, out io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(out)
	f.IntVar(&o.Rounds, "rounds", 10, "how often to measure each server at each workload")
	f.DurationVar(&o.Window, "window", 250*time.Millisecond, "how long each measurement takes, after a third of it to warm up")
	f.DurationVar(&o.Budget, "budget", 30*time.Minute, "begin no round that would not end within this time")
	f.IntVar(&o.CPUs, "cpus", 1, "processors for the server")
	f.StringVar(&o.workloads, "workloads", "", "only these, separated by commas")
	f.StringVar(&o.servers, "servers", "", "only these, separated by commas; std is what ratios refer to")
	f.BoolVar(&o.quick, "quick", false, "a first impression: 2 rounds of 100 ms")
	f.BoolVar(&o.list, "list", false, "list workloads and servers")
	f.StringVar(&o.docs, "docs", "", "directory to write benchmarks.md and benchmarks.svg to, after a complete run")
	f.StringVar(&o.json, "json", "", "file to write the measurements to")
	f.StringVar(&o.from, "from", "", "measure nothing, read the measurements from this file")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if o.quick {
		o.Rounds, o.Window = 2, 100*time.Millisecond
	}
	if o.Rounds < 1 || o.Window <= 0 || o.CPUs < 1 {
		return o, fmt.Errorf("rounds, window and cpus are at least 1")
	}
	var err error
	if o.Workloads, err = choose(workload.All, o.workloads, func(w workload.Workload) string { return w.Name }); err != nil {
		return o, err
	}
	o.Servers, err = choose(append(server.All(), server.C), o.servers, func(s server.Server) string { return s.Name })
	return o, err
}

// choose picks what names lists from all, in the order of all.
func choose[T any](all []T, names string, name func(T) string) ([]T, error) {
	if names == "" {
		return all, nil
	}
	var picked []T
	wanted := strings.Split(names, ",")
	for _, v := range all {
		if i := slices.Index(wanted, name(v)); i >= 0 {
			picked = append(picked, v)
			wanted = slices.Delete(wanted, i, i+1)
		}
	}
	if len(wanted) > 0 {
		return nil, fmt.Errorf("unknown: %s; -list lists what there is", strings.Join(wanted, ", "))
	}
	return picked, nil
}

func bench(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, os.Stderr)
	if err != nil {
		return err
	}
	if o.list {
		return list(o, out)
	}
	record, err := o.measure(ctx)
	if err != nil {
		return err
	}
	if err := report.Print(out, record); err != nil {
		return err
	}
	if err := o.write(record); err != nil {
		return err
	}
	if n := len(record.Failures); n > 0 {
		return fmt.Errorf("%d measurements failed", n)
	}
	return nil
}

func list(o options, out io.Writer) error {
	for _, w := range o.Workloads {
		fmt.Fprintf(out, "workload  %-20s %s\n", w.Name, w.Title)
	}
	for _, s := range o.Servers {
		fmt.Fprintf(out, "server    %-20s %s\n", s.Name, s.Doc)
	}
	return nil
}

func (o options) measure(ctx context.Context) (r report.Record, err error) {
	if o.from != "" {
		text, err := os.ReadFile(o.from)
		if err != nil {
			return r, err
		}
		return r, json.Unmarshal(text, &r)
	}
	if o.Program, err = os.Executable(); err != nil {
		return r, err
	}
	o.CSource, o.Progress = epollC, os.Stderr
	return harness.Run(ctx, o.Config)
}

func (o options) write(r report.Record) error {
	if o.json != "" {
		text, err := json.MarshalIndent(r, "", "\t")
		if err != nil {
			return err
		}
		if err := save(o.json, text); err != nil {
			return err
		}
	}
	if o.docs == "" {
		return nil
	}
	if o.quick || o.workloads != "" || o.servers != "" {
		fmt.Fprintln(os.Stderr, "the documents stay as they are: this run was not a complete one")
		return nil
	}
	if err := save(filepath.Join(o.docs, "benchmarks.svg"), report.Plot(r)); err != nil {
		return err
	}
	return save(filepath.Join(o.docs, "benchmarks.md"), []byte(report.Page(r, "benchmarks.svg")))
}

func save(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o666)
}
