package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// kqueue emits a poller on kqueue.
type kqueue struct {
	*system
	m spec.Kqueue
}

// emit writes
//
//	type poller struct {
//		fd     int
//		raw    [128]kevent
//		merger platform.Merger
//	}
func (p kqueue) emit(f *jen.File) {
	p.emitEvent(f)
	f.Line()
	f.Add(prose("maxWait is the longest timeout: " + because(p.Target.MaxWaitBecause.Why, p.Target.MaxWaitBecause.Ref) + "."))
	f.Const().Id("maxWait").Op("=").Lit(int(p.Target.MaxWait.Seconds())).Op("*").Qual("time", "Second")
	f.Line()
	f.Add(prose("poller is a kqueue."))
	f.Type().Id("poller").Struct(
		jen.Id("fd").Int(),
		jen.Id("raw").Index(jen.Lit(p.m.Batch)).Id("kevent"),
		jen.Id("merger").Qual(platformPath, "Merger"),
	)
	p.emitNew(f)
	pollerMethod(f, "is the kqueue itself", "FD", nil, []jen.Code{jen.Qual(platformPath, "FD")}).
		Block(jen.Return(fdOf(jen.Id("p").Dot("fd"))))
	p.emitAdd(f)
	p.emitChange(f)
	p.emitWait(f)
	p.emitReady(f)
	p.emitWake(f)
	p.emitAlter(f)
	pollerMethod(f, "closes the kqueue", "Close", nil, []jen.Code{jen.Error()}).Block(
		jen.If(jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Id("sysClose").Call(jen.Id("p").Dot("fd")), eIs("!=")).
			Block(pollerFailed("close")),
		nilError(),
	)
}

// emitEvent writes struct kevent anew, and the proof that it is laid out as
// x/sys has it:
//
//	var _ [unsafe.Sizeof(kevent{})]byte = [unsafe.Sizeof(unix.Kevent_t{})]byte{}
//
// A recorded backend runs on any processor and leaves the proof out.
func (p kqueue) emitEvent(f *jen.File) {
	f.Add(prose("kevent is struct kevent with a number for udata, which the garbage collector must not take for a pointer."))
	f.Type().Id("kevent").StructFunc(func(g *jen.Group) {
		g.Id("ident").Uintptr()
		g.Id("filter").Int16()
		g.Id("flags").Uint16()
		g.Id("fflags").Uint32()
		g.Id("data").Int64()
		g.Id("udata").Uintptr()
		if n := p.Target.KeventExt; n > 0 {
			g.Id("_").Index(jen.Lit(n)).Uint64()
		}
	})
	if p.tape {
		return
	}
	ours, theirs := jen.Id("kevent").Values(), p.name("Kevent_t").Values()
	same := func(measure string, a, b *jen.Statement) {
		length := func(x *jen.Statement) jen.Code { return jen.Index(jen.Qual("unsafe", measure).Call(x)).Byte() }
		f.Var().Id("_").Add(length(a)).Op("=").Add(length(b)).Values()
	}
	f.Line()
	f.Comment("// The layouts agree.")
	same("Sizeof", ours, theirs)
	same("Offsetof", ours.Clone().Dot("filter"), theirs.Clone().Dot("Filter"))
	same("Offsetof", ours.Clone().Dot("fflags"), theirs.Clone().Dot("Fflags"))
	same("Offsetof", ours.Clone().Dot("data"), theirs.Clone().Dot("Data"))
	same("Offsetof", ours.Clone().Dot("udata"), theirs.Clone().Dot("Udata"))
}

// kevent emits sysKevent(p.fd, changes, n, events, m, timeout).
func kevent(fd jen.Code, args ...jen.Code) *jen.Statement {
	return jen.Id("sysKevent").Call(append([]jen.Code{fd}, args...)...)
}

// now emits var now unix.Timespec, the timeout of calls that must not wait.
func (p kqueue) now() jen.Code { return jen.Var().Id("now").Add(p.name("Timespec")) }

// emitNew writes NewPoller and openQueue, which marks the kqueue as other
// recipes mark sockets.
func (p kqueue) emitNew(f *jen.File) {
	fd := func() *jen.Statement { return jen.Id("fd") }
	newPollerSignature(f, "opens a kqueue with the filter that wakes it").Block(
		jen.List(fd(), jen.Err()).Op(":=").Id("openQueue").Call(),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Id("wake").Op(":=").Id("kevent").Values(field("filter", p.name(p.m.Wake.Filter)), field("flags", p.flags(p.m.Wake.Add))),
		jen.If(jen.Id("e").Op(":=").Id("alter").Call(fd(), jen.Id("wake")), eIs("!=")).
			Block(jen.Id("sysClose").Call(fd()), pollerFailed("kevent", jen.Nil())),
		jen.Return(jen.Op("&").Id("poller").Values(field("fd", fd())), jen.Nil()),
	)
	f.Line()
	f.Add(prose(sentenceOf("openQueue", "makes a kqueue that the programs which this one starts do not get ("+p.m.MarkRef+")")))
	f.Func().Id("openQueue").Params().Params(jen.Int(), jen.Error()).BlockFunc(func(g *jen.Group) {
		forkLock(g)
		g.List(fd(), jen.Id("e")).Op(":=").Id("sysKqueue").Call()
		g.If(eIs("!=")).Block(pollerFailed("kqueue", jen.Lit(-1)))
		g.If(jen.Err().Op(":=").Id(p.m.Mark.Name).Call(fd()), jen.Err().Op("!=").Nil()).Block(
			jen.Id("sysClose").Call(fd()),
			jen.Return(jen.Lit(-1), jen.Err()),
		)
		g.Return(fd(), jen.Nil())
	})
}

