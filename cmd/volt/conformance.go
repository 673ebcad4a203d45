package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/volt-net/volt/conformance"
	"github.com/volt-net/volt/conformance/report"
)

const conformanceHelp = `Runs every script of the conformance suite on this machine and compares what
they print with what all systems have to print; then holds every option to
what is known of it, on every kind of socket. Scripts use the loopback
interface and a temporary directory, and need no privileges. A script is
skipped where the machine lacks something, such as IPv6, and the reason is
shown. The exit code is 1 if a script failed.

-json FILE writes the record, for volt diff; -html FILE a page to look at.
-limit TIME, such as 90s, ends what takes longer (5m).`

func runConformance(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	record := flags.String("json", "", "")
	page := flags.String("html", "", "")
	limit := flags.Duration("limit", 5*time.Minute, "")
	if code, stop := parse(flags, args, 0, stdout, stderr); stop {
		return code
	}
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()

	r := report.New()
	begun := time.Now()
	p := newProgress(stderr)
	r.Results = append(conformance.Transcript(ctx, p.done), conformance.Options(ctx, p.done)...)
	r.Took = time.Since(begun)
	p.end()

	if err := r.WriteTable(stdout); err != nil {
		return complain(stderr, err)
	}
	if err := save(*record, r.WriteJSON); err != nil {
		return complain(stderr, err)
	}
	if err := save(*page, r.WriteHTML); err != nil {
		return complain(stderr, err)
	}
	if r.Failed() {
		return failed
	}
	return ok
}

func complain(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "volt:", err)
	return misuse
}

// save writes a file, if it has a name.
func save(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// progress is a line on a terminal that tells how far the suite is.
type progress struct {
	w    io.Writer // nil where nobody looks
	n    int
	fail int
}

func newProgress(w io.Writer) *progress {
	if f, is := w.(*os.File); is {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &progress{w: w}
		}
	}
	return &progress{}
}

const clearLine = "\r\x1b[K"

func (p *progress) done(r conformance.Result) {
	if p.w == nil {
		return
	}
	p.n++
	if r.Status == conformance.Failed {
		p.fail++
	}
	fmt.Fprintf(p.w, "%s%d scripts, %d failed; %s", clearLine, p.n, p.fail, report.Title(r))
}

func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, clearLine)
	}
}
