package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitCalls writes the methods of a backend that are system calls.
func emitCalls(s *system) *output {
	o := s.variant("call")
	if s.batches() {
		emitHeaders(s, o.code)
	}
	for _, c := range s.Calls {
		b := body{s: s, c: c}
		switch r := c.How.(type) {
		case spec.Batch:
			b.do, b.batch = r.Do, &r
		case spec.Each:
			b.each = r.Call
		case spec.Trap:
			b.do, b.once, b.quick, b.outcomes = r.Do, r.Once, r.Quick, r.Outcomes
		case spec.AtomicFlags:
			b.do = r.Do
		case spec.ThenFcntl:
			b.do, b.then = r.Do, &r
		case spec.MarkRights:
			b.do, b.rights = r.Do, &r
		case spec.Mark:
			b.marks = r.Mark.Steps
		case spec.Absent:
			b.absent = true
		default:
			continue
		}
		o.code.Line()
		o.code.Add(b.method())
	}
	return o
}

// body is a method that is being emitted.
type body struct {
	s *system
	c call

	do       spec.Syscall
	once     bool
	quick    bool
	outcomes []spec.Outcome
	then     *spec.ThenFcntl
	rights   *spec.MarkRights
	marks    []spec.Step // instead of do
	absent   bool        // instead of all
	batch    *spec.Batch
	each     string // another call, instead of do
}

// method emits a method with its comment, which says what is odd about it.
//
//	// Connect is not repeated after EINTR: the connection goes on by itself
//	// (DIFFERENCES C50).
//	func (Backend) Connect(fd platform.FD, addr platform.Addr) error { … }
func (b *body) method() *jen.Statement {
	text := sentence(b.c.Name + " " + b.c.Doc)
	if b.c.Why != "" && !b.absent {
		text = b.c.Name + " " + b.c.Why + " (" + b.c.Ref + ")."
	}
	return prose(text).Line().
		Func().Params(jen.Id("Backend")).Id(b.c.Name).Add(signature(b.c.Call)).
		BlockFunc(func(g *jen.Group) {
			switch {
			case b.absent:
				b.unsupported(g)
			case b.marks != nil:
				b.s.emitSteps(g, b.marks, jen.Int().Call(jen.Id(b.c.In[0].Name)))
			case b.each != "":
				b.emitEach(g, b.each)
			default:
				b.emit(g)
			}
		})
}

// unsupported emits the error of a call that there is nothing for.
//
//	return 0, &platform.UnsupportedError{Option: "Splice", OS: "darwin", Why: "why (ref)"}
func (b *body) unsupported(g *jen.Group) {
	g.Return(append(zeros(b.c.Call), jen.Op("&").Qual(platformPath, "UnsupportedError").Values(
		field("Option", jen.Lit(b.c.Name)), field("OS", jen.Lit(string(b.s.Target.OS))), field("Why", jen.Lit(because(b.c.Why, b.c.Ref)))))...)
}

// emit writes what surrounds the system call, and the loop if it has one.
func (b *body) emit(g *jen.Group) {
	switch {
	case b.then != nil:
		b.s.lock(g, b.then.ForkLock, b.c.In)
	case b.rights != nil:
		g.If(jen.Len(jen.Id(b.message()).Dot("Control")).Op(">").Lit(0)).BlockFunc(forkLock)
	}
	b.prepare(g)
	if b.loops() {
		g.For().BlockFunc(func(g *jen.Group) { b.attempt(g) })
		return
	}
	b.attempt(g)
}

// loops: only a call that waits can be interrupted.
func (b *body) loops() bool {
	return !b.once && b.s.function(b.do.Name).Waits != spec.Never
}

// trap names the stub that enters the kernel.
func (b *body) trap() string {
	if b.quick {
		return quickName(b.do.Name)
	}
	return trapName(b.do.Name)
}

// attempt emits the system call and what becomes of its result.
//
//	n, e := sysRead(int(fd), unsafe.Pointer(unsafe.SliceData(p)), len(p))
//	switch e {
//	case 0:
//		platform.RaceWrite(p[:n])
//		return n, nil
//	case unix.EINTR:
//		continue
//	}
//	return 0, fail("read", e)
func (b *body) attempt(g *jen.Group) {
	b.reset(g)
	failure := func(g *jen.Group) {
		g.Return(append(zeros(b.c.Call), jen.Id("fail").Call(jen.Lit(b.c.As), jen.Id("e")))...)
	}
	g.List(jen.Id(b.returned()), jen.Id("e")).Op(":=").Id(b.trap()).Call(b.args()...)
	b.partly(g)
	if !b.loops() && len(b.outcomes) == 0 {
		g.If(jen.Id("e").Op("!=").Lit(0)).BlockFunc(failure)
		b.succeed(g)
		return
	}
	g.Switch(jen.Id("e")).BlockFunc(func(g *jen.Group) {
		g.Case(append([]jen.Code{jen.Lit(0)}, b.errnos(spec.Done)...)...).BlockFunc(b.succeed)
		if b.loops() {
			g.Case(b.s.name(spec.Interrupted)).Block(jen.Continue())
		}
		if begun := b.errnos(spec.InProgress); begun != nil {
			g.Case(begun...).Block(jen.Return(append(zeros(b.c.Call), jen.Qual(platformPath, "ErrInProgress"))...))
		}
	})
	failure(g)
}

