package conformance_test

import (
	"context"
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

// TestBehaviour runs the scripts, and writes down with -update what they print.
func TestBehaviour(t *testing.T) {
	if *updateGolden {
		update(t)
		return
	}
	counts := map[conformance.Status]int{}
	for _, r := range conformance.Run(t) {
		counts[r.Status]++
	}
	t.Logf("results: %v", counts)
}

// update needs a machine that lacks nothing. Of a script over several media
// the first stands for all.
func update(t *testing.T) {
	var b strings.Builder
	last := ""
	results := conformance.Transcript(context.Background(), nil)
	slices.SortStableFunc(results, func(a, b conformance.Result) int { return order(a.Name()) - order(b.Name()) })
	for _, r := range results {
		name := r.Name()
		if r.Status == conformance.Skipped {
			t.Fatalf("%s: %s", name, r.Why)
		}
		if name == last || r.Status == conformance.Allowed {
			continue
		}
		last = name
		fmt.Fprintf(&b, "# %s\n", name)
		for _, line := range r.Lines {
			fmt.Fprintln(&b, line)
		}
	}
	if err := os.WriteFile(filepath.Join("testdata", "behaviour.golden"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// order is the place of a script among the others.
func order(name string) int {
	return slices.IndexFunc(behaviour.Scripts(), func(s behaviour.Script) bool { return s.Name() == name })
}

// TestBehaviourNames holds scripts, expected lines and the allow-list to
// belong together: one has no entry too few, the others none too many.
func TestBehaviourNames(t *testing.T) {
	var scripts, expected []string
	for _, s := range behaviour.Scripts() {
		scripts = append(scripts, s.Name())
	}
	for name, lines := range conformance.Expected() {
		expected = append(expected, name)
		if len(lines) == 0 {
			t.Errorf("%s prints nothing", name)
		}
	}
	for _, k := range conformance.AllowList() {
		expected = append(expected, k.Script)
		if k.Why == "" || len(k.Lines) < 2 {
			t.Errorf("the allow-list says too little of %s", k.Script)
		}
	}
	slices.Sort(scripts)
	slices.Sort(expected)
	if diff := cmp.Diff(scripts, expected); diff != "" {
		t.Errorf("names (-scripts +expected):\n%s", diff)
	}
}

// TestBehaviourRows holds every row of docs/differences.md to having a script
// or a reason not to, and none to having both.
func TestBehaviourRows(t *testing.T) {
	shown := map[string]int{}
	for _, s := range behaviour.Scripts() {
		shown[s.Row] = 1
	}
	for row, why := range behaviour.NotShown {
		shown[row]++
		if why == "" {
			t.Errorf("no reason why %s is not shown", row)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^\| ([`+sections+`]\d+)\b`).FindAllStringSubmatch(read(t, "docs/differences.md"), -1) {
		if n := shown[m[1]]; n != 1 {
			t.Errorf("%s is scripted or explained %d times, want once", m[1], n)
		}
		delete(shown, m[1])
	}
	for row := range shown {
		t.Errorf("there is no row %s", row)
	}
}

// sections are those of docs/differences.md that have scripts.
const sections = "ABCDEFGHI"
