package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"text/tabwriter"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// What a command's process exits with.
const (
	ok     = 0
	failed = 1 // the command did its work, and the answer is no
	misuse = 2 // wrong arguments, or a file that is of no use
)

// A command is what the first argument names.
type command struct {
	name string
	args string // what may follow the name
	help string // one line
	more string // what else is to be said, wrapped
	run  func(ctx context.Context, args []string, stdout, stderr io.Writer) int
}

// commands lists them in the order of the help. It is a function because help
// is one of them.
func commands() []command {
	return []command{
		{"conformance", "[-json FILE] [-html FILE] [-limit TIME]", "run the conformance suite on this machine", conformanceHelp, runConformance},
		{"diff", "A.json B.json", "compare what two machines recorded", diffHelp, runDiff},
		{"options", "[-os NAME] [-width COLUMNS]", "list the socket options: what each system calls them, takes and lacks", optionsHelp, runOptions},
		{"version", "", "print the version, and what it was built with", "", runVersion},
		{"help", "[COMMAND]", "explain volt, or one of its commands", "", runHelp},
	}
}

// line is how the command is called.
func (c command) line() string { return strings.TrimSpace("volt " + c.name + " " + c.args) }

func find(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// run carries out a command line and returns what to exit with.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return misuse
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	c, known := find(name)
	if !known {
		return unknown(name, stderr)
	}
	return c.run(ctx, args[1:], stdout, stderr)
}

func unknown(name string, stderr io.Writer) int {
	fmt.Fprintf(stderr, "volt: there is no command %q; see volt help\n", name)
	return misuse
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Volt is a socket library that behaves the same on every system.\nThis command tells what it knows of them.\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(table, "  %s\t%s\n", c.line(), c.help)
	}
	table.Flush()
}

// parse reads a command's flags, which stand before so many other arguments. If
// the command is not to go on, it returns what to exit with.
func parse(flags *flag.FlagSet, args []string, wanted int, stdout, stderr io.Writer) (code int, stop bool) {
	name := flags.Name()
	flags.SetOutput(io.Discard) // the error says it, and whose it is
	flags.Usage = func() {}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return explain(name, stdout, stderr), true
	case err != nil:
		fmt.Fprintf(stderr, "volt %s: %v; see volt help %s\n", name, err, name)
		return misuse, true
	case flags.NArg() > wanted:
		fmt.Fprintf(stderr, "volt %s: unexpected %q; see volt help %s\n", name, flags.Arg(wanted), name)
		return misuse, true
	case flags.NArg() < wanted:
		fmt.Fprintf(stderr, "volt %s: takes %d arguments; see volt help %s\n", name, wanted, name)
		return misuse, true
	}
	return ok, false
}

func runHelp(_ context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stdout)
		return ok
	}
	if len(args) > 1 {
		fmt.Fprintln(stderr, "volt help: one command at a time")
		return misuse
	}
	return explain(args[0], stdout, stderr)
}

// explain prints what there is to know of a command.
func explain(name string, stdout, stderr io.Writer) int {
	c, known := find(name)
	if !known {
		return unknown(name, stderr)
	}
	fmt.Fprintf(stdout, "usage: %s\n\n%s\n", c.line(), c.help)
	if c.more != "" {
		fmt.Fprintf(stdout, "\n%s\n", c.more)
	}
	return ok
}
