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
-limit TIME, such as 90s, ends a run that takes longer; without it that is 5m.
What a run that was ended, so or by an interrupt, has left out counts as failed.`

func runConformance(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	record := flags.String("json", "", "")
	page := flags.String("html", "", "")
	limit := flags.Duration("limit", 5*time.Minute, "")
	if code, stop := parse(flags, args, 0, stdout, stderr); stop {
		return code
	}
	if *limit <= 0 {
		fmt.Fprintf(stderr, "volt conformance: -limit %v leaves no time; see volt help conformance\n", *limit)
		return misuse
	}
	// What cannot be written is better known before the run than after it.
	recordFile, err := create(*record)
	if err != nil {
		return complain(stderr, err)
	}
	pageFile, err := create(*page)
	if err != nil {
		return complain(stderr, err)
	}
	limited, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()

	r := report.New()
	begun := time.Now()
	p := newProgress(stderr)
	r.Results = append(conformance.Transcript(limited, p.done), conformance.Options(limited, p.done)...)
	r.Took = time.Since(begun)
	p.end()

	if err := r.WriteTable(stdout); err != nil {
		return complain(stderr, err)
	}
	if err := save(recordFile, r.WriteJSON); err != nil {
		return complain(stderr, err)
	}
	if err := save(pageFile, r.WriteHTML); err != nil {
		return complain(stderr, err)
	}
	if limited.Err() != nil {
		why := fmt.Sprintf("ended by -limit %v", *limit)
		if ctx.Err() != nil {
			why = "interrupted"
		}
		fmt.Fprintf(stderr, "volt conformance: %s: what had not run yet counts as failed\n", why)
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

// create makes a file, if it has a name.
func create(name string) (*os.File, error) {
	if name == "" {
		return nil, nil
	}
	return os.Create(name)
}

// save writes a file and closes it, if there is one.
func save(f *os.File, write func(io.Writer) error) error {
	if f == nil {
		return nil
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
