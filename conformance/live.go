package conformance

import (
	"context"
	"strings"
	"time"

	"github.com/volt-net/volt/conformance/options"
	"github.com/volt-net/volt/platform"
)

// OptionRow is the row of the results that Options returns.
const OptionRow = "O"

// Options holds every option, on every kind of socket, to its row of the spec,
// and returns a result for each pair. progress is as for [Transcript]. Results
// have no lines: what an option does is not the same on every system, only
// whether it does what the table says of it there.
func Options(ctx context.Context, progress func(Result)) []Result {
	var all []Result
	for _, i := range platform.AllOptions {
		for _, k := range options.Kinds() {
			if ctx.Err() != nil {
				return append(all, Result{Row: OptionRow, Title: i.Name, Over: k.Name, Status: Failed, Why: ctx.Err().Error()})
			}
			begun := time.Now()
			found := options.Check(k, i)
			r := Result{Row: OptionRow, Title: i.Name, Over: k.Name, Status: Passed, Took: time.Since(begun)}
			switch {
			case len(found.Problems) > 0:
				r.Status, r.Why = Failed, strings.Join(found.Problems, "\n")
			case found.Skipped != "":
				r.Status, r.Why = Skipped, found.Skipped
			}
			all = append(all, r)
			if progress != nil {
				progress(r)
			}
		}
	}
	return all
}
