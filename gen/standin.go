package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitStandIn writes a package unix that compiles everywhere: the constants
// by their values, error numbers with their names, structs and their methods
// as the source of x/sys has them.
//
//	const SOCK_NONBLOCK = 2048
//
//	const EAGAIN Errno = 11
func emitStandIn(s *system, names []string) (*output, error) {
	values, err := xsysConstants(string(s.Target.OS), tapeArch)
	if err != nil {
		return nil, err
	}
	decls, err := xsysDeclarations(string(s.Target.OS), tapeArch)
	if err != nil {
		return nil, err
	}
	var constants, errnos, table []jen.Code
	copied := map[string]ast.Node{}
	for _, name := range withFailures(names, s.Target.OS) {
		v, isConst := values[name]
		switch {
		case isConst && decls.errnos[name]:
			errnos = append(errnos, jen.Id(name).Id("Errno").Op("=").Lit(int(v)))
			table = append(table, jen.Lit(name).Op(":").Uintptr().Call(jen.Id(name)))
		case isConst:
			constants = append(constants, jen.Id(name).Op("=").Lit(int(v)))
		case name == "Errno" || name == "Errnos":
		default:
			if err := decls.copyTo(copied, name); err != nil {
				return nil, err
			}
		}
	}
	o := goFile(s.dir+"/unix/zunix.go", "", "unix")
	o.code.PackageComment("// " + strings.Join(wrap("Package unix stands in for golang.org/x/sys/unix on "+s.Target.Name+
		", with what the recorded backend takes from it.", proseWidth), "\n// "))
	o.code.Const().Defs(constants...)
	o.code.Line()
	emitErrno(o.code, errnos, table)
	for _, name := range slices.Sorted(maps.Keys(copied)) {
		text := new(bytes.Buffer)
		if err := printer.Fprint(text, decls.files, copied[name]); err != nil {
			return nil, err
		}
		o.code.Line()
		o.code.Op(text.String()) // printed by go/printer from x/sys
	}
	return o, nil
}

// withFailures adds what tests make calls fail with.
func withFailures(names []string, os spec.OS) []string {
	all := slices.Clone(names)
	for _, f := range spec.Failures {
		all = append(all, resolveErrnos(f.Errnos, f.Per[os])...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// emitErrno writes
//
//	type Errno uintptr
//
//	func (e Errno) Error() string { … }
func emitErrno(f *jen.File, errnos, table []jen.Code) {
	f.Add(prose("Errno is an error number of this system."))
	f.Type().Id("Errno").Uintptr()
	f.Line()
	f.Const().Defs(errnos...)
	f.Line()
	f.Add(prose("Errnos is the error numbers by their names."))
	f.Var().Id("Errnos").Op("=").Map(jen.String()).Uintptr().Add(spread(table...))
	f.Line()
	f.Add(prose("Error returns the number's name."))
	f.Func().Params(jen.Id("e").Id("Errno")).Id("Error").Params().String().Block(
		jen.For(jen.List(jen.Id("name"), jen.Id("n")).Op(":=").Range().Id("Errnos")).Block(
			jen.If(jen.Id("n").Op("==").Uintptr().Call(jen.Id("e"))).Block(jen.Return(jen.Id("name")))),
		jen.Return(jen.Lit("unknown error number")),
	)
}

// declarations is types, functions and methods of package unix on a system.
type declarations struct {
	files  *token.FileSet
	nodes  map[string]ast.Node // methods as Type.Method
	errnos map[string]bool
}

func xsysDeclarations(goos, goarch string) (*declarations, error) {
	dir, err := xsysDir()
	if err != nil {
		return nil, err
	}
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled, context.BuildTags = goos, goarch, false, nil
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	d := &declarations{token.NewFileSet(), map[string]ast.Node{}, map[string]bool{}}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if ok, err := context.MatchFile(dir, name); err != nil || !ok {
			continue
		}
		tree, err := parser.ParseFile(d.files, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range tree.Decls {
			d.declare(decl)
		}
	}
	return d, nil
}

func (d *declarations) declare(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		name := decl.Name.Name
		if decl.Recv != nil {
			kind := decl.Recv.List[0].Type
			if star, ok := kind.(*ast.StarExpr); ok {
				kind = star.X
			}
			if id, ok := kind.(*ast.Ident); ok {
				name = id.Name + "." + name
			}
		}
		d.nodes[name] = decl
	case *ast.GenDecl:
		for _, sp := range decl.Specs {
			switch sp := sp.(type) {
			case *ast.TypeSpec:
				d.nodes[sp.Name.Name] = &ast.GenDecl{Tok: token.TYPE, Specs: []ast.Spec{sp}}
			case *ast.ValueSpec:
				for i, name := range sp.Names {
					if i < len(sp.Values) && isErrno(sp.Values[i]) {
						d.errnos[name.Name] = true
					}
				}
			}
		}
	}
}

// isErrno recognises syscall.Errno(0xb).
func isErrno(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		return fun.Sel.Name == "Errno"
	case *ast.Ident:
		return fun.Name == "Errno"
	}
	return false
}

// copyTo takes over a declaration with all that it needs: what it names, and
// the methods of a type.
func (d *declarations) copyTo(to map[string]ast.Node, name string) error {
	node, ok := d.nodes[name]
	if !ok {
		return fmt.Errorf("x/sys/unix declares no %s", name)
	}
	if to[name] != nil {
		return nil
	}
	to[name] = node
	var err error
	need := func(name string) {
		if _, ok := d.nodes[name]; ok && err == nil {
			err = d.copyTo(to, name)
		}
	}
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			return false
		case *ast.Ident:
			need(n.Name)
		}
		return true
	})
	for _, method := range slices.Sorted(maps.Keys(d.nodes)) {
		if strings.HasPrefix(method, name+".") {
			need(method)
		}
	}
	return err
}
