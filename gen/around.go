package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// prepare emits what happens once, before the first attempt.
func (b *body) prepare(g *jen.Group) {
	for _, p := range b.c.In {
		switch p.Is {
		case spec.ReadInto:
			capTransfer(g, p.Name)
		case spec.WriteFrom:
			capTransfer(g, p.Name)
			g.Qual(platformPath, "RaceRead").Call(jen.Id(p.Name))
		case spec.WholeFrom:
			g.Qual(platformPath, "RaceRead").Call(jen.Id(p.Name))
		case spec.UpTo:
			g.Id(p.Name).Op("=").Min(jen.Id(p.Name), jen.Qual(platformPath, "MaxTransfer"))
		case spec.ReadIntoAll:
			vector(g, jen.Id(p.Name))
		case spec.WriteFromAll:
			vector(g, jen.Id(p.Name))
			g.Qual(platformPath, "RaceReadV").Call(jen.Id(p.Name))
		case spec.Address:
			b.encode(g, p.Name)
		case spec.ReceivedMessage:
			vector(g, jen.Id(p.Name).Dot("Buffers"))
			g.Var().Id("sa").Qual(platformPath, "Sockaddr")
		case spec.ReceivedMessages, spec.SentMessages:
			b.prepareBatch(g, p)
		case spec.SentMessage:
			vector(g, jen.Id(p.Name).Dot("Buffers"))
			g.Qual(platformPath, "RaceReadV").Call(jen.Id(p.Name).Dot("Buffers"))
		}
	}
	b.prepareMsghdr(g)
	for _, p := range b.c.Out {
		switch p.Is {
		case spec.Address:
			g.Var().Id("sa").Qual(platformPath, "Sockaddr")
		case spec.FDPair:
			g.Var().Id("fds").Index(jen.Lit(2)).Int32()
		}
	}
}

// capTransfer: p = p[:min(len(p), platform.MaxTransfer)]
func capTransfer(g *jen.Group, p string) {
	g.Id(p).Op("=").Id(p).Index(jen.Op(":").Min(jen.Len(jen.Id(p)), jen.Qual(platformPath, "MaxTransfer")))
}

// vector emits
//
//	v := platform.NewVector(bufs)
//	defer v.Release()
func vector(g *jen.Group, bufs jen.Code) {
	g.Id("v").Op(":=").Qual(platformPath, "NewVector").Call(bufs)
	g.Defer().Id("v").Dot("Release").Call()
}

// encode emits
//
//	var sa platform.Sockaddr
//	salen, err := layout.Encode(&sa, addr)
//	if err != nil {
//		return os.NewSyscallError("bind", err)
//	}
func (b *body) encode(g *jen.Group, addr string) {
	g.Var().Id("sa").Qual(platformPath, "Sockaddr")
	g.List(jen.Id("salen"), jen.Err()).Op(":=").Id("layout").Dot("Encode").Call(jen.Op("&").Id("sa"), jen.Id(addr))
	g.If(jen.Err().Op("!=").Nil()).BlockFunc(b.refuse)
}

// refuse: return 0, os.NewSyscallError("sendto", err)
func (b *body) refuse(g *jen.Group) {
	g.Return(append(zeros(b.c.Call), jen.Qual("os", "NewSyscallError").Call(jen.Lit(b.c.As), jen.Err()))...)
}

// prepareMsghdr emits the parts of a struct msghdr that the kernel leaves as
// they are.
//
//	var msg unix.Msghdr
//	msg.Iov = (*unix.Iovec)(v.Pointer())
//	msg.SetIovlen(v.Len())
func (b *body) prepareMsghdr(g *jen.Group) {
	sends := false
	switch b.msgShape() {
	case spec.MsgIn:
		sends = true
	case spec.MsgOut:
	default:
		return
	}
	g.Var().Id("msg").Add(b.s.name("Msghdr"))
	g.Id("msg").Dot("Iov").Op("=").Parens(jen.Op("*").Add(b.s.name("Iovec"))).Call(jen.Id("v").Dot("Pointer").Call())
	g.Id("msg").Dot("SetIovlen").Call(jen.Id("v").Dot("Len").Call())
	if m := b.param(spec.SentMessage); sends && m != "" {
		g.Var().Id("sa").Qual(platformPath, "Sockaddr")
		prepareSent(g, m, jen.Op("&").Id("sa"), b.refuse)
	}
}

