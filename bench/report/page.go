package report

import (
	"fmt"
	"strings"
	"time"
)

const method = `Servers that all do the same, each a process of its own, under one load generator. Server and generator are tied to different processors. The servers take turns (A B C A B C …), so that a machine that slows down slows all of them; each measurement is a new process, new connections and a short warm-up.

**CPU** is the processor time of the whole server process, kernel included, per message, read from the process's CPU clock at both ends of the window, to a tick of the kernel. It is the figure to trust: throughput and latency on a shared machine swing far more. The first pair of columns is the lowest of the rounds and its ratio to that of the standard library in the same run, the second the same of the medians; throughput, latencies and RSS are medians. A difference under 5 % is not a difference. Allocations are those of the whole process while it served, the lowest of the rounds. *Load busy* is the share of its processor that the load generator took: near 100 %, throughput is the generator's limit, not the server's.

Latency at a fixed rate counts from the moment a message was due, sent or not, so that a pause of the server is charged to all messages that it delays. A round in which something else takes the generator's processor does not count there: what is late comes in bursts, cheaper for the server and slower for the client. Idle memory is what nine tenths of the connections add to the resident memory of a server that holds the others already, after a collection; each of them has had one answer.

All servers use the same read buffer size and TCP_NODELAY, and none keep-alive probes, which the standard library otherwise turns on for each connection.
`

// Page is docs/benchmarks.md. The plot lies beside it.
func Page(r Record, plot string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmarks\n\nWritten by `make bench`, which runs all this on your machine.\n\n![Server processor time per message, as a ratio to the standard library's](%s)\n\n", plot)
	b.WriteString("## Method\n\n" + method + "\n## This run\n\n")
	b.WriteString(markdown(r.conditions()))
	list(&b, "Left out", r.LeftOut)
	list(&b, "Failed", r.Failures)
	if found := check(r, Targets); len(found) > 0 {
		fmt.Fprintf(&b, "\n## Targets\n\nRatios of the lowest CPU per message of the rounds; of latencies, of the medians.\n\n%s", markdown(targets(found)))
	}
	for _, s := range r.Sections() {
		fmt.Fprintf(&b, "\n## %s\n\n%s", strings.ToUpper(s.Title[:1])+s.Title[1:], markdown(s.grid()))
	}
	return b.String()
}

// conditions is what the figures depend on.
func (r Record) conditions() grid {
	g := grid{
		{"", ""},
		{"date", r.Date.Format(time.DateOnly)},
		{"processor", fmt.Sprintf("%s, %d cores", r.Machine.CPU, r.Machine.Cores)},
		{"kernel", r.Machine.Kernel},
		{"rounds", fmt.Sprintf("%d, each server measured for %v in each", r.Rounds, r.Window)},
	}
	if len(r.Machine.ServerCPUs) > 0 {
		g = append(g, []string{"processors used", fmt.Sprintf("server %v, load generator %v", r.Machine.ServerCPUs, r.Machine.LoadCPUs)})
	}
	for _, v := range r.Versions {
		g = append(g, []string{v.Name, v.Version})
	}
	return g
}

func list(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n\n", title)
	for _, item := range items {
		fmt.Fprintf(b, "- %s\n", item)
	}
}

// markdown aligns all columns but the first to the right if they hold figures.
func markdown(g grid) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(g[0])
	rule := make([]string, len(g[0]))
	for i := range rule {
		rule[i] = "---"
		if i > 0 && g.figures(i) {
			rule[i] = "--:"
		}
	}
	line(rule)
	for _, cells := range g[1:] {
		line(cells)
	}
	return b.String()
}

// figures reports whether every cell of a column begins with a digit or stands
// for one.
func (g grid) figures(column int) bool {
	for _, cells := range g[1:] {
		if strings.TrimLeft(cells[column], "0123456789–≤") == cells[column] {
			return false
		}
	}
	return true
}
