package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// epoll emits a poller on epoll.
type epoll struct {
	*system
	m spec.Epoll
}

// emit writes
//
//	type poller struct {
//		fd, wake int
//		raw      [128]unix.EpollEvent
//	}
func (p epoll) emit(f *jen.File) {
	f.Add(prose("interest is what every descriptor is watched for, once and for all."))
	f.Const().Id("interest").Op("=").Add(p.flags(p.m.Interest))
	f.Line()
	f.Add(prose("poller is an epoll and the counter that wakes it."))
	f.Type().Id("poller").Struct(
		jen.List(jen.Id("fd"), jen.Id("wake")).Int(),
		jen.Id("raw").Index(jen.Lit(p.m.Batch)).Add(p.name("EpollEvent")),
	)
	p.emitNew(f)
	pollerMethod(f, "is the epoll itself", "FD", nil, []jen.Code{jen.Qual(platformPath, "FD")}).
		Block(jen.Return(fdOf(jen.Id("p").Dot("fd"))))
	p.emitAdd(f)
	p.emitRemove(f)
	p.emitWait(f)
	p.emitReady(f)
	p.emitWake(f)
	pollerMethod(f, "closes the epoll and its counter", "Close", nil, []jen.Code{jen.Error()}).Block(
		jen.Id("sysClose").Call(jen.Id("p").Dot("wake")),
		jen.If(jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Id("sysClose").Call(jen.Id("p").Dot("fd")), eIs("!=")).
			Block(pollerFailed("close")),
		nilError(),
	)
}

// event: ev := unix.EpollEvent{Events: interest, Fd: int32(fd), Pad: int32(gen)}
func (p epoll) event(fields ...jen.Code) jen.Code {
	return jen.Id("ev").Op(":=").Add(p.name("EpollEvent")).Values(fields...)
}

// ctl: sysEpollCtl(p.fd, unix.EPOLL_CTL_ADD, int(fd), unsafe.Pointer(&ev))
func (p epoll) ctl(ep jen.Code, op string, fd jen.Code) *jen.Statement {
	return jen.Id("sysEpollCtl").Call(ep, p.name(op), fd, address("ev"))
}

// emitNew writes NewPoller. The counter's event has descriptor -1, which no
// other has.
func (p epoll) emitNew(f *jen.File) {
	shut := func(name string) jen.Code { return jen.Id("sysClose").Call(jen.Id(name)) }
	newPollerSignature(f, "opens an epoll and the counter that wakes it").Block(
		jen.List(jen.Id("fd"), jen.Id("e")).Op(":=").Id("sysEpollCreate1").Call(p.flags(p.m.Open)),
		jen.If(eIs("!=")).Block(pollerFailed("epoll_create1", jen.Nil())),
		jen.If(jen.Err().Op(":=").Id(p.m.Mark.Name).Call(jen.Id("fd")), jen.Err().Op("!=").Nil()).
			Block(shut("fd"), jen.Return(jen.Nil(), jen.Err())),
		jen.List(jen.Id("wake"), jen.Id("e")).Op(":=").Id("sysEventfd2").Call(jen.Lit(0), p.flags(p.m.Wake.Open)),
		jen.If(eIs("!=")).Block(shut("fd"), pollerFailed("eventfd2", jen.Nil())),
		p.event(field("Events", p.flags(p.m.Wake.Interest)), field("Fd", jen.Lit(-1))),
		jen.If(jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Add(p.ctl(jen.Id("fd"), "EPOLL_CTL_ADD", jen.Id("wake"))), eIs("!=")).
			Block(shut("wake"), shut("fd"), pollerFailed("epoll_ctl", jen.Nil())),
		jen.Return(jen.Op("&").Id("poller").Values(field("fd", jen.Id("fd")), field("wake", jen.Id("wake"))), jen.Nil()),
	)
}

// emitAdd writes
//
//	_, e := sysEpollCtl(p.fd, unix.EPOLL_CTL_ADD, int(fd), unsafe.Pointer(&ev))
//	if e == unix.EEXIST {
//		_, e = sysEpollCtl(p.fd, unix.EPOLL_CTL_MOD, int(fd), unsafe.Pointer(&ev))
//	}
func (p epoll) emitAdd(f *jen.File) {
	ep, fd := jen.Id("p").Dot("fd"), jen.Int().Call(jen.Id("fd"))
	pollerMethod(f, "watches fd in both directions", "Add", []jen.Code{fdParam(), genParam()}, []jen.Code{jen.Error()}).Block(
		p.event(field("Events", jen.Id("interest")), field("Fd", jen.Int32().Call(jen.Id("fd"))), field("Pad", jen.Int32().Call(jen.Id("gen")))),
		jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Add(p.ctl(ep, "EPOLL_CTL_ADD", fd)),
		jen.If(jen.Id("e").Op("==").Add(p.name(p.m.Replace.Errno))).Block(
			prose(sentence(because(p.m.Replace.Why, p.m.Replace.Ref))),
			jen.List(jen.Id("_"), jen.Id("e")).Op("=").Add(p.ctl(ep, "EPOLL_CTL_MOD", fd)),
		),
		jen.If(eIs("!=")).Block(pollerFailed("epoll_ctl")),
		nilError(),
	)
}

