package report

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// record has two rounds of two workloads; in the second round the machine was
// slow.
func record() Record {
	r := Record{
		Date:     time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC),
		Machine:  Machine{CPU: "Abacus", Kernel: "Linux 9", Cores: 2, ServerCPUs: []int{1}, LoadCPUs: []int{0}},
		Versions: []Version{{"Go", "go9"}},
		Rounds:   2, Window: time.Second,
		LeftOut: []string{"c-epoll: there is no C compiler"},
	}
	for round, slow := range []float64{1, 3} {
		r.Samples = append(r.Samples,
			Sample{Workload: "echo-50", Server: "std", Round: round, CPU: 4000 * slow, Rate: 1000 / slow, P50: 2e4 * slow, P99: 2e6, P999: 3e9, RSS: 1 << 20},
			Sample{Workload: "echo-50", Server: "volt-park", Round: round, CPU: 3000 * slow, Rate: 2000 / slow, P50: 1e4, P99: 1e6, P999: 999, RSS: 2 << 20, Allocs: 2, Busy: .9},
			Sample{Workload: "idle", Server: "std", Round: round, PerConn: 8000, RSS: 80 << 20},
			Sample{Workload: "idle", Server: "volt-park-readable", Round: round, PerConn: 2000, RSS: 20 << 20},
		)
	}
	return r
}

func TestPrint(t *testing.T) {
	var out strings.Builder
	if err := Print(&out, record()); err != nil {
		t.Fatal(err)
	}
	want := `echo 64 B, 50 connections
server     CPU/message  to std  median  to std  per second  p50    p99   p99.9   RSS      allocs/message  load busy
std        4 µs         1.00    8 µs    1.00    667         40 µs  2 ms  3 s     1.0 MiB  0.00            0%
volt-park  3 µs         0.75    6 µs    0.75    1333        10 µs  1 ms  999 ns  2.0 MiB  2.00            90%

10,000 idle connections
server              bytes/connection  to std  RSS
std                 8000              1.00    80.0 MiB
volt-park-readable  2000              0.25    20.0 MiB
`
	text, rest, _ := strings.Cut(out.String(), "\ntargets\n")
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("left out: c-epoll: there is no C compiler\n", rest[strings.Index(rest, "left out"):]); diff != "" {
		t.Error(diff)
	}
}

func TestTargets(t *testing.T) {
	aims := []Target{
		{"echo-50", CPU, "volt-park", "std", .75},
		{"echo-50", CPU, "volt-park", "std", .74},
		{"echo-50", P50, "volt-park", "std", .25},
		{"echo-50", Allocs, "volt-park", "", .01},
		{"echo-50", CPU, "volt-loop", "std", .9},
		{"echo-50", CPU, "volt-park", "c-epoll", 9},
		{"idle", PerConn, "volt-park-readable", "std", .4},
		{"idle", PerConn, "volt-park-readable", "", 200},
		{"churn", CPU, "volt-park", "std", .9},
	}
	want := grid{
		{"workload", "what", "goal", "found", ""},
		{"echo-50", "CPU, volt-park to std", "≤ 0.75", "0.750", "met"},
		{"echo-50", "CPU, volt-park to std", "≤ 0.74", "0.750", "missed"},
		{"echo-50", "p50, volt-park to std", "≤ 0.25", "0.250", "met"},
		{"echo-50", "allocations, volt-park", "≤ 0.01", "2.000", "missed"},
		{"echo-50", "CPU, volt-loop to std", "≤ 0.90", "–", "not measured"},
		{"echo-50", "CPU, volt-park to c-epoll", "≤ 9.00", "–", "not measured"},
		{"idle", "memory, volt-park-readable to std", "≤ 0.40", "0.250", "met"},
		{"idle", "memory, volt-park-readable", "≤ 200 B", "2000 B", "missed"},
	}
	if diff := cmp.Diff(want, targets(check(record(), aims))); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutStd(t *testing.T) {
	r := record()
	r.Samples = r.Samples[1:2]
	g := r.Sections()[0].grid()
	if diff := cmp.Diff([]string{"volt-park", "3 µs", "–", "3 µs", "–"}, g[1][:5]); diff != "" {
		t.Error(diff)
	}
}

func TestPage(t *testing.T) {
	text := Page(record(), "p.svg")
	for _, want := range []string{
		"(p.svg)",
		"| date | 2030-01-02 |\n| processor | Abacus, 2 cores |\n| kernel | Linux 9 |\n",
		"| processors used | server [1], load generator [0] |\n| Go | go9 |\n",
		"Left out:\n\n- c-epoll: there is no C compiler\n",
		"## Echo 64 B, 50 connections\n\n| server | CPU/message |",
		"| --- | --: | --: |",
		"| idle | memory, volt-park-readable to std | ≤ 0.40 | 0.250 | met |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "Failed:") {
		t.Error("the page tells of failures that there were not")
	}
}

// TestPlot holds the plot to being XML with a bar for each ratio.
func TestPlot(t *testing.T) {
	var bars []string
	d := xml.NewDecoder(strings.NewReader(string(Plot(record()))))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "title" {
			var title string
			if err := d.DecodeElement(&title, &e); err != nil {
				t.Fatal(err)
			}
			bars = append(bars, title)
		}
	}
	if diff := cmp.Diff([]string{"volt-park 0.75", "volt-park-readable 0.25"}, bars); diff != "" {
		t.Error(diff)
	}
}
