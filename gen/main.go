package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/volt-net/volt/spec"
)

func main() {
	check := flag.Bool("check", false, "compare with the files instead of writing them")
	dump := flag.Bool("dump", false, "print the resolved plan as JSON")
	matrix := flag.Bool("matrix", false, "print what must build: system, processor, tag")
	out := flag.String("out", "", "directory to write to instead of the module's own")
	flag.Parse()
	if err := run(os.Stdout, *check, *dump, *matrix, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, check, dump, matrix bool, out string) error {
	if err := spec.Check(); err != nil {
		return err
	}
	p, err := newPlan()
	if err != nil {
		return err
	}
	switch {
	case matrix:
		return printMatrix(w, p)
	case dump:
		e := json.NewEncoder(w)
		e.SetIndent("", "\t")
		return e.Encode(p)
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	files, err := renderAll(p)
	if err != nil {
		return err
	}
	if check {
		return compare(w, root, files)
	}
	if out == "" {
		out = root
	}
	return write(w, out, files)
}

// renderAll makes every file in memory and checks the names it uses.
func renderAll(p *plan) ([]rendered, error) {
	var files []rendered
	errs := []error{checkOptionNames(spec.Targets, allOptions(spec.Options))}
	outputs, err := emitAll(p)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	for _, o := range outputs {
		text, err := o.render()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		files = append(files, rendered{o.path, text})
		if o.names != nil {
			errs = append(errs, checkNames(o.path, text, o.names))
		}
	}
	return files, errors.Join(errs...)
}

// emitAll calls every emitter.
func emitAll(p *plan) ([]*output, error) {
	files := []*output{emitContract(p), emitUnimplemented(p)}
	for _, s := range p.Systems {
		files = append(files, emitBackend(s)...)
		files = append(files, emitNumbers(s)...)
		files = append(files, emitTraps(s)...)
	}
	for _, s := range p.Shapes {
		files = append(files, emitRecipes(s)...)
		files = append(files, emitTraps(s)...)
	}
	files = append(files, emitAliases(p)...)
	files = append(files, emitQuirks(p))
	files = append(files, emitOptions(spec.Targets, spec.Options)...)
	files = append(files, emitCapabilities(spec.Targets, spec.Options))
	failures, err := emitFailures(p)
	if err != nil {
		return nil, err
	}
	tapes, err := emitTapes(p)
	return append(append(files, failures...), tapes...), err
}

// printMatrix prints a line for each build: system, processor, tag. Shapes
// differ by processor in nothing that the generator does not check.
func printMatrix(w io.Writer, p *plan) error {
	var lines []string
	for _, s := range p.Systems {
		for _, arch := range s.Target.Arches {
			lines = append(lines, fmt.Sprintf("%s %s default", s.Target.OS, arch))
		}
	}
	for _, s := range p.Shapes {
		lines = append(lines, fmt.Sprintf("%s %s %s", s.Target.OS, s.Target.Arches[0], shapeTag(s.shape)))
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

// moduleRoot walks up from the working directory to go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod here or above")
		}
		dir = parent
	}
}
