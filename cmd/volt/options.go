package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/volt-net/volt/net/sockopt"
)

// system is an operating system and all options as they are there.
type system struct {
	os, name string
	options  []sockopt.Info
}

const optionsHelp = `A line is an option on a system: what the kernel calls it, the unit in which
the kernel counts, the values that Volt takes on every system, and what is odd
about it there or what it needs. "-" stands for an option that the system does
not have; the last column says why.

With -os NAME, only the lines of that system are printed.

On a terminal, and with -width COLUMNS, it is a list that fits, with the same
in it. With -width 0 it is the table always.`

func runOptions(_ context.Context, args []string, stdout, stderr io.Writer) int {
	names := make([]string, 0, len(systems))
	for _, s := range systems {
		names = append(names, s.os)
	}
	flags := flag.NewFlagSet("options", flag.ContinueOnError)
	only := flags.String("os", "", "")
	width := flags.Uint("width", terminalWidth(stdout), "")
	if code, stop := parse(flags, args, 0, stdout, stderr); stop {
		return code
	}
	chosen := systems
	if *only != "" {
		s, known := findSystem(*only)
		if !known {
			fmt.Fprintf(stderr, "volt options: no system %q; there are %s\n", *only, strings.Join(names, ", "))
			return misuse
		}
		chosen = []system{s}
	}
	var err error
	if *width == 0 {
		err = printOptions(stdout, chosen)
	} else {
		err = listOptions(stdout, chosen, *width)
	}
	if err != nil {
		fmt.Fprintln(stderr, "volt options:", err)
		return failed
	}
	return ok
}

// findSystem looks for a system by either of its names, in any case.
func findSystem(name string) (system, bool) {
	for _, s := range systems {
		if strings.EqualFold(s.os, name) || strings.EqualFold(s.name, name) {
			return s, true
		}
	}
	return system{}, false
}

// printOptions prints a line for each option on each system, those of an
// option together.
func printOptions(w io.Writer, chosen []system) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "OPTION\tSYSTEM\tKERNEL'S NAME\tUNIT\tRANGE\tNOTE")
	for i := range chosen[0].options {
		for _, s := range chosen {
			o := &s.options[i]
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", o.Name, s.os, kernelNames(o), o.Unit, bounds(o), note(o))
		}
	}
	return table.Flush()
}

// listOptions prints what printOptions does, in lines of so many columns.
func listOptions(w io.Writer, chosen []system, width uint) error {
	out := bufio.NewWriter(w)
	longest := 0
	for _, s := range chosen {
		longest = max(longest, len(s.os))
	}
	for i := range chosen[0].options {
		fmt.Fprintln(out, chosen[0].options[i].Name)
		for _, s := range chosen {
			out.WriteString(wrapped(fmt.Sprintf("  %-*s  ", longest, s.os), inWords(&s.options[i]), width))
		}
	}
	return out.Flush()
}

// inWords is a line of the table but for the option and the system:
// "SO_LINGER_SEC, in seconds, 0s to 5m27s; SO_LINGER counts clock ticks, …".
func inWords(o *sockopt.Info) string {
	if !o.Supported {
		return note(o)
	}
	text := kernelNames(o)
	if o.Unit != "" {
		text += ", in " + o.Unit
	}
	if b := bounds(o); b != "" {
		text += ", " + b
	}
	if n := note(o); n != "" {
		text += "; " + n
	}
	return text
}

func kernelNames(o *sockopt.Info) string {
	switch {
	case !o.Supported:
		return "-"
	case o.Kernel6 != "":
		return o.Kernel + ", " + o.Kernel6
	}
	return o.Kernel
}

func bounds(o *sockopt.Info) string {
	if o.Min == "" {
		return ""
	}
	return o.Min + " to " + o.Max
}

// note joins what is to be known of an option on a system.
func note(o *sockopt.Info) string {
	if !o.Supported {
		return "none: " + o.Reason
	}
	var parts []string
	add := func(when bool, text string) {
		if when {
			parts = append(parts, text)
		}
	}
	add(o.ReadOnly, "only read")
	add(o.WriteOnly, "only set")
	add(o.Family != "", o.Family+" only")
	add(o.Needs != "", "needs "+o.Needs)
	add(o.Quirk != "", o.Quirk)
	return strings.Join(parts, "; ")
}
