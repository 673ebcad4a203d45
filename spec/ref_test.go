package spec

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRefs holds every row that the spec cites against the catalogue.
func TestRefs(t *testing.T) {
	catalogue, err := os.ReadFile(filepath.Join("..", "docs", "differences.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([A-I]\d+)\b`).FindAllStringSubmatch(string(catalogue), -1) {
		rows[m[1]] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	cited := regexp.MustCompile(`DIFFERENCES [A-I]\d+(?:, [A-I]\d+)*`)
	n := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range cited.FindAllString(string(source), -1) {
			for row := range strings.SplitSeq(strings.TrimPrefix(list, "DIFFERENCES "), ", ") {
				n++
				if !rows[row] {
					t.Errorf("%s: docs/differences.md has no row %s", file, row)
				}
			}
		}
	}
	if n == 0 {
		t.Error("the spec cites nothing")
	}
}
