package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// xsysModule is the module whose package unix the backends are written
// against.
const xsysModule = "golang.org/x/sys"

// xsysPackage is golang.org/x/sys/unix as its source has it for one system and
// architecture, which need not be the ones that the generator runs on.
type xsysPackage struct {
	names  map[string]bool
	consts map[string]ast.Expr
	values map[string]constant.Value // of the constants evaluated so far
}

// loadXSys returns all names that package unix declares on a system. The
// caller must not change the map.
func loadXSys(goos, goarch string) (map[string]bool, error) {
	p, err := xsys.load(goos, goarch)
	if err != nil {
		return nil, err
	}
	return p.names, nil
}

// xsysConstants returns the integer constants of package unix on a system,
// error and signal numbers among them.
func xsysConstants(goos, goarch string) (map[string]int64, error) {
	p, err := xsys.load(goos, goarch)
	if err != nil {
		return nil, err
	}
	ints := map[string]int64{}
	for name := range p.consts {
		v := p.value(name)
		if v == nil || v.Kind() != constant.Int {
			continue
		}
		if n, exact := constant.Int64Val(v); exact {
			ints[name] = n
		}
	}
	return ints, nil
}

// xsysSource reads the module's files, each once: most are shared by several
// architectures.
type xsysSource struct {
	mu       sync.Mutex
	dir      string
	files    map[string]*xsysPackage
	packages map[string]*xsysPackage
}

var xsys = xsysSource{files: map[string]*xsysPackage{}, packages: map[string]*xsysPackage{}}

func (s *xsysSource) load(goos, goarch string) (*xsysPackage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := goos + "/" + goarch
	if p, ok := s.packages[key]; ok {
		return p, nil
	}
	if s.dir == "" {
		dir, err := xsysDir()
		if err != nil {
			return nil, err
		}
		s.dir = dir
	}
	p, err := s.read(goos, goarch)
	if err != nil {
		return nil, err
	}
	if !p.names["EAGAIN"] {
		return nil, fmt.Errorf("%s/unix has no files for %s", xsysModule, key)
	}
	s.packages[key] = p
	return p, nil
}

// xsysDir finds the module of the version that go.mod names.
func xsysDir() (string, error) {
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", xsysModule)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list -m %s: %w", xsysModule, err)
	}
	dir := strings.TrimSpace(string(out))
	if dir == "" {
		return "", fmt.Errorf("%s is not in the module cache: run go mod download", xsysModule)
	}
	return filepath.Join(dir, "unix"), nil
}

func (s *xsysSource) read(goos, goarch string) (*xsysPackage, error) {
	// cgo off and gc: the build that cross-compiles.
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled, context.Compiler = goos, goarch, false, "gc"
	context.BuildTags, context.ToolTags = nil, nil
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	p := newXSysPackage()
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		ok, err := context.MatchFile(s.dir, name)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		f, err := s.file(name)
		if err != nil {
			return nil, err
		}
		maps.Copy(p.names, f.names)
		maps.Copy(p.consts, f.consts)
	}
	return p, nil
}

func newXSysPackage() *xsysPackage {
	return &xsysPackage{map[string]bool{}, map[string]ast.Expr{}, map[string]constant.Value{}}
}

func (s *xsysSource) file(name string) (*xsysPackage, error) {
	if f, ok := s.files[name]; ok {
		return f, nil
	}
	path := filepath.Join(s.dir, name)
	syntax, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f := newXSysPackage()
	for _, d := range syntax.Decls {
		f.declare(d)
	}
	s.files[name] = f
	return f, nil
}

func (p *xsysPackage) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			p.names[d.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				p.names[spec.Name.Name] = true
			case *ast.ValueSpec:
				for i, name := range spec.Names {
					p.names[name.Name] = true
					if d.Tok == token.CONST && i < len(spec.Values) {
						p.consts[name.Name] = spec.Values[i]
					}
				}
			}
		}
	}
}