// emitRemove writes a deletion that does not mind what is not there.
func (p epoll) emitRemove(f *jen.File) {
	pollerMethod(f, "stops watching fd", "Remove", []jen.Code{fdParam()}, []jen.Code{jen.Error()}).Block(
		jen.Var().Id("ev").Add(p.name("EpollEvent")),
		jen.List(jen.Id("_"), jen.Id("e")).Op(":=").
			Add(p.ctl(jen.Id("p").Dot("fd"), "EPOLL_CTL_DEL", jen.Int().Call(jen.Id("fd")))),
		prose(p.m.Absent.Errno+": "+because(p.m.Absent.Why, p.m.Absent.Ref)+"."),
		jen.If(jen.Add(eIs("!=")).Op("&&").Id("e").Op("!=").Add(p.name(p.m.Absent.Errno))).Block(pollerFailed("epoll_ctl")),
		nilError(),
	)
}

// emitWait writes the wait and a pass over what came.
func (p epoll) emitWait(f *jen.File) {
	ev := func(field string) *jen.Statement { return jen.Id("ev").Dot(field) }
	waitSignature(f, "stores what became ready").Block(
		jen.List(jen.Id("n"), jen.Id("e")).Op(":=").Id("sysEpollPwait").Call(
			jen.Id("p").Dot("fd"), pointer(jen.Op("&").Id("p").Dot("raw")), batch(),
			jen.Qual(platformPath, "Millis").Call(jen.Id("timeout"))),
		jen.If(jen.Id("e").Op("==").Add(p.name(spec.Interrupted))).Block(jen.Return(jen.Lit(0), jen.Nil())),
		jen.If(eIs("!=")).Block(pollerFailed("epoll_pwait", jen.Lit(0))),
		jen.Id("k").Op(":=").Lit(0),
		jen.For(jen.Id("i").Op(":=").Range().Id("p").Dot("raw").Index(jen.Op(":").Id("n"))).Block(
			jen.Id("ev").Op(":=").Op("&").Id("p").Dot("raw").Index(jen.Id("i")),
			jen.If(ev("Fd").Op("<").Lit(0)).Block(jen.Continue()),
			jen.Id("events").Index(jen.Id("k")).Op("=").Qual(platformPath, "Event").Values(
				field("FD", fdOf(ev("Fd"))),
				field("Gen", jen.Uint32().Call(ev("Pad"))),
				field("Ready", jen.Id("ready").Call(ev("Events")))),
			jen.Id("k").Op("++"),
		),
		jen.Return(jen.Id("k"), jen.Nil()),
	)
}

// emitReady writes
//
//	if events&(unix.EPOLLOUT|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
//		r |= platform.Writable
//	}
func (p epoll) emitReady(f *jen.File) {
	f.Line()
	f.Add(prose("ready says what epoll's events mean."))
	f.Func().Id("ready").Params(jen.Id("events").Uint32()).Params(jen.Id("r").Qual(platformPath, "Ready")).BlockFunc(func(g *jen.Group) {
		for _, rule := range p.m.Ready {
			readyComment(g, rule.Why, rule.Ref)
			mask := p.flags(rule.Any)
			if len(rule.Any) > 1 {
				mask = jen.Parens(mask)
			}
			g.If(jen.Id("events").Op("&").Add(mask).Op("!=").Lit(0)).Block(setReady(rule.Means))
		}
		g.Return(jen.Id("r"))
	})
}

// emitWake writes one to the counter; nobody reads it, since an edge needs no
// reading.
func (p epoll) emitWake(f *jen.File) {
	full := p.m.Wake.Full
	pollerMethod(f, "ends the current Wait or the next", "Wake", nil, []jen.Code{jen.Error()}).Block(
		jen.Id("one").Op(":=").Uint64().Call(jen.Lit(1)),
		jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Id("sysWrite").Call(jen.Id("p").Dot("wake"), address("one"), jen.Lit(8)),
		prose(full.Errno+": "+because(full.Why, full.Ref)+"."),
		jen.If(jen.Add(eIs("!=")).Op("&&").Id("e").Op("!=").Add(p.name(full.Errno))).Block(pollerFailed("write")),
		nilError(),
	)
}
