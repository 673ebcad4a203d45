package conformance

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/behaviour"
)

func TestJudge(t *testing.T) {
	j := &judge{
		system:   "here",
		expected: map[string][]string{"A1 same": {"a", "b"}},
		allowed: []Known{
			{Script: "A2 other", Why: "reason", Lines: map[string][][]string{"here": {{"x"}, {"y"}}, "there": {{"z"}}}},
			{Script: "A3 elsewhere", Why: "reason", Lines: map[string][][]string{"there": {{"z"}}}},
		},
	}
	type verdict struct {
		Status Status
		Why    string
	}
	for _, tt := range []struct {
		name    string
		row     string
		title   string
		outcome behaviour.Outcome
		want    verdict
	}{
		{"as expected", "A1", "same", behaviour.Outcome{Lines: []string{"a", "b"}}, verdict{Status: Passed}},
		{"a line more", "A1", "same", behaviour.Outcome{Lines: []string{"a", "c", "b"}}, verdict{Failed, "lines (-want +got):\n  a\n+ c\n  b"}},
		{"a line less", "A1", "same", behaviour.Outcome{Lines: []string{"b"}}, verdict{Failed, "lines (-want +got):\n- a\n  b"}},
		{"another line", "A1", "same", behaviour.Outcome{Lines: []string{"a", "c"}}, verdict{Failed, "lines (-want +got):\n  a\n- b\n+ c"}},
		{"no script of ours", "A9", "new", behaviour.Outcome{Lines: []string{"a"}}, verdict{Failed, "lines (-want +got):\n+ a"}},
		{"broken", "A1", "same", behaviour.Outcome{Lines: []string{"a", "b"}, Failure: "panic"}, verdict{Failed, "panic"}},
		{"skipped", "A1", "same", behaviour.Outcome{Skipped: "no IPv6"}, verdict{Skipped, "no IPv6"}},
		{"allowed", "A2", "other", behaviour.Outcome{Lines: []string{"y"}}, verdict{Allowed, "reason"}},
		{"allowed elsewhere", "A2", "other", behaviour.Outcome{Lines: []string{"z"}}, verdict{Failed, "lines (-want +got):\n- y\n+ z"}},
		{"not listed here", "A3", "elsewhere", behaviour.Outcome{Lines: []string{"z"}}, verdict{Failed, "the allow-list has nothing for here"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := j.result(run{script: behaviour.Script{Row: tt.row, Title: tt.title}}, tt.outcome)
			if diff := cmp.Diff(tt.want, verdict{got.Status, got.Why}); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