// errnos lists the numbers that mean the same.
func (b *body) errnos(m spec.Meaning) []jen.Code {
	var names []jen.Code
	for _, o := range b.outcomes {
		if o.Means == m {
			names = append(names, b.s.name(o.Errno))
		}
	}
	return names
}

// args emits what goes into each slot of the kernel function.
func (b *body) args() []jen.Code {
	var list []jen.Code
	i := 0
	for _, slot := range b.s.function(b.do.Name).Takes {
		if slot.Is == spec.Fixed {
			continue
		}
		list = append(list, b.arg(slot, b.do.Args[i])...)
		i++
	}
	return list
}

func (b *body) arg(slot spec.Slot, a spec.Arg) []jen.Code {
	bytes := func() jen.Code { return pointer(jen.Qual("unsafe", "SliceData").Call(jen.Id(a.Of))) }
	none := a.Of == ""
	switch slot.Is {
	case spec.FDIn:
		return []jen.Code{jen.Int().Call(jen.Id(a.Of))}
	case spec.BytesIn, spec.BytesOut, spec.ValueIn:
		return []jen.Code{bytes(), jen.Len(jen.Id(a.Of))}
	case spec.ValueOut:
		return []jen.Code{bytes(), address("size")}
	case spec.VectorIn, spec.VectorOut:
		return []jen.Code{jen.Id("v").Dot("Pointer").Call(), jen.Id("v").Dot("Len").Call()}
	case spec.MsgsIn, spec.MsgsOut:
		return []jen.Code{pointer(jen.Op("&").Id("b").Dot("Headers")), jen.Len(jen.Id(a.Of))}
	case spec.MsgIn, spec.MsgOut:
		return []jen.Code{address("msg")}
	case spec.PairOut:
		return []jen.Code{address("fds")}
	case spec.OffTIn, spec.SentOut, spec.SentInOut:
		return []jen.Code{address(slot.Name)}
	case spec.AddrIn:
		if none {
			return []jen.Code{jen.Nil(), jen.Lit(0)}
		}
		return []jen.Code{address("sa"), jen.Id("salen")}
	case spec.AddrOut:
		if none {
			return []jen.Code{jen.Nil(), jen.Nil()}
		}
		return []jen.Code{address("sa"), address("salen")}
	}
	return []jen.Code{b.number(a)}
}

// number emits an int: socketType(kind)|unix.SOCK_CLOEXEC, or 0.
func (b *body) number(a spec.Arg) jen.Code {
	var terms []jen.Code
	for _, p := range b.c.In {
		if p.Name != a.Of {
			continue
		}
		terms = append(terms, convert(p))
	}
	for _, name := range a.Or {
		terms = append(terms, b.s.name(name))
	}
	if terms == nil {
		return jen.Lit(0)
	}
	return or(terms...)
}

// convert turns one of the contract's small types into the kernel's number.
func convert(p spec.Param) jen.Code {
	of := map[spec.Form]string{spec.Domain: "Family", spec.Kind: "Kind", spec.How: "How"}[p.Is]
	for _, c := range spec.Conversions {
		if c.Of == of {
			return jen.Id(c.Func).Call(jen.Id(p.Name))
		}
	}
	return jen.Id(p.Name)
}

// message is the name of the parameter that is a message, if there is one.
func (b *body) message() string { return b.param(spec.ReceivedMessage, spec.SentMessage) }

// param finds a parameter by form.
func (b *body) param(forms ...spec.Form) string {
	for _, p := range b.c.In {
		for _, f := range forms {
			if p.Is == f {
				return p.Name
			}
		}
	}
	return ""
}

// returned names what the kernel function returns, if anybody wants it.
func (b *body) returned() string {
	if b.sent() != "" {
		return "_"
	}
	for _, p := range b.c.Out {
		if p.Is == spec.FD || p.Is == spec.Count && b.param(spec.OptionOut) == "" {
			return p.Name
		}
	}
	if b.param(spec.ReceivedMessage) != "" {
		return "n"
	}
	return "_"
}
