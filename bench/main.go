// Bench compares servers built on Volt with others: server processor time per
// message, throughput, latency, memory. See docs/benchmarks.md.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/volt-net/volt/bench/load"
	"github.com/volt-net/volt/bench/server"
)

//go:embed c/epoll.c
var epollC string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the harness, or a process that the harness has started.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	switch {
	case len(args) == 6 && args[0] == "server":
		return serve(args[1], args[2:], in, out)
	case len(args) == 2 && args[0] == "load":
		return generate(args[1], in, out)
	}
	return bench(ctx, args, out)
}

func serve(name string, args []string, in io.Reader, out io.Writer) error {
	i := slices.IndexFunc(server.All(), func(s server.Server) bool { return s.Name == name })
	if i < 0 {
		return fmt.Errorf("no server is called %q", name)
	}
	size, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	c := server.Config{Network: args[0], Address: args[1], Buffer: size, Sink: args[3] == "sink"}
	return server.Run(server.All()[i], c, in, out)
}

// generate runs without the collector: it would be measured too.
func generate(text string, in io.Reader, out io.Writer) error {
	debug.SetGCPercent(-1)
	var job load.Job
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&job); err != nil {
		return err
	}
	return load.Serve(job, in, out)
}
