package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/volt-net/volt/conformance/report"
)

const diffHelp = `Compares two records of volt conformance -json, script by script: - is what
only A printed, + what only B did. What a record skipped is not compared. The
exit code is 1 if they differ in anything that is not known to differ.`

func runDiff(_ context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("diff", flag.ContinueOnError)
	if code, stop := parse(flags, args, 2, stdout, stderr); stop {
		return code
	}
	var records [2]*report.Record
	for i := range records {
		r, err := load(flags.Arg(i))
		if err != nil {
			return complain(stderr, err)
		}
		records[i] = r
	}
	a, b := records[0], records[1]
	fmt.Fprintf(stdout, "- %s\n+ %s\n", a.Where(), b.Where())
	differ, known := 0, 0
	for _, d := range report.Diff(a, b) {
		fmt.Fprintf(stdout, "\n%s\n", d)
		if d.Known {
			known++
		} else {
			differ++
		}
	}
	fmt.Fprintf(stdout, "\n%s\n", verdict(differ, known))
	if differ > 0 {
		return failed
	}
	return ok
}

// verdict sums up: "2 scripts differ, and 1 differs that is known to".
func verdict(differ, known int) string {
	text := "the same behaviour"
	switch {
	case differ == 1:
		text = "1 script differs"
	case differ > 1:
		text = fmt.Sprintf("%d scripts differ", differ)
	}
	switch {
	case known == 1:
		text += ", and 1 differs that is known to"
	case known > 1:
		text += fmt.Sprintf(", and %d differ that are known to", known)
	}
	return text
}

func load(name string) (*report.Record, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := report.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}
