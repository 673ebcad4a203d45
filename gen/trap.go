package main

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitTraps writes the stubs through which a backend calls its kernel. They
// alone differ between a live backend and a recorded one.
func emitTraps(s *system) []*output {
	o := s.file("ztrap.go")
	f := o.code
	if s.waitsLarge() {
		f.Add(prose("rawLimit: a call that moves no more bytes than this cannot keep a processor for long, so the scheduler is not told of it."))
		f.Const().Id("rawLimit").Op("=").Lit(spec.RawLimit >> 10).Op("<<").Lit(10)
	}
	for _, k := range s.Kernel {
		f.Line()
		f.Add(prose(trapName(k.Name) + " is " + k.Name + "(2)."))
		f.Func().Id(trapName(k.Name)).Add(s.trapSignature(k)).BlockFunc(func(g *jen.Group) { s.emitTrap(g, k) })
	}
	if s.Target.Traps != spec.LibSystem {
		return []*output{o}
	}
	s.emitLibSystem(f)
	return []*output{o, emitTrampolines(s)}
}

func (s *system) waitsLarge() bool {
	for _, k := range s.Kernel {
		if k.Waits == spec.Large {
			return true
		}
	}
	return false
}

// trapName: epoll_create1 becomes sysEpollCreate1.
func trapName(function string) string { return "sys" + camel(function) }

// camel: epoll_create1 becomes EpollCreate1.
func camel(name string) string {
	s := ""
	for part := range strings.SplitSeq(name, "_") {
		s += strings.ToUpper(part[:1]) + part[1:]
	}
	return s
}

// trapParam is a parameter of a stub, and how it is handed to the kernel.
type trapParam struct {
	name string
	kind *jen.Statement
	word jen.Code
}

// trapParams lists a stub's parameters; constant arguments have no name.
//
//	fd int, p unsafe.Pointer, n int
func (s *system) trapParams(k spec.Function) []trapParam {
	var list []trapParam
	number := func(name string) {
		list = append(list, trapParam{name, jen.Int(), jen.Uintptr().Call(jen.Id(name))})
	}
	memory := func(name string) {
		list = append(list, trapParam{name, jen.Qual("unsafe", "Pointer"), jen.Uintptr().Call(jen.Id(name))})
	}
	for _, slot := range k.Takes {
		switch slot.Is {
		case spec.CInt32, spec.Level, spec.Choice, spec.FDIn, spec.Millis:
			number(slot.Name)
		case spec.Fixed:
			list = append(list, trapParam{word: jen.Lit(slot.Value)})
		case spec.BytesIn, spec.BytesOut, spec.VectorIn, spec.VectorOut, spec.AddrIn, spec.ValueIn, spec.RecordsIn, spec.RecordsOut:
			memory(slot.Name)
			number(slot.Len)
		case spec.AddrOut, spec.ValueOut:
			memory(slot.Name)
			memory(slot.Len)
		case spec.MsgIn, spec.MsgOut, spec.PairOut, spec.RecordIn:
			memory(slot.Name)
		case spec.TimeSpec:
			list = append(list, trapParam{slot.Name, jen.Op("*").Add(s.name("Timespec")), jen.Uintptr().Call(pointer(jen.Id(slot.Name)))})
		}
	}
	return list
}

// trapSignature: (fd int, p unsafe.Pointer, n int) (int, unix.Errno)
func (s *system) trapSignature(k spec.Function) *jen.Statement {
	var named []trapParam
	for _, p := range s.trapParams(k) {
		if p.name != "" {
			named = append(named, p)
		}
	}
	return jen.ParamsFunc(func(g *jen.Group) {
		for i, p := range named {
			if i+1 < len(named) && named[i+1].kind.GoString() == p.kind.GoString() {
				g.Id(p.name)
				continue
			}
			g.Id(p.name).Add(p.kind)
		}
	}).Parens(jen.List(jen.Int(), s.name("Errno")))
}

// emitTrap writes the body of a stub.
//
//	if n <= rawLimit {
//		r, _, e := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(p), uintptr(n))
//		return int(r), e
//	}
//	r, _, e := unix.Syscall(unix.SYS_READ, uintptr(fd), uintptr(p), uintptr(n))
//	return int(r), e
func (s *system) emitTrap(g *jen.Group, k spec.Function) {
	switch k.Waits {
	case spec.Never:
		s.emitTrapCall(g, k, true)
	case spec.Always:
		s.emitTrapCall(g, k, false)
	default:
		g.If(s.cannotWait(k)).BlockFunc(func(g *jen.Group) { s.emitTrapCall(g, k, true) })
		s.emitTrapCall(g, k, false)
	}
}

// cannotWait: n <= rawLimit, or ms == 0
func (s *system) cannotWait(k spec.Function) jen.Code {
	for _, slot := range k.Takes {
		switch slot.Is {
		case spec.BytesIn, spec.BytesOut:
			return jen.Id(slot.Len).Op("<=").Id("rawLimit")
		case spec.Millis:
			return jen.Id(slot.Name).Op("==").Lit(0)
		case spec.TimeSpec:
			zero := jen.Parens(s.name("Timespec").Values())
			return jen.Id(slot.Name).Op("!=").Nil().Op("&&").Op("*").Id(slot.Name).Op("==").Add(zero)
		}
	}
	panic("nothing tells whether " + k.Name + " waits")
}

// emitTrapCall writes one way to enter the kernel and the result. What
// libSystem's functions return is as wide as an int of C.
func (s *system) emitTrapCall(g *jen.Group, k spec.Function, raw bool) {
	var words []jen.Code
	for _, p := range s.trapParams(k) {
		words = append(words, p.word)
	}
	width := 3
	if len(words) > width {
		width = 6
	}
	for len(words) < width {
		words = append(words, jen.Lit(0))
	}
	result := jen.Int().Call(jen.Id("r"))
	var enter, which *jen.Statement
	if s.Target.Traps == spec.LibSystem {
		enter, which = jen.Id(libCall(raw, width)), jen.Id("libc"+camel(k.Name))
		result = jen.Int().Call(jen.Int32().Call(jen.Id("r")))
	} else {
		enter, which = s.name(numberCall(raw, width)), s.name("SYS_"+strings.ToUpper(k.Name))
	}
	g.List(jen.Id("r"), jen.Id("_"), jen.Id("e")).Op(":=").Add(enter).Call(append([]jen.Code{which}, words...)...)
	g.Return(result, jen.Id("e"))
}

// numberCall is a function of package unix: RawSyscall6.
func numberCall(raw bool, width int) string {
	name := "Syscall"
	if raw {
		name = "RawSyscall"
	}
	if width == 6 {
		name += "6"
	}
	return name
}