// emitAdd writes Add and Remove on top of change.
//
//	e := p.change(fd, unix.EV_ADD|unix.EV_CLEAR|unix.EV_RECEIPT, gen, unix.EPIPE)
func (p kqueue) emitAdd(f *jen.File) {
	change := func(flags []string, gen jen.Code, pass string) *jen.Statement {
		return jen.Id("p").Dot("change").Call(jen.Id("fd"), p.flags(flags), gen, p.name(pass))
	}
	pollerMethod(f, "watches fd in both directions. "+p.m.Dead.Errno+" is no failure: "+because(p.m.Dead.Why, p.m.Dead.Ref),
		"Add", []jen.Code{fdParam(), genParam()}, []jen.Code{jen.Error()}).Block(
		jen.If(jen.Id("e").Op(":=").Add(change(p.m.Add, jen.Id("gen"), p.m.Dead.Errno)), eIs("!=")).Block(
			prose("One of the two may be there."),
			change(p.m.Delete, jen.Id("gen"), p.m.Absent.Errno),
			pollerFailed("kevent"),
		),
		nilError(),
	)
	pollerMethod(f, "stops watching fd. "+p.m.Absent.Errno+" is no failure: "+because(p.m.Absent.Why, p.m.Absent.Ref),
		"Remove", []jen.Code{fdParam()}, []jen.Code{jen.Error()}).Block(
		jen.If(jen.Id("e").Op(":=").Add(change(p.m.Delete, jen.Lit(0), p.m.Absent.Errno)), eIs("!=")).Block(pollerFailed("kevent")),
		nilError(),
	)
}

// emitChange writes one call that does the same to both filters, and a look
// at the receipts.
func (p kqueue) emitChange(f *jen.File) {
	change := func(filter string) jen.Code {
		return jen.Values(
			field("ident", jen.Uintptr().Call(jen.Id("fd"))), field("filter", p.name(filter)),
			field("flags", jen.Id("flags")), field("udata", jen.Uintptr().Call(jen.Id("gen"))))
	}
	both := jen.Index(jen.Lit(2)).Id("kevent").Add(spread(change(p.m.Read), change(p.m.Write)))
	ev := func() *jen.Statement { return jen.Id("evs").Index(jen.Id("i")) }
	receipt := func() *jen.Statement { return jen.Id("e") }
	pollerMethod(f, "does the same to both filters of fd and returns the first error number but pass", "change",
		[]jen.Code{fdParam(), jen.Id("flags").Uint16(), genParam(), jen.Id("pass").Add(p.name("Errno"))},
		[]jen.Code{p.name("Errno")}).Block(
		jen.Id("evs").Op(":=").Add(both),
		p.now(),
		jen.List(jen.Id("n"), jen.Id("e")).Op(":=").Add(kevent(jen.Id("p").Dot("fd"), address("evs"), jen.Lit(2), address("evs"), jen.Lit(2), jen.Op("&").Id("now"))),
		jen.If(jen.Id("e").Op("==").Add(p.name(spec.Interrupted))).Block(
			jen.Return(jen.Id("p").Dot("change").Call(jen.Id("fd"), jen.Id("flags"), jen.Id("gen"), jen.Id("pass")))),
		jen.If(eIs("!=")).Block(jen.Return(jen.Id("e"))),
		jen.For(jen.Id("i").Op(":=").Range().Id("evs").Index(jen.Op(":").Id("n"))).Block(
			jen.If(receipt().Op(":=").Add(p.name("Errno")).Call(ev().Dot("data")),
				ev().Dot("flags").Op("&").Add(p.name(p.m.Error)).Op("!=").Lit(0).Op("&&").
					Add(receipt()).Op("!=").Lit(0).Op("&&").Add(receipt()).Op("!=").Id("pass")).Block(jen.Return(receipt())),
		),
		jen.Return(jen.Lit(0)),
	)
}

