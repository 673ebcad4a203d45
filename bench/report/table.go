package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/volt-net/volt/bench/workload"
)

// grid is a table: its head, then its lines.
type grid [][]string

// grid chooses the columns that mean something for the workload.
func (s Section) grid() grid {
	type column struct {
		head string
		cell func(Row) string
	}
	per := "/" + s.Message
	columns := []column{{"server", func(r Row) string { return r.Server }}}
	cost := []column{
		{"CPU" + per, func(r Row) string { return duration(r.CPU) }},
		{"to std", func(r Row) string { return fraction(r.Ratio) }},
		{"median", func(r Row) string { return duration(r.CPUMedian) }},
		{"to std", func(r Row) string { return fraction(r.RatioMedian) }},
		{"per second", func(r Row) string { return fmt.Sprintf("%.0f", r.Rate) }},
	}
	latency := []column{
		{"p50", func(r Row) string { return duration(r.P50) }},
		{"p99", func(r Row) string { return duration(r.P99) }},
		{"p99.9", func(r Row) string { return duration(r.P999) }},
	}
	rss := column{"RSS", func(r Row) string { return fmt.Sprintf("%.1f MiB", r.RSS/(1<<20)) }}
	switch s.Kind {
	case workload.Idle:
		columns = append(columns,
			column{"bytes" + per, func(r Row) string { return fmt.Sprintf("%.0f", r.PerConn) }},
			column{"to std", func(r Row) string { return fraction(r.PerConnRatio) }})
	case workload.Bulk:
		columns = append(columns, cost...)
	default:
		columns = append(append(columns, cost...), latency...)
	}
	columns = append(columns, rss)
	if s.Kind != workload.Idle {
		columns = append(columns,
			column{"allocs" + per, func(r Row) string { return count(r.Server, r.Allocs) }},
			column{"load busy", func(r Row) string { return fmt.Sprintf("%.0f%%", 100*r.Busy) }})
	}
	g := make(grid, 1+len(s.Rows))
	for _, c := range columns {
		g[0] = append(g[0], c.head)
		for i, r := range s.Rows {
			g[1+i] = append(g[1+i], c.cell(r))
		}
	}
	return g
}

// targets is the table of what was aimed at.
func targets(all []Found) grid {
	g := grid{{"workload", "what", "goal", "found", ""}}
	for _, f := range all {
		what := fmt.Sprintf("%s, %s", f.Metric, f.Server)
		if f.Base != "" {
			what += " to " + f.Base
		}
		verdict, value := "missed", fmt.Sprintf("%.3f", f.Value)
		if f.Metric == PerConn && f.Base == "" {
			value = fmt.Sprintf("%.0f B", f.Value)
		}
		switch {
		case !f.Measured:
			verdict, value = "not measured", "–"
		case f.Met():
			verdict = "met"
		}
		g = append(g, []string{f.Workload, what, "≤ " + f.goal(), value, verdict})
	}
	return g
}

func (t Target) goal() string {
	if t.Metric == PerConn && t.Base == "" {
		return fmt.Sprintf("%.0f B", t.Limit)
	}
	return fmt.Sprintf("%.2f", t.Limit)
}

// Print writes all tables for people at a terminal.
func Print(w io.Writer, r Record) error {
	for _, s := range r.Sections() {
		if err := print(w, s.Title, s.grid()); err != nil {
			return err
		}
	}
	if found := check(r, Targets); len(found) > 0 {
		if err := print(w, "targets", targets(found)); err != nil {
			return err
		}
	}
	for _, line := range append(prefixed("left out: ", r.LeftOut), prefixed("failed: ", r.Failures)...) {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func print(w io.Writer, title string, g grid) error {
	if _, err := fmt.Fprintln(w, title); err != nil {
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range g {
		fmt.Fprintln(tw, strings.Join(line, "\t"))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

func prefixed(prefix string, lines []string) []string {
	var all []string
	for _, l := range lines {
		all = append(all, prefix+l)
	}
	return all
}

// duration writes nanoseconds with three digits.
func duration(ns float64) string {
	d := time.Duration(ns)
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.3g s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	case d >= time.Microsecond:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	}
	return fmt.Sprintf("%.0f ns", ns)
}

func fraction(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.2f", v)
}

// count is an average; the server in C does not count its own.
func count(name string, v float64) string {
	if name == uncounted {
		return "–"
	}
	return fmt.Sprintf("%.2f", v)
}
