package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitTapeTraps writes stubs that hand every call to the recorder.
//
//	func sysShutdown(fd, how int) (int, unix.Errno) {
//		r, e := System.Call("shutdown", tape.FD(fd), tape.Int(how))
//		return r, unix.Errno(e)
//	}
func emitTapeTraps(s *system) *output {
	o := s.file("ztrap.go")
	for _, k := range s.Kernel {
		names := []string{trapName(k.Name)}
		if s.quick[k.Name] {
			names = append(names, quickName(k.Name))
		}
		for _, name := range names {
			o.code.Line()
			o.code.Add(prose(name + " is " + k.Name + "(2), recorded."))
			o.code.Func().Id(name).Add(s.trapSignature(k)).Block(
				jen.List(jen.Id("r"), jen.Id("e")).Op(":=").Id("System").Dot("Call").
					Call(append([]jen.Code{jen.Lit(k.Name)}, s.tapeArgs(k)...)...),
				jen.Return(jen.Id("r"), s.name("Errno").Call(jen.Id("e"))),
			)
		}
	}
	s.emitTapeMsg(o.code)
	if s.batches() {
		emitTapeMsgs(o.code)
	}
	switch s.Target.Poller.(type) {
	case spec.Epoll:
		s.emitTapeEpoll(o.code)
	case spec.Kqueue:
		s.emitTapeKqueue(o.code)
	}
	return o
}

func inTape(name string) *jen.Statement { return jen.Qual(tapePath, name) }

// memory: tape.In{P: p, N: n}
func memory(kind string, p, n jen.Code, more ...jen.Code) jen.Code {
	return inTape(kind).Values(append([]jen.Code{field("P", p), field("N", n)}, more...)...)
}

// tapeArgs wraps each argument in what tells the recorder its meaning.
func (s *system) tapeArgs(k spec.Function) []jen.Code {
	var list []jen.Code
	add := func(c jen.Code) { list = append(list, c) }
	for _, slot := range k.Takes {
		n, size := jen.Id(slot.Name), jen.Id(slot.Len)
		switch slot.Is {
		case spec.FDIn:
			add(inTape("FD").Call(n))
		case spec.CInt32, spec.Millis:
			add(s.tapeNumber(k, slot))
		case spec.Level:
			// The name follows, and goes with it.
		case spec.Choice:
			add(inTape("Option").Values(field("Level", jen.Id("level")), field("Name", n)))
		case spec.BytesIn:
			add(memory("In", n, size))
		case spec.BytesOut:
			add(memory("Out", n, size))
		case spec.VectorIn:
			add(memory("Vector", n, size, field("In", jen.True())))
		case spec.VectorOut:
			add(memory("Vector", n, size))
		case spec.AddrIn:
			add(memory("AddrIn", n, size))
		case spec.AddrOut:
			add(memory("AddrOut", n, size))
		case spec.ValueIn:
			add(memory("ValueIn", n, size))
		case spec.ValueOut:
			add(memory("ValueOut", n, size))
		case spec.Size:
			add(inTape("Size").Call(n))
		case spec.OffT:
			add(inTape("Int").Call(jen.Int().Call(n)))
		case spec.OffTIn:
			add(inTape("Offset").Values(field("P", n)))
		case spec.SentOut, spec.SentInOut:
			add(inTape("Sent").Values(field("P", n)))
		case spec.PairOut:
			add(inTape("Pair").Values(field("P", n)))
		case spec.MsgsIn:
			add(jen.Id("messages").Call(n, size, jen.False()))
		case spec.MsgsOut:
			add(jen.Id("messages").Call(n, size, jen.True()))
		case spec.MsgIn:
			add(jen.Id("message").Call(n, jen.False()))
		case spec.MsgOut:
			add(jen.Id("message").Call(n, jen.True()))
		case spec.RecordIn:
			add(inTape("Text").Call(jen.Id("recordText").Call(n, jen.Lit(0))))
		case spec.RecordsIn:
			add(jen.Id("recordsIn").Call(n, size))
		case spec.RecordsOut:
			add(jen.Id("recordsOut").Call(n, size))
		case spec.TimeSpec:
			add(jen.Id("timespec").Call(n))
		case spec.Fixed:
			add(inTape("Int").Call(jen.Lit(slot.Value)))
		}
	}
	return list
}

// tapeNumber emits tape.Int(n), or what names the constants in it.
func (s *system) tapeNumber(k spec.Function, slot spec.Slot) jen.Code {
	n := jen.Id(slot.Name)
	switch {
	case slot.By != "":
		for _, other := range k.Takes {
			if other.Name == slot.By {
				return inTape("By").Values(field("Prefix", jen.Lit(other.Names)), field("Command", jen.Id(other.Name)), field("N", n))
			}
		}
	case slot.One:
		return inTape("One").Values(field("Prefix", jen.Lit(slot.Names)), field("N", n))
	case slot.Names != "":
		return inTape("Flags").Values(field("Prefix", jen.Lit(slot.Names)), field("N", n))
	}
	return inTape("Int").Call(n)
}

