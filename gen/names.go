package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
)

// checkNames looks up every name that a file takes from package unix, for each
// processor of its system.
func checkNames(file string, text []byte, s *system) error {
	used, err := namesOf(file, text, "unix")
	if err != nil {
		return err
	}
	var errs []error
	for _, arch := range s.Target.Arches {
		have, err := loadXSys(string(s.Target.OS), arch)
		if err != nil {
			return err
		}
		for _, name := range used {
			if !have[name] {
				errs = append(errs, fmt.Errorf("%s: x/sys/unix has no %s on %s/%s", file, name, s.Target.OS, arch))
			}
		}
	}
	return errors.Join(errs...)
}

// namesOf lists the names that a file takes from a package, sorted.
func namesOf(file string, text []byte, pkg string) ([]string, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	ast.Inspect(tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg {
				names[sel.Sel.Name] = true
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(names)), nil
}
