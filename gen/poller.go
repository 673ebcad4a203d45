package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitPoller writes a system's poller.
func emitPoller(s *system) *output {
	o := s.file("zpoller.go")
	switch m := s.Target.Poller.(type) {
	case spec.Epoll:
		epoll{s, m}.emit(o.code)
	case spec.Kqueue:
		kqueue{s, m}.emit(o.code)
	}
	return o
}

// pollerMethod begins a method: func (p *poller) Wake() error
func pollerMethod(f *jen.File, doc, name string, in, out []jen.Code) *jen.Statement {
	f.Line()
	f.Add(prose(name + " " + doc + "."))
	s := f.Func().Params(jen.Id("p").Op("*").Id("poller")).Id(name).Params(in...)
	if len(out) > 1 {
		return s.Parens(jen.List(out...))
	}
	return s.Add(out...)
}

// pollerFailed: return fail("epoll_ctl", e)
func pollerFailed(call string, before ...jen.Code) jen.Code {
	return jen.Return(append(before, jen.Id("fail").Call(jen.Lit(call), jen.Id("e")))...)
}

func fdParam() jen.Code        { return jen.Id("fd").Qual(platformPath, "FD") }
func genParam() jen.Code       { return jen.Id("gen").Uint32() }
func eIs(op string) jen.Code   { return jen.Id("e").Op(op).Lit(0) }
func nilError() jen.Code       { return jen.Return(jen.Nil()) }
func fdOf(x jen.Code) jen.Code { return jen.Qual(platformPath, "FD").Call(x) }

// waitSignature: Wait(events []platform.Event, timeout time.Duration) (int, error)
func waitSignature(f *jen.File, doc string) *jen.Statement {
	return pollerMethod(f, doc, "Wait",
		[]jen.Code{jen.Id("events").Index().Qual(platformPath, "Event"), jen.Id("timeout").Qual("time", "Duration")},
		[]jen.Code{jen.Int(), jen.Error()})
}

// batch: min(len(events), len(p.raw))
func batch() jen.Code {
	return jen.Min(jen.Len(jen.Id("events")), jen.Len(jen.Id("p").Dot("raw")))
}

// newPollerSignature: func (Backend) NewPoller() (platform.Poller, error)
func newPollerSignature(f *jen.File, doc string) *jen.Statement {
	f.Line()
	f.Add(prose("NewPoller " + doc + "."))
	return f.Func().Params(jen.Id("Backend")).Id("NewPoller").Params().
		Params(jen.Qual(platformPath, "Poller"), jen.Error())
}

// setReady: r |= platform.Readable
func setReady(flags ...spec.Ready) jen.Code {
	return jen.Id("r").Op("|=").Add(or(each(flags, func(r spec.Ready) jen.Code {
		return jen.Qual(platformPath, string(r))
	})...))
}

// readyComment says why a rule holds, if the spec does.
func readyComment(g *jen.Group, why, ref string) {
	if text := because(why, ref); text != "" {
		g.Add(prose(sentence(text)))
	}
}