// emitWait writes the wait and a pass over what came, two filters of one
// descriptor becoming one event.
func (p kqueue) emitWait(f *jen.File) {
	ev := func(field string) *jen.Statement { return jen.Id("ev").Dot(field) }
	var early []jen.Code
	for _, o := range p.m.Early {
		early = append(early, p.name(o.Errno))
	}
	waitSignature(f, "stores what became ready").Block(
		jen.Id("limit").Op(":=").Add(p.name("NsecToTimespec")).Call(jen.Int64().Call(jen.Min(jen.Id("timeout"), jen.Id("maxWait")))),
		jen.Id("until").Op(":=").Op("&").Id("limit"),
		jen.If(jen.Id("timeout").Op("<").Lit(0)).Block(jen.Id("until").Op("=").Nil()),
		jen.List(jen.Id("n"), jen.Id("e")).Op(":=").Add(kevent(jen.Id("p").Dot("fd"), jen.Nil(), jen.Lit(0),
			pointer(jen.Op("&").Id("p").Dot("raw")), batch(), jen.Id("until"))),
		jen.Switch(jen.Id("e")).Block(
			jen.Case(jen.Lit(0)),
			jen.Case(early...).Block(p.earlyComment(), jen.Return(jen.Lit(0), jen.Nil())),
			jen.Default().Block(pollerFailed("kevent", jen.Lit(0))),
		),
		jen.Id("k").Op(":=").Lit(0),
		jen.Id("p").Dot("merger").Dot("Begin").Call(),
		jen.For(jen.Id("i").Op(":=").Range().Id("p").Dot("raw").Index(jen.Op(":").Id("n"))).Block(
			jen.Id("ev").Op(":=").Op("&").Id("p").Dot("raw").Index(jen.Id("i")),
			jen.If(ev("filter").Op("==").Add(p.name(p.m.Wake.Filter))).Block(jen.Continue()),
			jen.Id("k").Op("=").Id("p").Dot("merger").Dot("Add").Call(jen.Id("events"), jen.Id("k"), jen.Qual(platformPath, "Event").Values(
				field("FD", fdOf(ev("ident"))),
				field("Gen", jen.Uint32().Call(ev("udata"))),
				field("Ready", jen.Id("ready").Call(jen.Id("ev"))))),
		),
		jen.Return(jen.Id("k"), jen.Nil()),
	)
}

func (p kqueue) earlyComment() jen.Code {
	var reasons []string
	for _, o := range p.m.Early {
		reasons = append(reasons, o.Errno+": "+because(o.Why, o.Ref)+".")
	}
	return prose(reasons...)
}

// emitReady writes
//
//	if ev.filter == unix.EVFILT_READ && ev.flags&unix.EV_EOF != 0 {
//		r |= platform.ReadClosed
//	}
func (p kqueue) emitReady(f *jen.File) {
	f.Line()
	f.Add(prose("ready says what an event means."))
	f.Func().Id("ready").Params(jen.Id("ev").Op("*").Id("kevent")).Params(jen.Id("r").Qual(platformPath, "Ready")).BlockFunc(func(g *jen.Group) {
		for _, rule := range p.m.Ready {
			readyComment(g, rule.Why, rule.Ref)
			var all []jen.Code
			if rule.Filter != "" {
				all = append(all, jen.Id("ev").Dot("filter").Op("==").Add(p.name(rule.Filter)))
			}
			if rule.Flag != "" {
				all = append(all, jen.Id("ev").Dot("flags").Op("&").Add(p.name(rule.Flag)).Op("!=").Lit(0))
			}
			if rule.Fflags {
				all = append(all, jen.Id("ev").Dot("fflags").Op("!=").Lit(0))
			}
			when := jen.Add(all[0])
			for _, c := range all[1:] {
				when.Op("&&").Add(c)
			}
			g.If(when).Block(setReady(rule.Means...))
		}
		g.Return(jen.Id("r"))
	})
}

// emitWake writes the trigger of the filter that wakes.
func (p kqueue) emitWake(f *jen.File) {
	pollerMethod(f, "ends the current Wait or the next", "Wake", nil, []jen.Code{jen.Error()}).Block(
		jen.Id("wake").Op(":=").Id("kevent").Values(field("filter", p.name(p.m.Wake.Filter)), field("fflags", p.name(p.m.Wake.Trigger))),
		jen.If(jen.Id("e").Op(":=").Id("alter").Call(jen.Id("p").Dot("fd"), jen.Id("wake")), eIs("!=")).Block(pollerFailed("kevent")),
		nilError(),
	)
}

// emitAlter writes a change to the filter that wakes.
//
//	for {
//		_, e := sysKevent(fd, unsafe.Pointer(&ev), 1, nil, 0, &now)
//		if e != unix.EINTR {
//			return e
//		}
//	}
func (p kqueue) emitAlter(f *jen.File) {
	f.Line()
	f.Add(prose("alter makes one change, again after a signal: once more does no harm."))
	f.Func().Id("alter").Params(jen.Id("fd").Int(), jen.Id("ev").Id("kevent")).Add(p.name("Errno")).Block(
		p.now(),
		jen.For().Block(
			jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Add(kevent(jen.Id("fd"), address("ev"), jen.Lit(1), jen.Nil(), jen.Lit(0), jen.Op("&").Id("now"))),
			jen.If(jen.Id("e").Op("!=").Add(p.name(spec.Interrupted))).Block(jen.Return(jen.Id("e"))),
		),
	)
}
