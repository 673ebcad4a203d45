package conformance

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed testdata/behaviour.golden
var golden string

//go:embed testdata/behaviour.known
var known string

// Known is a script whose lines cannot be the same everywhere.
type Known struct {
	Script string // its name
	Why    string // what systems differ in

	// Lines is, by the system's name, what it may print there: one way where
	// that was seen, more where it is not certain.
	Lines map[string][][]string
}

// Expected returns, by the scripts' names, the lines that every system prints.
func Expected() map[string][]string {
	lines := map[string][]string{}
	name := ""
	for line := range strings.Lines(golden) {
		line = strings.TrimSuffix(line, "\n")
		if title, ok := strings.CutPrefix(line, "# "); ok {
			name = title
			lines[name] = []string{}
		} else {
			lines[name] = append(lines[name], line)
		}
	}
	return lines
}

// AllowList returns the scripts whose lines cannot be the same everywhere.
// It panics if it cannot read the list, which is a part of the program.
func AllowList() []Known {
	var list []Known
	var systems []string
	for line := range strings.Lines(known) {
		line = strings.TrimSuffix(line, "\n")
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "":
		case word == "#":
			list = append(list, Known{Script: rest, Lines: map[string][][]string{}})
			systems = nil
		case word == "because" && len(list) > 0:
			list[len(list)-1].Why = rest
		case word == "on" && len(list) > 0:
			systems = strings.Fields(rest)
			for _, s := range systems {
				lines := list[len(list)-1].Lines
				lines[s] = append(lines[s], nil)
			}
		case strings.HasPrefix(line, "\t") && systems != nil:
			for _, s := range systems {
				ways := list[len(list)-1].Lines[s]
				last := &ways[len(ways)-1]
				*last = append(*last, line[1:])
			}
		default:
			panic(fmt.Sprintf("behaviour.known: cannot read %q", line))
		}
	}
	return list
}
