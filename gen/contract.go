package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitContract writes the interface that every backend implements.
//
//	type Backend interface {
//		// Socket makes a socket: socket(2).
//		Socket(family Family, kind Kind) (fd FD, err error)
//	}
func emitContract(p *plan) *output {
	o := goFile("platform/zcontract.go", "", "platform")
	o.code.Add(prose(
		"Backend is what package net asks of an operating system. Every call is tried once and repeated only after a signal; "+
			"it keeps none of the memory it is given. Failures are *os.SyscallError, but for the two values [ErrWouldBlock] and [ErrInProgress], "+
			"and what comes back beside an error is [NoFD] or a zero value.",
		"A backend has no state: all of its values are the same."))
	o.code.Type().Id("Backend").InterfaceFunc(func(g *jen.Group) {
		for i, c := range p.Calls {
			if i > 0 {
				g.Line()
			}
			g.Add(prose(sentence(c.Name + " " + c.Doc)))
			g.Id(c.Name).Add(signature(c))
		}
	})
	return o
}

// emitUnimplemented writes the backend of every system that has none.
//
//	func (Unimplemented) Dup(fd FD) (FD, error) { return NoFD, unimplemented("Dup") }
func emitUnimplemented(p *plan) *output {
	o := goFile("platform/zunimplemented.go", "", "platform")
	f := o.code
	f.Add(prose("Unimplemented is the backend of systems that have none: every call says so. It lets programs that import package net build everywhere."))
	f.Type().Id("Unimplemented").Struct()
	f.Line()
	f.Var().Id("_").Id("Backend").Op("=").Id("Unimplemented").Values()
	f.Line()
	emitUnsupported(f)
	for _, c := range p.Calls {
		f.Line()
		f.Add(prose(c.Name + " " + unimplementedDoc(c)))
		f.Func().Params(jen.Id("Unimplemented")).Id(c.Name).Add(signature(c)).BlockFunc(func(g *jen.Group) {
			switch c.How {
			case spec.FromTraits:
				g.Return(jen.Op("&").Id("noTraits"))
			case spec.FromClasses:
				g.Return(jen.Id("ClassNone"))
			case spec.FromPoller:
				g.Return(jen.Nil(), jen.Id("unimplemented").Call(jen.Lit(c.Name)))
			default:
				g.Return(append(zeros(c), jen.Id("unimplemented").Call(jen.Lit(c.Name)))...)
			}
		})
	}
	return o
}

// emitUnsupported writes what the methods share.
//
//	func unimplemented(call string) error {
//		return &UnsupportedError{Option: call, OS: runtime.GOOS, Why: noBackend}
//	}
func emitUnsupported(f *jen.File) {
	goos := func() *jen.Statement { return jen.Qual("runtime", "GOOS") }
	f.Const().Id("noBackend").Op("=").Lit("Volt has no backend for this system")
	f.Line()
	f.Func().Id("unimplemented").Params(jen.Id("call").String()).Error().Block(
		jen.Return(jen.Op("&").Id("UnsupportedError").Values(
			field("Option", jen.Id("call")), field("OS", goos()), field("Why", jen.Id("noBackend")))))
	f.Line()
	f.Var().Id("noTraits").Op("=").Id("Traits").Add(spread(
		field("OS", goos()), field("Poller", jen.Lit("none")),
		field("Sockaddr", jen.Op("&").Id("SockaddrLayout").Values()),
		field("Control", jen.Op("&").Id("ControlLayout").Values(field("Align", jen.Lit(1)))),
		field("Options", jen.Id("absentRows").Call(jen.Len(jen.Id("AllOptions")), jen.Id("noBackend"))),
	))
}

func unimplementedDoc(c spec.Call) string {
	switch c.How {
	case spec.FromTraits:
		return "describes a system that has none of the options."
	case spec.FromClasses:
		return "knows no classes."
	}
	return "returns an UnsupportedError."
}

// signature emits a call's parameters and results. Results are named where
// names say more than types.
//
//	(fd platform.FD) (conn platform.FD, peer platform.Addr, err error)
func signature(c spec.Call) *jen.Statement {
	s := jen.ParamsFunc(func(g *jen.Group) { params(g, c.In) })
	switch results := resultTypes(c); len(results) {
	case 0:
		return s
	case 1:
		return s.Add(results[0])
	default:
		return s.Parens(jen.List(results...))
	}
}

// params emits names and types, a type once for neighbours that share it.
//
//	level, name int, value []byte
func params(g *jen.Group, in []spec.Param) {
	for i, p := range in {
		if i+1 < len(in) && in[i+1].Is == p.Is {
			g.Id(p.Name)
			continue
		}
		g.Id(p.Name).Add(formType(p.Is))
	}
}

func resultTypes(c spec.Call) []jen.Code {
	var types []jen.Code
	for _, p := range c.Out {
		if p.Is == spec.FDPair {
			types = append(types, formType(spec.FD))
			p.Is = spec.FD
		}
		types = append(types, formType(p.Is))
	}
	if c.How != spec.FromTraits && c.How != spec.FromClasses {
		types = append(types, jen.Error())
	}
	return types
}

// zeros emits what a call returns beside an error: NoFD, Addr{}.
func zeros(c spec.Call) []jen.Code {
	var values []jen.Code
	for _, p := range c.Out {
		switch p.Is {
		case spec.FD:
			values = append(values, jen.Qual(platformPath, "NoFD"))
		case spec.FDPair:
			values = append(values, jen.Qual(platformPath, "NoFD"), jen.Qual(platformPath, "NoFD"))
		case spec.Address:
			values = append(values, jen.Qual(platformPath, "Addr").Values())
		default:
			values = append(values, jen.Lit(0))
		}
	}
	return values
}

// formType is the Go type of a form.
func formType(f spec.Form) *jen.Statement {
	of := func(name string) *jen.Statement { return jen.Qual(platformPath, name) }
	switch f {
	case spec.FD:
		return of("FD")
	case spec.Domain:
		return of("Family")
	case spec.Kind:
		return of("Kind")
	case spec.How:
		return of("How")
	case spec.Int, spec.UpTo, spec.Count:
		return jen.Int()
	case spec.Offset:
		return jen.Int64()
	case spec.Address:
		return of("Addr")
	case spec.ReadInto, spec.WriteFrom, spec.WholeFrom, spec.OptionIn, spec.OptionOut:
		return jen.Index().Byte()
	case spec.ReadIntoAll, spec.WriteFromAll:
		return jen.Index().Index().Byte()
	case spec.ReceivedMessage, spec.SentMessage:
		return jen.Op("*").Add(of("Message"))
	case spec.ReceivedMessages, spec.SentMessages:
		return jen.Index().Add(of("Message"))
	case spec.ErrorIn:
		return jen.Error()
	case spec.ClassOut:
		return of("Class")
	case spec.TraitsOut:
		return jen.Op("*").Add(of("Traits"))
	case spec.PollerOut:
		return of("Poller")
	}
	panic("no Go type for this form")
}