// emitTapeMsg writes the reading of a struct msghdr.
//
//	func message(p unsafe.Pointer, received bool) tape.Msg { … }
func (s *system) emitTapeMsg(f *jen.File) {
	m := func(field string) *jen.Statement { return jen.Id("m").Dot(field) }
	in := func(p, n string) jen.Code {
		return memory("In", pointer(m(p)), jen.Int().Call(m(n)))
	}
	f.Line()
	f.Add(prose("message reads a struct msghdr."))
	f.Func().Id("message").Params(jen.Id("p").Qual("unsafe", "Pointer"), jen.Id("received").Bool()).Add(inTape("Msg")).Block(
		jen.Id("m").Op(":=").Parens(jen.Op("*").Add(s.name("Msghdr"))).Call(jen.Id("p")),
		jen.Id("msg").Op(":=").Add(inTape("Msg")).Add(spread(
			field("Name", in("Name", "Namelen")),
			field("Vector", memory("Vector", pointer(m("Iov")), jen.Int().Call(m("Iovlen")), field("In", jen.Op("!").Id("received")))),
			field("Control", in("Control", "Controllen")),
		)),
		jen.If(jen.Id("received")).Block(
			jen.Id("msg").Dot("Set").Op("=").Func().Params(jen.List(jen.Id("name"), jen.Id("control"), jen.Id("flags")).Int()).Block(
				m("Namelen").Op("=").Uint32().Call(jen.Id("name")),
				m("SetControllen").Call(jen.Id("control")),
				m("Flags").Op("=").Int32().Call(jen.Id("flags")),
			),
		),
		jen.Return(jen.Id("msg")),
	)
}

// emitTapeMsgs writes the reading of an array of struct mmsghdr.
//
//	func messages(p unsafe.Pointer, n int, received bool) tape.Msgs {
//		var list tape.Msgs
//		for i := range n {
//			m := &unsafe.Slice((*mmsghdr)(p), n)[i]
//			list = append(list, message(unsafe.Pointer(&m.hdr), received))
//			list[i].Len = &m.n
//		}
//		return list
//	}
func emitTapeMsgs(f *jen.File) {
	i, m, list, n := jen.Id("i"), jen.Id("m"), jen.Id("list"), jen.Id("n")
	f.Line()
	f.Add(prose("messages reads an array of struct mmsghdr."))
	f.Func().Id("messages").Params(jen.Id("p").Qual("unsafe", "Pointer"), jen.Add(n).Int(), jen.Id("received").Bool()).Add(inTape("Msgs")).Block(
		jen.Var().Add(list).Add(inTape("Msgs")),
		jen.For(jen.Add(i).Op(":=").Range().Add(n)).Block(
			jen.Add(m).Op(":=").Op("&").Qual("unsafe", "Slice").Call(jen.Parens(jen.Op("*").Id("mmsghdr")).Call(jen.Id("p")), n).Index(i),
			jen.Add(list).Op("=").Append(list, jen.Id("message").Call(pointer(jen.Op("&").Id("m").Dot("hdr")), jen.Id("received"))),
			jen.Add(list).Index(i).Dot("Len").Op("=").Op("&").Id("m").Dot("n"),
		),
		jen.Return(list),
	)
}

// emitRecords writes what both kinds of poller need around recordText and
// putEvent.
//
//	func recordsOut(p unsafe.Pointer, n int) tape.RecordsOut {
//		return tape.RecordsOut{N: n, Put: func(i int, ev tape.Event) { putEvent(p, i, ev) }}
//	}
func emitRecords(f *jen.File, in bool) {
	p, n := jen.Id("p").Qual("unsafe", "Pointer"), jen.Id("n").Int()
	if in {
		f.Line()
		f.Func().Id("recordsIn").Params(p, n).Add(inTape("RecordsIn")).Block(
			jen.Return(inTape("RecordsIn").Values(field("N", jen.Id("n")), field("Text",
				jen.Func().Params(jen.Id("i").Int()).String().Block(jen.Return(jen.Id("recordText").Call(jen.Id("p"), jen.Id("i"))))))))
	}
	f.Line()
	f.Func().Id("recordsOut").Params(p, n).Add(inTape("RecordsOut")).Block(
		jen.Return(inTape("RecordsOut").Values(field("N", jen.Id("n")), field("Put",
			jen.Func().Params(jen.Id("i").Int(), jen.Id("ev").Add(inTape("Event"))).Block(jen.Id("putEvent").Call(jen.Id("p"), jen.Id("i"), jen.Id("ev")))))))
}

