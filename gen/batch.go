package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitEach writes the body of a call that is another call, for one message
// after another.
//
//	return platform.Each(list, func(m *platform.Message) (err error) {
//		m.N, err = Backend{}.SendMsg(fd, m)
//		return err
//	})
func (b *body) emitEach(g *jen.Group, call string) {
	fd, list := b.param(spec.FD), b.param(spec.ReceivedMessages, spec.SentMessages)
	one := jen.Id("Backend").Values().Dot(call).Call(jen.Id(fd), jen.Id("m"))
	m := jen.Id("m").Op("*").Qual(platformPath, "Message")
	do := jen.Func().Params(m).Error().Block(jen.Return(one))
	if b.param(spec.SentMessages) != "" {
		do = jen.Func().Params(m).Params(jen.Err().Error()).Block(
			jen.List(jen.Id("m").Dot("N"), jen.Err()).Op("=").Add(one),
			jen.Return(jen.Err()))
	}
	g.Return(jen.Qual(platformPath, "Each").Call(jen.Id(list), do))
}

// prepareBatch emits what readies the messages for one system call.
//
//	list = list[:min(len(list), platform.MaxBatch)]
//	b := batches.Get(len(list))
//	defer batches.Put(b)
//	list = listReceived(b, list)
func (b *body) prepareBatch(g *jen.Group, p spec.Param) {
	list, batch := jen.Id(p.Name), jen.Id("b")
	if b.batch.ToPeer != "" {
		to := jen.Id("to")
		g.Add(to).Op(":=").Qual(platformPath, "Addressed").Call(list)
		g.If(jen.Len(to).Op("==").Lit(0)).BlockFunc(func(g *jen.Group) { b.emitEach(g, b.batch.ToPeer) })
		g.Add(list).Op("=").Add(to)
	} else {
		g.Add(list).Op("=").Add(list).Index(jen.Op(":").Min(jen.Len(list), jen.Qual(platformPath, "MaxBatch")))
	}
	g.Add(batch).Op(":=").Id("batches").Dot("Get").Call(jen.Len(list))
	g.Defer().Id("batches").Dot("Put").Call(batch)
	if p.Is == spec.ReceivedMessages {
		g.Add(list).Op("=").Id("listReceived").Call(batch, list)
		return
	}
	g.List(list, jen.Err()).Op(":=").Id("listSent").Call(batch, list)
	g.If(jen.Len(list).Op("==").Lit(0)).BlockFunc(b.refuse)
}

// succeedBatch emits what the messages that went are told.
//
//	for i := range list[:n] {
//		list[i].N = int(b.Headers[i].n)
//	}
func succeedBatch(g *jen.Group, p spec.Param) {
	at := func(of *jen.Statement) *jen.Statement { return of.Index(jen.Id("i")) }
	header := func() *jen.Statement { return at(jen.Id("b").Dot("Headers")) }
	size := jen.Int().Call(header().Dot("n"))
	g.For(jen.Id("i").Op(":=").Range().Id(p.Name).Index(jen.Op(":").Id("n"))).BlockFunc(func(g *jen.Group) {
		if p.Is == spec.SentMessages {
			g.Add(at(jen.Id(p.Name))).Dot("N").Op("=").Add(size)
			return
		}
		g.List(jen.Id("m"), jen.Id("msg"), jen.Id("n")).Op(":=").
			List(jen.Op("&").Add(at(jen.Id(p.Name))), jen.Op("&").Add(header()).Dot("hdr"), size)
		fill(g, "m", jen.Op("&").Add(at(jen.Id("b").Dot("Addrs"))))
	})
}

// emitHeaders writes what every batch of a system needs: struct mmsghdr, the
// memory for many, and what describes messages to the kernel.
//
//	type mmsghdr struct {
//		hdr unix.Msghdr
//		n   uint32
//	}
//
//	var batches platform.Batches[mmsghdr]
func emitHeaders(s *system, f *jen.File) {
	f.Line()
	f.Add(prose("mmsghdr is a message and how much of it was moved."))
	f.Type().Id("mmsghdr").Struct(jen.Id("hdr").Add(s.name("Msghdr")), jen.Id("n").Uint32())
	f.Line()
	f.Var().Id("batches").Qual(platformPath, "Batches").Index(jen.Id("mmsghdr"))
	f.Line()
	f.Add(prose("listReceived describes the messages of list, as many as fit, for receiving."))
	s.emitList(f, "listReceived", false)
	f.Line()
	f.Add(prose("listSent describes the messages of list, as many as fit, for sending. An error is that of the message after those that it returns."))
	s.emitList(f, "listSent", true)
}

// emitList writes
//
//	func listReceived(b *platform.Batch[mmsghdr], list []platform.Message) []platform.Message {
//		for i := range list {
//			m, msg, sa := &list[i], &b.Headers[i].hdr, &b.Addrs[i]
//			if i > 0 && !b.Vector.Fits(m.Buffers) {
//				return list[:i]
//			}
//			…
//		}
//		return list
//	}
func (s *system) emitList(f *jen.File, name string, sent bool) {
	i, m, v := jen.Id("i"), jen.Id("m"), jen.Id("b").Dot("Vector")
	buffers := func() *jen.Statement { return jen.Id("m").Dot("Buffers") }
	messages := func() *jen.Statement { return jen.Index().Qual(platformPath, "Message") }
	results, good := jen.Add(messages()), []jen.Code{}
	if sent {
		results, good = jen.Params(messages(), jen.Error()), []jen.Code{jen.Nil()}
	}
	before := jen.Id("list").Index(jen.Op(":").Id("i"))
	f.Func().Id(name).Params(
		jen.Id("b").Op("*").Qual(platformPath, "Batch").Index(jen.Id("mmsghdr")), jen.Id("list").Add(messages()),
	).Add(results).Block(
		jen.For(jen.Add(i).Op(":=").Range().Id("list")).BlockFunc(func(g *jen.Group) {
			g.List(m, jen.Id("msg"), jen.Id("sa")).Op(":=").List(
				jen.Op("&").Id("list").Index(i),
				jen.Op("&").Id("b").Dot("Headers").Index(i).Dot("hdr"),
				jen.Op("&").Id("b").Dot("Addrs").Index(i))
			g.If(jen.Add(i).Op(">").Lit(0).Op("&&").Op("!").Add(v).Dot("Fits").Call(buffers())).Block(
				jen.Return(append([]jen.Code{before}, good...)...))
			g.List(jen.Id("iov"), jen.Id("n")).Op(":=").Add(v).Dot("Add").Call(buffers())
			g.Id("msg").Dot("Iov").Op("=").Parens(jen.Op("*").Add(s.name("Iovec"))).Call(pointer(jen.Id("iov")))
			g.Id("msg").Dot("SetIovlen").Call(jen.Id("n"))
			if !sent {
				prepareReceived(g, "m", jen.Id("sa"))
				return
			}
			g.Qual(platformPath, "RaceReadV").Call(buffers())
			prepareSent(g, "m", jen.Id("sa"), func(g *jen.Group) { g.Return(before, jen.Err()) })
		}),
		jen.Return(append([]jen.Code{jen.Id("list")}, good...)...),
	)
}