// prepareSent emits the address and the control data of a message that is
// sent, where it has any. sa points to memory for the address.
func prepareSent(g *jen.Group, m string, sa jen.Code, refuse func(*jen.Group)) {
	msg := func(field string) *jen.Statement { return jen.Id("msg").Dot(field) }
	control := func() *jen.Statement { return jen.Id(m).Dot("Control") }
	g.If(jen.Id(m).Dot("Addr").Dot("Family").Op("!=").Qual(platformPath, "FamilyNone")).BlockFunc(func(g *jen.Group) {
		g.List(jen.Id("salen"), jen.Err()).Op(":=").Id("layout").Dot("Encode").Call(sa, jen.Id(m).Dot("Addr"))
		g.If(jen.Err().Op("!=").Nil()).BlockFunc(refuse)
		g.List(msg("Name"), msg("Namelen")).Op("=").List(bytePointer(sa), jen.Uint32().Call(jen.Id("salen")))
	})
	g.If(jen.Len(control()).Op(">").Lit(0)).Block(
		msg("Control").Op("=").Qual("unsafe", "SliceData").Call(control()),
		msg("SetControllen").Call(jen.Len(control())),
	)
}

// reset emits what every attempt has to begin with.
func (b *body) reset(g *jen.Group) {
	i := 0
	for _, slot := range b.s.function(b.do.Name).Takes {
		if slot.Is == spec.Fixed {
			continue
		}
		of := b.do.Args[i].Of
		i++
		switch slot.Is {
		case spec.AddrOut:
			if of != "" {
				g.Id("salen").Op(":=").Uint32().Call(jen.Qual(platformPath, "MaxSockaddr"))
			}
		case spec.OffTIn:
			g.Id(slot.Name).Op(":=").Id(of)
		case spec.SentOut:
			g.Id(slot.Name).Op(":=").Int64().Call(jen.Lit(0))
		case spec.SentInOut:
			g.Id(slot.Name).Op(":=").Int64().Call(jen.Id(of))
		}
	}
	if value := b.param(spec.OptionOut); value != "" {
		g.Id("size").Op(":=").Uint32().Call(jen.Len(jen.Id(value)))
	}
	if m := b.param(spec.ReceivedMessage); m != "" {
		prepareReceived(g, m, jen.Op("&").Id("sa"))
	}
}

// sent is the variable that the kernel stores in how much went, if it does.
func (b *body) sent() string {
	for _, slot := range b.s.function(b.do.Name).Takes {
		if slot.Is == spec.SentOut || slot.Is == spec.SentInOut {
			return slot.Name
		}
	}
	return ""
}

// partly emits what happens when the kernel failed after a part was done. The
// next call tells why, if that holds on. All of n cannot have gone: that is a
// count that the kernel has left as it was.
//
//	if e != 0 && sent > 0 && sent < int64(n) {
//		return int(sent), nil
//	}
func (b *body) partly(g *jen.Group) {
	sent := b.sent()
	if sent == "" {
		return
	}
	all := jen.Int64().Call(jen.Id(b.param(spec.UpTo)))
	g.If(jen.Id("e").Op("!=").Lit(0).Op("&&").Id(sent).Op(">").Lit(0).Op("&&").Id(sent).Op("<").Add(all)).Block(
		jen.Return(jen.Int().Call(jen.Id(sent)), jen.Nil()))
}

