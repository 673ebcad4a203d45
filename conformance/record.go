package conformance

import (
	"slices"
	"strings"
	"time"

	"github.com/volt-net/volt/conformance/behaviour"
	"github.com/volt-net/volt/net"
)

// Status is how a script ended.
type Status string

// The ways to end.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped" // the machine lacks something
	Allowed Status = "allowed" // as the allow-list says for this system
)

// Result is what one script did over one medium.
type Result struct {
	Row    string        `json:"row"`
	Title  string        `json:"title"`
	Over   string        `json:"over,omitempty"` // the medium, if the script has several
	Status Status        `json:"status"`
	Lines  []string      `json:"lines"`
	Why    string        `json:"why,omitempty"` // of what is not Passed
	Took   time.Duration `json:"took"`          // nanoseconds
}

// Name is the row and the title.
func (r Result) Name() string { return r.Row + " " + r.Title }

// A run is one script over one medium.
type run struct {
	script behaviour.Script
	on     behaviour.Medium
}

// runs lists what there is to run: first what needs the process for itself.
func runs() []run {
	var alone, others []run
	for _, s := range behaviour.Scripts() {
		list := &others
		if s.Alone {
			list = &alone
		}
		over := s.Over
		if len(over) == 0 {
			over = []behaviour.Medium{""}
		}
		for _, on := range over {
			*list = append(*list, run{s, on})
		}
	}
	return append(alone, others...)
}

// A judge knows what to expect.
type judge struct {
	system   string
	expected map[string][]string
	allowed  []Known
}

func newJudge() *judge {
	system, _ := net.Platform()
	return &judge{system, Expected(), AllowList()}
}

// result judges an outcome.
func (j *judge) result(r run, o behaviour.Outcome) Result {
	res := Result{Row: r.script.Row, Title: r.script.Title, Over: string(r.on), Lines: o.Lines, Took: o.Took}
	name := res.Name()
	known := slices.IndexFunc(j.allowed, func(k Known) bool { return k.Script == name })
	switch {
	case o.Failure != "":
		res.Status, res.Why = Failed, o.Failure
	case o.Skipped != "":
		res.Status, res.Why = Skipped, o.Skipped
	case known >= 0:
		res.Status, res.Why = j.allow(j.allowed[known], o.Lines)
	default:
		res.Status = Passed
		if diff := differ(j.expected[name], o.Lines); diff != "" {
			res.Status, res.Why = Failed, diff
		}
	}
	return res
}

// allow judges lines by what the allow-list has for this system.
func (j *judge) allow(k Known, lines []string) (Status, string) {
	why := "the allow-list has nothing for " + j.system
	for _, way := range k.Lines[j.system] {
		diff := differ(way, lines)
		if diff == "" {
			return Allowed, k.Why
		}
		why = diff
	}
	return Failed, why
}

// differ shows what was printed beside what was to be expected: what is the
// same with a blank in front, the rest with - and +. It is "" if all is.
func differ(want, got []string) string {
	if slices.Equal(want, got) {
		return ""
	}
	var b strings.Builder
	b.WriteString("lines (-want +got):")
	show := func(mark, line string) { b.WriteString("\n" + mark + " " + line) }
	for len(want) > 0 || len(got) > 0 {
		switch {
		case len(want) > 0 && len(got) > 0 && want[0] == got[0]:
			show(" ", want[0])
			want, got = want[1:], got[1:]
		case len(got) == 0 || len(want) > 0 && !slices.Contains(got, want[0]):
			show("-", want[0])
			want = want[1:]
		default:
			show("+", got[0])
			got = got[1:]
		}
	}
	return b.String()
}
