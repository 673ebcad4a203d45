package main

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

const libSystem = "/usr/lib/libSystem.B.dylib"

// libCall is the backend's own name for a function of package syscall that
// calls C: libRawCall6.
func libCall(raw bool, width int) string {
	name := "libCall"
	if raw {
		name = "libRawCall"
	}
	if width == 6 {
		name += "6"
	}
	return name
}

// emitLibSystem declares how functions of the C library are reached: those
// that call C, which package syscall keeps for x/sys, and for each function
// the address of a trampoline that jumps there.
//
//	//go:linkname libCall syscall.syscall
//	func libCall(fn, a1, a2, a3 uintptr) (r1, r2 uintptr, e unix.Errno)
//
//	//go:cgo_import_dynamic libc_read read "/usr/lib/libSystem.B.dylib"
//	var libcRead uintptr
func (s *system) emitLibSystem(f *jen.File) {
	for _, c := range []struct {
		raw   bool
		width int
		std   string
	}{{false, 3, "syscall"}, {false, 6, "syscall6"}, {true, 3, "rawSyscall"}, {true, 6, "rawSyscall6"}} {
		name := libCall(c.raw, c.width)
		f.Line()
		f.Comment("//go:linkname " + name + " syscall." + c.std)
		f.Func().Id(name).ParamsFunc(func(g *jen.Group) {
			words := []string{"fn", "a1", "a2", "a3", "a4", "a5", "a6"}[:c.width+1]
			for i, w := range words {
				if i < len(words)-1 {
					g.Id(w)
				} else {
					g.Id(w).Uintptr()
				}
			}
		}).Parens(jen.List(jen.Id("r1"), jen.Id("r2").Uintptr(), jen.Id("e").Add(s.name("Errno"))))
	}
	for _, k := range s.Kernel {
		f.Line()
		f.Comment("//go:cgo_import_dynamic libc_" + k.Name + " " + k.Name + " \"" + libSystem + "\"")
	}
	f.Line()
	f.Comment("// Addresses of the trampolines in zlibsystem.s.")
	f.Var().DefsFunc(func(g *jen.Group) {
		for _, k := range s.Kernel {
			g.Id("libc" + camel(k.Name)).Uintptr()
		}
	})
}

// emitTrampolines writes the assembly: a jump per function, and its address.
//
//	TEXT read_trampoline<>(SB),NOSPLIT,$0-0
//		JMP	libc_read(SB)
//	GLOBL	·libcRead(SB), RODATA, $8
//	DATA	·libcRead(SB)/8, $read_trampoline<>(SB)
func emitTrampolines(s *system) *output {
	lines := []string{
		"// " + header, "",
		"//go:build " + s.build, "",
		"#include \"textflag.h\"",
	}
	for _, k := range s.Kernel {
		trampoline, addr := k.Name+"_trampoline<>(SB)", "·libc"+camel(k.Name)+"(SB)"
		lines = append(lines, "",
			"TEXT "+trampoline+",NOSPLIT,$0-0",
			"\tJMP\tlibc_"+k.Name+"(SB)",
			"GLOBL\t"+addr+", RODATA, $8",
			"DATA\t"+addr+"/8, $"+trampoline)
	}
	return &output{path: s.dir + "/zlibsystem.s", text: strings.Join(lines, "\n") + "\n"}
}