// prepareReceived emits where the address and the control data of a message
// go. sa points to memory for the address.
//
//	msg.Name, msg.Namelen = (*byte)(unsafe.Pointer(&sa)), platform.MaxSockaddr
//	msg.Control = unsafe.SliceData(m.Control)
//	msg.SetControllen(len(m.Control))
func prepareReceived(g *jen.Group, m string, sa jen.Code) {
	control := jen.Id(m).Dot("Control")
	g.List(jen.Id("msg").Dot("Name"), jen.Id("msg").Dot("Namelen")).Op("=").
		List(bytePointer(sa), jen.Qual(platformPath, "MaxSockaddr"))
	g.Id("msg").Dot("Control").Op("=").Qual("unsafe", "SliceData").Call(control)
	g.Id("msg").Dot("SetControllen").Call(jen.Len(control))
}

// succeed emits what happens when the kernel said yes.
func (b *body) succeed(g *jen.Group) {
	for _, p := range b.c.In {
		switch p.Is {
		case spec.ReadInto:
			g.Qual(platformPath, "RaceWrite").Call(jen.Id(p.Name).Index(jen.Op(":").Id("n")))
		case spec.ReadIntoAll:
			g.Qual(platformPath, "RaceWriteV").Call(jen.Id(p.Name), jen.Id("n"))
		case spec.ReceivedMessages, spec.SentMessages:
			succeedBatch(g, p)
		case spec.ReceivedMessage:
			fill(g, p.Name, jen.Op("&").Id("sa"))
		}
	}
	if b.then != nil {
		b.markNew(g)
	}
	if b.rights != nil {
		m := jen.Id(b.message())
		g.Return(jen.Id("control").Dot("MarkRights").Call(m, jen.Id(b.rights.Mark.Name), jen.Id("discard")))
		return
	}
	g.Return(append(b.results(), jen.Nil())...)
}

// fill emits what a received message is told.
//
//	m.N, m.ControlLen = n, int(msg.Controllen)
//	m.Addr = layout.Decode(&sa, int(msg.Namelen))
//	m.KernelFlags = int(msg.Flags)
//	m.Flags = messageFlags(m.KernelFlags)
//	platform.RaceWriteV(m.Buffers, n)
func fill(g *jen.Group, m string, sa jen.Code) {
	of := func(field string) *jen.Statement { return jen.Id(m).Dot(field) }
	number := func(field string) *jen.Statement { return jen.Int().Call(jen.Id("msg").Dot(field)) }
	g.List(of("N"), of("ControlLen")).Op("=").List(jen.Id("n"), number("Controllen"))
	g.Add(of("Addr")).Op("=").Id("layout").Dot("Decode").Call(sa, number("Namelen"))
	g.Add(of("KernelFlags")).Op("=").Add(number("Flags"))
	g.Add(of("Flags")).Op("=").Id("messageFlags").Call(of("KernelFlags"))
	g.Qual(platformPath, "RaceWriteV").Call(of("Buffers"), jen.Id("n"))
}

// results emits what a call returns beside a nil error.
func (b *body) results() []jen.Code {
	var values []jen.Code
	fd := func(of *jen.Statement) *jen.Statement { return jen.Qual(platformPath, "FD").Call(of) }
	for _, p := range b.c.Out {
		switch p.Is {
		case spec.FD:
			values = append(values, fd(jen.Id(p.Name)))
		case spec.FDPair:
			values = append(values, fd(jen.Id("fds").Index(jen.Lit(0))), fd(jen.Id("fds").Index(jen.Lit(1))))
		case spec.Address:
			values = append(values, jen.Id("layout").Dot("Decode").Call(jen.Op("&").Id("sa"), jen.Int().Call(jen.Id("salen"))))
		case spec.Count:
			n := jen.Id(p.Name)
			switch {
			case b.param(spec.OptionOut) != "":
				n = jen.Int().Call(jen.Id("size"))
			case b.sent() != "":
				n = jen.Int().Call(n)
			}
			values = append(values, n)
		}
	}
	return values
}

// msgShape tells how the kernel function takes a msghdr, if it does.
func (b *body) msgShape() spec.Shape {
	for _, slot := range b.s.function(b.do.Name).Takes {
		if slot.Is == spec.MsgIn || slot.Is == spec.MsgOut {
			return slot.Is
		}
	}
	return 0
}
