package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitMarks writes the functions that mark descriptors after they were made.
//
//	// mark makes a new socket close-on-exec, non-blocking and silent.
//	func mark(fd int) error { … }
func emitMarks(s *system) []*output {
	if len(s.Marks) == 0 {
		return nil
	}
	o := s.variant("mark")
	for _, m := range s.Marks {
		o.code.Line()
		o.code.Add(prose(sentenceOf(m.Name, m.Doc)))
		o.code.Func().Id(m.Name).Params(jen.Id("fd").Int()).Error().BlockFunc(func(g *jen.Group) {
			s.emitSteps(g, m.Steps, jen.Id("fd"))
		})
	}
	if s.marksRights() {
		o.code.Line()
		o.code.Add(prose("discard closes a descriptor that could not be marked."))
		o.code.Func().Id("discard").Params(jen.Id("fd").Int()).Block(jen.Id("sysClose").Call(jen.Id("fd")))
	}
	return []*output{o}
}

// emitSteps writes one system call after another, up to the first failure.
//
//	if _, e := sysFcntl(fd, unix.F_SETFD, unix.FD_CLOEXEC); e != 0 {
//		return fail("fcntl", e)
//	}
//	return nil
func (s *system) emitSteps(g *jen.Group, steps []spec.Step, fd *jen.Statement) {
	e := func() *jen.Statement { return jen.Id("e") }
	failed := func(call string) jen.Code { return jen.Return(jen.Id("fail").Call(jen.Lit(call), e())) }
	check := func(call *jen.Statement, name string) {
		g.If(jen.List(jen.Id("_"), e()).Op(":=").Add(call), e().Op("!=").Lit(0)).Block(failed(name))
	}
	fcntl := func(cmd string, arg jen.Code) *jen.Statement {
		return jen.Id("sysFcntl").Call(fd, s.name(cmd), arg)
	}
	for _, step := range s.has(steps) {
		switch st := step.(type) {
		case spec.Fcntl:
			check(fcntl(st.Cmd, s.name(st.Arg)), "fcntl")
		case spec.FcntlOr:
			g.List(jen.Id("flags"), e()).Op(":=").Add(fcntl(st.Get, jen.Lit(0)))
			g.If(e().Op("!=").Lit(0)).Block(failed("fcntl"))
			check(fcntl(st.Set, or(jen.Id("flags"), s.name(st.Or))), "fcntl")
		case spec.SetOne:
			s.emitSetOne(g, st, fd)
		}
	}
	g.Return(jen.Nil())
}

// emitSetOne writes
//
//	one := int32(1)
//	_, e := sysSetsockopt(fd, unix.SOL_SOCKET, unix.SO_NOSIGPIPE, unsafe.Pointer(&one), 4)
//	if e != 0 && e != unix.EINVAL { // why (ref)
//		return fail("setsockopt", e)
//	}
func (s *system) emitSetOne(g *jen.Group, st spec.SetOne, fd *jen.Statement) {
	g.Id("one").Op(":=").Int32().Call(jen.Lit(1))
	call := jen.Id("sysSetsockopt").Call(fd, s.name(st.Level), s.name(st.Const), address("one"), jen.Lit(4))
	wrong := jen.Id("e").Op("!=").Lit(0)
	if st.Ignore != "" {
		g.Add(prose(st.Ignore + ": " + st.Why + " (" + st.Ref + ")."))
		wrong = wrong.Op("&&").Id("e").Op("!=").Add(s.name(st.Ignore))
	}
	g.If(jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Add(call), wrong).Block(
		jen.Return(jen.Id("fail").Call(jen.Lit("setsockopt"), jen.Id("e"))))
}

// markNew emits the marking of what a call has just made; whatever fails, the
// descriptor is closed.
//
//	if err := mark(fd); err != nil {
//		sysClose(fd)
//		return platform.NoFD, err
//	}
func (b *body) markNew(g *jen.Group) {
	shut := func(fd *jen.Statement) jen.Code { return jen.Id("sysClose").Call(fd) }
	give := func(err jen.Code) jen.Code { return jen.Return(append(zeros(b.c.Call), err)...) }
	marked := func(fd *jen.Statement) (jen.Code, jen.Code) {
		return jen.Err().Op(":=").Id(b.then.Mark.Name).Call(fd), jen.Err().Op("!=").Nil()
	}
	if b.returned() == "_" {
		pair := func(i int) *jen.Statement { return jen.Int().Call(jen.Id("fds").Index(jen.Lit(i))) }
		g.For(jen.List(jen.Id("_"), jen.Id("fd")).Op(":=").Range().Id("fds")).BlockFunc(func(g *jen.Group) {
			set, bad := marked(jen.Int().Call(jen.Id("fd")))
			g.If(set, bad).Block(shut(pair(0)), shut(pair(1)), give(jen.Err()))
		})
		return
	}
	fd := jen.Id(b.returned())
	if none := b.then.NoAddress; none.Errno != "" {
		g.If(jen.Id("salen").Op("==").Lit(0)).Block(
			prose(sentence(none.Why)+" ("+none.Ref+")"),
			shut(fd),
			give(jen.Id("fail").Call(jen.Lit(b.c.As), b.s.name(none.Errno))),
		)
	}
	set, bad := marked(fd)
	g.If(set, bad).Block(shut(fd), give(jen.Err()))
}

// lock emits what b.then asks for; of a call that waits on a blocking descriptor
//
//	if flags, e := sysFcntl(int(fd), unix.F_GETFL, 0); e == 0 && flags&unix.O_NONBLOCK != 0 {
//		syscall.ForkLock.RLock()
//		defer syscall.ForkLock.RUnlock()
//	}
func (s *system) lock(g *jen.Group, when spec.Lock, in []spec.Param) {
	switch when {
	case spec.Locked:
		forkLock(g)
	case spec.LockedIfNonBlocking:
		flags := jen.List(jen.Id("flags"), jen.Id("e")).Op(":=").
			Id("sysFcntl").Call(jen.Int().Call(jen.Id(in[0].Name)), s.name("F_GETFL"), jen.Lit(0))
		set := jen.Id("e").Op("==").Lit(0).Op("&&").Id("flags").Op("&").Add(s.name("O_NONBLOCK")).Op("!=").Lit(0)
		g.If(flags, set).BlockFunc(forkLock)
	}
}

// forkLock emits
//
//	syscall.ForkLock.RLock()
//	defer syscall.ForkLock.RUnlock()
func forkLock(g *jen.Group) {
	g.Qual("syscall", "ForkLock").Dot("RLock").Call()
	g.Defer().Qual("syscall", "ForkLock").Dot("RUnlock").Call()
}
