package main

import (
	"go/constant"
	"go/parser"
	"go/token"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConstantValues(t *testing.T) {
	const source = `package unix
const (
	Hex     = 0xffff
	Octal   = 0o17
	Minus   = -0xb
	Flipped = ^1
	Sum     = Hex + 1
	Nested  = (Hex | 0x10000) &^ 1
	Shifted = 1 << 31 >> 1
	Divided = 7 / 2
	Rest    = 7 % 4
	Number  = Errno(0x23)
	Foreign = syscall.Errno(0x23)
	Copy    = Number

	Loop      = Loop + 1
	Zero      = 1 / 0
	TooFar    = 1 << 99
	Elsewhere = syscall.EAGAIN
	Sized     = unsafe.Sizeof(x)
	Word      = "word"
	NotWord   = -"word"
	Unknown   = Missing + 1
)
const (
	First = iota
	Second
)
`
	syntax, err := parser.ParseFile(token.NewFileSet(), "unix.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	p := newXSysPackage()
	for _, d := range syntax.Decls {
		p.declare(d)
	}
	got := map[string]int64{}
	for name := range p.consts {
		if v := p.value(name); v != nil && v.Kind() == constant.Int {
			got[name], _ = constant.Int64Val(v)
		}
	}
	want := map[string]int64{
		"Hex": 0xffff, "Octal": 15, "Minus": -11, "Flipped": -2, "Sum": 0x10000, "Nested": 0x1fffe, "Shifted": 1 << 30,
		"Divided": 3, "Rest": 3, "Number": 35, "Foreign": 35, "Copy": 35,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	for _, name := range []string{"Elsewhere", "Sized", "First", "Second"} {
		if !p.names[name] {
			t.Errorf("%s is not among the names", name)
		}
	}
}
