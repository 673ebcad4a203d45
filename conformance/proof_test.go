package conformance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance"
	"github.com/volt-net/volt/conformance/behaviour"
)

const proofHeading = "## What the suite has proved\n"

const proofText = `
A row is shown by the scripts named here, which print the same lines on every
system (` + "`conformance/testdata/behaviour.golden`" + `), or the reason stands in
their place. *live*: the suite ran on that kernel. *played*: it has not yet, but
printed the same over a double with that system's error numbers and order of
events, and with its recipes, on Linux. Behind it stands what is known of the row
there: *run*, by raw system calls on a real kernel; *read*, in the kernel's source
or tests, or reported by others; *hypothesis*, which only running there will
settle. *known*: the allow-list says what the systems print.

| row | shown by | Linux | FreeBSD | Darwin |
|---|---|---|---|---|
`

// TestProof holds the end of docs/differences.md to what there are scripts and
// evidence for; -update writes it.
func TestProof(t *testing.T) {
	path := filepath.Join("..", "docs", "differences.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table, old, _ := strings.Cut(string(text), proofHeading)
	want := proofText + strings.Join(proofs(table), "\n") + "\n"
	if *updateGolden {
		if err := os.WriteFile(path, []byte(table+proofHeading+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(old, "\n")); diff != "" {
		t.Errorf("run go test ./conformance -run Proof -update (-want +got):\n%s", diff)
	}
}

var rowPattern = regexp.MustCompile(`^\| ([A-I]\d+)\b`)

// proofs is a line for each row.
func proofs(table string) []string {
	scripts := map[string][]behaviour.Script{}
	for _, s := range behaviour.Scripts() {
		scripts[s.Row] = append(scripts[s.Row], s)
	}
	var lines, columns []string
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if strings.HasPrefix(line, "| # ") {
			columns = cells
		}
		m := rowPattern.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		shownBy, live, played := behaviour.NotShown[m[1]], "-", ""
		if of := scripts[m[1]]; of != nil {
			shownBy, live, played = titles(of), "live", "played; "
			if slices.ContainsFunc(of, isKnown) {
				live, played = "live, known", "known; "
			}
		}
		lines = append(lines, fmt.Sprintf("| `%s` | %s | %s | %s%s | %s%s |", m[1], shownBy, live,
			played, known(cellOf("FreeBSD", columns, cells, line), "[R13]", "[R15]"),
			played, known(cellOf("Darwin", columns, cells, line))))
	}
	return lines
}

func isKnown(s behaviour.Script) bool {
	return slices.ContainsFunc(conformance.AllowList(), func(k conformance.Known) bool { return k.Script == s.Name() })
}

func titles(of []behaviour.Script) string {
	var all []string
	for _, s := range of {
		all = append(all, s.Title)
	}
	return strings.Join(all, "; ")
}

// cellOf is what the row says of a system: its own cell, if the table has one.
func cellOf(system string, columns, cells []string, row string) string {
	i := slices.IndexFunc(columns, func(c string) bool { return strings.Contains(c, system) })
	if i < 0 || i >= len(cells) {
		return row
	}
	return cells[i]
}

// The tags of what was read of any system, and of what can be about Darwin.
var (
	readTag       = regexp.MustCompile(`\[(X|F13|FT|I|S)\b`)
	readDarwinTag = regexp.MustCompile(`\[(X|I|S)\b`)
)

// known grades the evidence of a cell. run is the tags of the system's kernels
// that something ran on; Darwin has none.
func known(cell string, run ...string) string {
	for _, tag := range run {
		if strings.Contains(cell, tag) {
			return "run"
		}
	}
	read := readTag
	if run == nil {
		read = readDarwinTag
	}
	if read.MatchString(cell) {
		return "read"
	}
	return "hypothesis"
}