// element: unsafe.Slice((*kevent)(p), i+1)[i]
func element(kind jen.Code, i jen.Code) *jen.Statement {
	return jen.Qual("unsafe", "Slice").Call(jen.Parens(jen.Op("*").Add(kind)).Call(jen.Id("p")), jen.Add(i).Op("+").Lit(1)).Index(i)
}

// recordText begins the function that shows a struct.
func recordText(f *jen.File, kind jen.Code, text ...jen.Code) {
	f.Line()
	f.Add(prose("recordText shows a struct of the poller."))
	f.Func().Id("recordText").Params(jen.Id("p").Qual("unsafe", "Pointer"), jen.Id("i").Int()).String().Block(
		jen.Id("ev").Op(":=").Add(element(kind, jen.Id("i"))),
		jen.Return(jen.Qual("fmt", "Sprint").Call(text...)),
	)
}

// putEvent begins the function that stores a report.
func putEvent(f *jen.File, kind jen.Code, body ...jen.Code) {
	f.Line()
	f.Add(prose("putEvent stores a report of the poller."))
	f.Func().Id("putEvent").Params(jen.Id("p").Qual("unsafe", "Pointer"), jen.Id("i").Int(), jen.Id("ev").Add(inTape("Event"))).Block(
		append([]jen.Code{jen.Id("to").Op(":=").Op("&").Add(element(kind, jen.Id("i")))}, body...)...)
}

// number: System.Number("EV_", ev.Flags)
func number(prefix, from string) *jen.Statement {
	return jen.Id("System").Dot("Number").Call(jen.Lit(prefix), jen.Id("ev").Dot(from))
}

func (s *system) emitTapeEpoll(f *jen.File) {
	kind := s.name("EpollEvent")
	ev := func(field string) *jen.Statement { return jen.Id("ev").Dot(field) }
	recordText(f, kind, jen.Lit("{"), jen.Id("System").Dot("Flags").Call(jen.Lit("EPOLL"), jen.Int64().Call(ev("Events"))),
		jen.Lit(" fd "), ev("Fd"), jen.Lit(" gen "), ev("Pad"), jen.Lit("}"))
	putEvent(f, kind, jen.Op("*").Id("to").Op("=").Add(s.name("EpollEvent")).Values(
		field("Events", jen.Uint32().Call(number("EPOLL", "Flags"))),
		field("Fd", jen.Int32().Call(ev("FD"))),
		field("Pad", jen.Int32().Call(ev("Gen")))))
	emitRecords(f, false)
}

func (s *system) emitTapeKqueue(f *jen.File) {
	kind := jen.Id("kevent")
	ev := func(field string) *jen.Statement { return jen.Id("ev").Dot(field) }
	to := func(field string) *jen.Statement { return jen.Id("to").Dot(field) }
	name := func(verb, prefix, from string) jen.Code {
		return jen.Id("System").Dot(verb).Call(jen.Lit(prefix), jen.Int64().Call(ev(from)))
	}
	errno := jen.Id("System").Dot("Errno").Call(ev("Errno"))
	flag := s.Target.Poller.(spec.Kqueue).Error
	recordText(f, kind, jen.Lit("{"), ev("ident"), jen.Lit(" "), name("One", "EVFILT_", "filter"),
		jen.Lit(" "), name("Flags", "EV_", "flags"), jen.Lit(" "), name("Flags", "NOTE_", "fflags"),
		jen.Lit(" udata "), ev("udata"), jen.Lit("}"))
	putEvent(f, kind,
		jen.If(ev("Receipt")).Block(
			to("flags").Op("|=").Add(s.name(flag)),
			to("data").Op("=").Int64().Call(errno),
			jen.Return(),
		),
		jen.Op("*").Id("to").Op("=").Id("kevent").Values(
			field("ident", jen.Uintptr().Call(ev("FD"))),
			field("filter", jen.Int16().Call(number("EVFILT_", "Filter"))),
			field("flags", jen.Uint16().Call(number("EV_", "Flags"))),
			field("fflags", jen.Uint32().Call(errno.Clone())),
			field("udata", jen.Uintptr().Call(ev("Gen")))),
	)
	emitRecords(f, true)
	f.Line()
	f.Func().Id("timespec").Params(jen.Id("t").Op("*").Add(s.name("Timespec"))).Add(inTape("Text")).Block(
		jen.If(jen.Id("t").Op("==").Nil()).Block(jen.Return(jen.Lit("NULL"))),
		jen.Return(inTape("Text").Call(jen.Qual("fmt", "Sprint").Call(jen.Op("*").Id("t")))),
	)
}
