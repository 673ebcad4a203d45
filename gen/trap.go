package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitTraps writes the stubs through which a backend calls its kernel. They
// alone differ between a live backend and a recorded one.
func emitTraps(s *system) []*output {
	o := s.variant("trap")
	f := o.code
	if s.waitsLarge() {
		f.Add(prose("rawLimit: a call that moves no more bytes than this cannot keep a processor for long, so the scheduler is not told of it."))
		f.Const().Id("rawLimit").Op("=").Lit(spec.RawLimit >> 10).Op("<<").Lit(10)
	}
	for _, k := range s.Kernel {
		f.Line()
		f.Add(prose(trapName(k.Name) + " is " + k.Name + "(2)."))
		f.Func().Id(trapName(k.Name)).Add(s.trapSignature(k)).BlockFunc(func(g *jen.Group) { s.emitTrap(g, k) })
		if s.quick[k.Name] {
			f.Line()
			f.Add(prose(quickName(k.Name) + " is " + k.Name + "(2) where that does not wait."))
			f.Func().Id(quickName(k.Name)).Add(s.trapSignature(k)).BlockFunc(func(g *jen.Group) { s.emitTrapCall(g, k, true) })
		}
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

// quickName: close becomes sysCloseQuick.
func quickName(function string) string { return trapName(function) + "Quick" }

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
	high jen.Code // the second word, where one is too narrow
}

// trapParams lists a stub's parameters; constant arguments have no name.
//
//	fd int, p unsafe.Pointer, n int
func (s *system) trapParams(k spec.Function) []trapParam {
	var list []trapParam
	number := func(name string) {
		list = append(list, trapParam{name: name, kind: jen.Int(), word: jen.Uintptr().Call(jen.Id(name))})
	}
	memory := func(name string) {
		list = append(list, trapParam{name: name, kind: jen.Qual("unsafe", "Pointer"), word: jen.Uintptr().Call(jen.Id(name))})
	}
	for _, slot := range k.Takes {
		switch slot.Is {
		case spec.CInt32, spec.Level, spec.Choice, spec.FDIn, spec.Millis, spec.Size:
			number(slot.Name)
		case spec.OffT:
			list = append(list, trapParam{slot.Name, jen.Int64(), jen.Uintptr().Call(jen.Id(slot.Name)),
				jen.Uintptr().Call(jen.Id(slot.Name).Op(">>").Lit(32))})
		case spec.Fixed:
			list = append(list, trapParam{word: jen.Lit(slot.Value)})
		case spec.BytesIn, spec.BytesOut, spec.VectorIn, spec.VectorOut, spec.MsgsIn, spec.MsgsOut, spec.AddrIn, spec.ValueIn, spec.RecordsIn, spec.RecordsOut:
			memory(slot.Name)
			number(slot.Len)
		case spec.AddrOut, spec.ValueOut:
			memory(slot.Name)
			memory(slot.Len)
		case spec.MsgIn, spec.MsgOut, spec.PairOut, spec.RecordIn, spec.OffTIn, spec.SentOut, spec.SentInOut:
			memory(slot.Name)
		case spec.TimeSpec:
			list = append(list, trapParam{name: slot.Name, kind: jen.Op("*").Add(s.name("Timespec")), word: jen.Uintptr().Call(pointer(jen.Id(slot.Name)))})
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
	case spec.Never, spec.Brief:
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

// emitTrapCall writes one way to enter the kernel and the result, twice if an
// argument takes two words on narrow processors, the low one first.
//
//	if unsafe.Sizeof(uintptr(0)) < 8 {
//		r, _, e := unix.Syscall6(unix.SYS_SEEK, uintptr(fd), uintptr(off), uintptr(off>>32), 0, 0, 0)
//		return int(r), e
//	}
func (s *system) emitTrapCall(g *jen.Group, k spec.Function, raw bool) {
	var words, halves []jen.Code
	for _, p := range s.trapParams(k) {
		words, halves = append(words, p.word), append(halves, p.word)
		if p.high != nil {
			halves = append(halves, p.high)
		}
	}
	if spec.Newer[s.Target.OS][k.Name] != "" {
		words, halves = append(words, jen.Lit(0)), append(halves, jen.Lit(0))
	}
	if len(halves) > len(words) && s.Target.Traps != spec.LibSystem {
		narrow := jen.Qual("unsafe", "Sizeof").Call(jen.Uintptr().Call(jen.Lit(0))).Op("<").Lit(8)
		g.If(narrow).BlockFunc(func(g *jen.Group) { s.enterKernel(g, k, raw, halves) })
	}
	s.enterKernel(g, k, raw, words)
}

// enterKernel writes the call itself. What libSystem's functions return is as
// wide as an int of C.
func (s *system) enterKernel(g *jen.Group, k spec.Function, raw bool, words []jen.Code) {
	width := 3 * max(1, (len(words)+2)/3)
	for len(words) < width {
		words = append(words, jen.Lit(0))
	}
	result := jen.Int().Call(jen.Id("r"))
	var enter, which *jen.Statement
	if s.Target.Traps == spec.LibSystem {
		enter, which = jen.Id(libCall(raw, width)), jen.Id("libc"+camel(k.Name))
		result = jen.Int().Call(jen.Int32().Call(jen.Id("r")))
	} else {
		enter, which = jen.Qual("syscall", numberCall(raw, width)), s.number(k.Name)
	}
	g.List(jen.Id("r"), jen.Id("_"), jen.Id("e")).Op(":=").Add(enter).Call(append([]jen.Code{which}, words...)...)
	g.Return(result, jen.Id("e"))
}

// numberCall is a function of package syscall: RawSyscall6. That of package
// unix is another jump to it, a few nanoseconds for each call.
func numberCall(raw bool, width int) string {
	name := "Syscall"
	if raw {
		name = "RawSyscall"
	}
	if width > 3 {
		name += strconv.Itoa(width)
	}
	return name
}

// number is a system call's number: unix.SYS_READ, or a constant that depends
// on the processor.
func (s *system) number(function string) *jen.Statement {
	for _, r := range spec.RenumberedOn[s.Target.OS] {
		if r.Function == function {
			return jen.Id("num" + camel(function))
		}
	}
	if newer := spec.Newer[s.Target.OS][function]; newer != "" {
		function = newer
	}
	return s.name("SYS_" + strings.ToUpper(function))
}

// emitNumbers writes the constants that depend on the processor, in two files
// for each function.
//
//	// numSendfile is the number of sendfile64: why (ref).
//	const numSendfile = unix.SYS_SENDFILE64
func emitNumbers(s *system) []*output {
	var files []*output
	for _, r := range spec.RenumberedOn[s.Target.OS] {
		narrow, wide := *s, *s
		narrow.Target.Arches = r.On
		wide.Target.Arches = slices.DeleteFunc(slices.Clone(s.Target.Arches), func(arch string) bool { return slices.Contains(r.On, arch) })
		on := strings.Join(r.On, " || ")
		narrow.build, wide.build = s.build+" && ("+on+")", s.build+" && !("+on+")"
		for _, half := range []struct {
			s         *system
			file, is  string
			paragraph string
		}{
			{&narrow, "z" + r.As + ".go", r.As, "is the number of " + r.As + ": " + because(r.Why, r.Ref)},
			{&wide, "z" + r.Function + ".go", r.Function, "is the number of " + r.Function},
		} {
			name := "num" + camel(r.Function)
			o := half.s.file(half.file)
			o.code.Add(prose(sentenceOf(name, half.paragraph)))
			o.code.Const().Id(name).Op("=").Add(s.name("SYS_" + strings.ToUpper(half.is)))
			files = append(files, o)
		}
	}
	return files
}
