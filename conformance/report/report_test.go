package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance"
	"github.com/volt-net/volt/conformance/report"
)

func sample() *report.Record {
	return &report.Record{
		Format: report.Format, System: "plan9", Processor: "mips", Poller: "poll", Kernel: "Plan 9", Go: "go1.26",
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Took: 1500 * time.Millisecond,
		Results: []conformance.Result{
			{Row: "A1", Title: "flags", Status: conformance.Passed, Lines: []string{"non-blocking"}},
			{Row: "C31", Title: "write after reset", Over: "tcp4", Status: conformance.Failed, Lines: []string{"write: <ok>"},
				Why: "lines (-want +got):\n- write: reset\n+ write: <ok>"},
			{Row: "C31", Title: "write after reset", Over: "unix", Status: conformance.Passed, Lines: []string{"write: reset"}},
			{Row: "F1", Title: "two families", Status: conformance.Skipped, Why: "no IPv6"},
		},
	}
}

func TestRecordKeeps(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	got, err := report.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"text", "hello", "not a record"},
		{"another format", `{"format": 99}`, "a record of format 99, where this program knows 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := report.Read(strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	want := strings.Join([]string{
		`           rows  scripts  passed  failed  skipped  known`,
		`  A descriptors        1       1       0        0      0`,
		`          C TCP        2       1       1        0      0`,
		`    F addresses        1       0       0        1      0`,
		`skipped: F1 two families: no IPv6`,
		`failed: C31 write after reset over tcp4: lines (-want +got):`,
		`    - write: reset`,
		`    + write: <ok>`,
		`Plan 9, mips, poll, go1.26`,
		`2 passed, 1 failed, 1 skipped, 0 known to differ, in 1.5s`,
		``,
	}, "\n")
	var b bytes.Buffer
	if err := sample().WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// The page escapes what scripts print, and shows failures first.
func TestPage(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	page, from := b.String(), 0
	for _, want := range []string{
		"<b class=\"passed\">2 passed</b>", "<b class=\"failed\">1 failed</b>",
		"<h2>Failed</h2>", "write: &lt;ok&gt;", "<h2>A: descriptors</h2>", "<td class=\"passed\">passed</td>", "no IPv6",
	} {
		i := strings.Index(page[from:], want)
		if i < 0 {
			t.Fatalf("the page lacks %q after character %d:\n%s", want, from, page)
		}
		from += i
	}
}

func TestDiff(t *testing.T) {
	a, b := sample(), sample()
	b.Results[0].Lines = []string{"blocking"}
	b.Results[3].Status, b.Results[3].Lines = conformance.Passed, []string{"both"}
	b.Results = append(b.Results, conformance.Result{Row: "C4", Title: "only here", Lines: []string{"ok"}})
	var got []string
	for _, d := range report.Diff(a, b) {
		got = append(got, d.String())
	}
	want := []string{
		"A1 flags\n- non-blocking\n+ blocking",
		"C4 only here\n+ ok\n- (not run)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if got := report.Diff(a, a); got != nil {
		t.Errorf("a record differs from itself: %v", got)
	}
}

// Options print nothing: of those, one that failed on one machine differs.
func TestDiffFailed(t *testing.T) {
	of := func(s conformance.Status) *report.Record {
		return &report.Record{Results: []conformance.Result{{Row: conformance.OptionRow, Title: "Linger", Status: s, Why: "why"}}}
	}
	var got []string
	for _, pair := range [][2]conformance.Status{
		{conformance.Passed, conformance.Failed},
		{conformance.Failed, conformance.Passed},
		{conformance.Failed, conformance.Failed},
		{conformance.Skipped, conformance.Failed},
	} {
		for _, d := range report.Diff(of(pair[0]), of(pair[1])) {
			got = append(got, d.String())
		}
	}
	want := []string{"O Linger\n+ failed", "O Linger\n- failed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}

// What the allow-list knows is a difference all the same, and marked.
func TestDiffKnows(t *testing.T) {
	list := conformance.AllowList()
	if len(list) == 0 {
		t.Skip("the allow-list is empty")
	}
	row, title, _ := strings.Cut(list[0].Script, " ")
	of := func(line string) *report.Record {
		return &report.Record{Results: []conformance.Result{{Row: row, Title: title, Lines: []string{line}}}}
	}
	got := report.Diff(of("one"), of("two"))
	if len(got) != 1 || !got[0].Known || got[0].Why != list[0].Why {
		t.Errorf("got %+v, want one that is known", got)
	}
}
