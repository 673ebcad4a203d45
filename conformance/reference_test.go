package conformance_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestReferences holds every citation of docs/differences.md to a row that is
// there: "DIFFERENCES B5, B34" in the spec and "(B5, B34)" in comments.
func TestReferences(t *testing.T) {
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([A-I]\d+)\b`).FindAllStringSubmatch(read(t, "docs/differences.md"), -1) {
		rows[m[1]] = true
	}
	if len(rows) < 200 {
		t.Fatalf("found only %d rows", len(rows))
	}
	const list = `[A-I]\d{1,2}\b(?:[,–-] ?[A-I]\d{1,2}\b)*`
	cite := regexp.MustCompile(`DIFFERENCES (` + list + `)|\((` + list + `)\)`)
	row := regexp.MustCompile(`[A-I]\d+`)
	var bad []string
	for _, name := range append(files(t, ".go"), "README.md", "docs/design.md", "docs/options.md") {
		if strings.HasPrefix(name, "conformance/reference_test") {
			continue
		}
		for _, m := range cite.FindAllString(read(t, name), -1) {
			for _, r := range row.FindAllString(m[strings.LastIndexAny(m, "S(")+1:], -1) {
				if !rows[r] {
					bad = append(bad, name+" cites "+r)
				}
			}
		}
	}
	none(t, bad)
}

// TestCount holds the count under the tables of docs/differences.md to them. A
// row was run if a cell has the tag of a kernel that it ran on.
func TestCount(t *testing.T) {
	text := read(t, "docs/differences.md")
	all, run, of := 0, 0, map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([A-I])\d+\b.*$`).FindAllStringSubmatch(text, -1) {
		all++
		of[m[1]]++
		if regexp.MustCompile(`\[(P|R13|R15)\]`).MatchString(m[0]) {
			run++
		}
	}
	var sections []string
	for _, letter := range strings.Split("ABCDEFGHI", "") {
		sections = append(sections, fmt.Sprintf("%s%d", letter, of[letter]))
	}
	want := fmt.Sprintf("\nCount: %s = %d points; %d of them were run somewhere.\n", strings.Join(sections, " + "), all, run)
	if !strings.Contains(text, want) {
		t.Errorf("docs/differences.md lacks %q", want)
	}
}
