package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/volt-net/volt/conformance"
)

// Difference is a script that two records tell different things of.
type Difference struct {
	Script string
	A, B   []string // the lines; nil is not there
	Known  bool     // the allow-list has it
	Why    string   // why, of what is known
}

// String shows the lines of both: - is A's alone, + is B's.
func (d Difference) String() string {
	var b strings.Builder
	b.WriteString(d.Script)
	if d.Known {
		fmt.Fprintf(&b, " (known: %s)", d.Why)
	}
	for _, line := range d.A {
		if !slices.Contains(d.B, line) {
			b.WriteString("\n- " + line)
		}
	}
	for _, line := range d.B {
		if !slices.Contains(d.A, line) {
			b.WriteString("\n+ " + line)
		}
	}
	switch {
	case d.A == nil:
		b.WriteString("\n- (not run)")
	case d.B == nil:
		b.WriteString("\n+ (not run)")
	}
	return b.String()
}

// Diff compares two records, script by script. What one of them skipped is not
// compared: a skip has its reason in its own record. What failed without a line,
// as options do, counts as one that printed "failed".
func Diff(a, b *Record) []Difference {
	known := map[string]string{}
	for _, k := range conformance.AllowList() {
		known[k.Script] = k.Why
	}
	left, right := a.lines(), b.lines()
	var all []Difference
	for _, title := range titles(left, right) {
		l, r := left[title], right[title]
		if l.skipped || r.skipped || l.ran == r.ran && slices.Equal(l.lines, r.lines) {
			continue
		}
		d := Difference{Script: title}
		if l.ran {
			d.A = append([]string{}, l.lines...)
		}
		if r.ran {
			d.B = append([]string{}, r.lines...)
		}
		name := l.name
		if name == "" {
			name = r.name
		}
		d.Why, d.Known = known[name]
		all = append(all, d)
	}
	return all
}

type printed struct {
	name         string
	lines        []string
	ran, skipped bool
}

func (r *Record) lines() map[string]printed {
	m := map[string]printed{}
	for _, res := range r.Results {
		lines := res.Lines
		if res.Status == conformance.Failed && len(lines) == 0 {
			lines = []string{"failed"}
		}
		m[Title(res)] = printed{res.Name(), lines, true, res.Status == conformance.Skipped}
	}
	return m
}

// titles are those of both, by row.
func titles(left, right map[string]printed) []string {
	var all []string
	for _, m := range []map[string]printed{left, right} {
		for title := range m {
			if !slices.Contains(all, title) {
				all = append(all, title)
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		rowA, _, _ := strings.Cut(a, " ")
		rowB, _, _ := strings.Cut(b, " ")
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(len(rowA), len(rowB)), cmp.Compare(a, b))
	})
	return all
}
