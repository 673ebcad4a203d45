package main

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitBackend writes a system's package, but for its traps.
func emitBackend(s *system) []*output {
	files := []*output{emitDoc(s), emitTraits(s), emitErrors(s), emitPoller(s), emitSockopt(s)}
	return append(files, emitRecipes(s)...)
}

// emitRecipes writes what follows from the recipes of the calls.
func emitRecipes(s *system) []*output { return append(emitMarks(s), emitCalls(s)) }

// emitDoc writes the package's documentation and its one type.
func emitDoc(s *system) *output {
	o := s.file("zdoc.go")
	doc := "Package " + string(s.Target.OS) + " is the backend for " + s.Target.Name + "."
	if s.tape {
		doc = "Package " + string(s.Target.OS) + " is the backend for " + s.Target.Name +
			" on any system: its system calls are written down by package tape, and answered from a script."
	}
	o.code.PackageComment("// " + strings.Join(wrap(doc, proseWidth), "\n// "))
	o.code.Add(prose("Backend carries out the calls of [platform.Backend] on " + s.Target.Name + "."))
	o.code.Type().Id("Backend").Struct()
	o.code.Line()
	o.code.Var().Id("_").Qual(platformPath, "Backend").Op("=").Id("Backend").Values()
	return o
}

// emitSockopt writes the option table.
func emitSockopt(s *system) *output {
	o := s.file("zsockopt.go")
	emitOptionTable(o.code, s.unix, s.Options)
	return o
}

// emitTraits writes the facts that are not system calls.
func emitTraits(s *system) *output {
	o := s.file("ztraits.go")
	s.emitLayout(o.code)
	o.code.Line()
	s.emitCredentials(o.code)
	o.code.Line()
	s.emitTCPInfo(o.code)
	o.code.Line()
	s.emitTraitsValue(o.code)
	for _, c := range spec.Conversions {
		o.code.Line()
		s.emitConversion(o.code, c)
	}
	o.code.Line()
	s.emitMessageFlags(o.code)
	return o
}

// emitLayout writes the layouts of addresses and control messages.
//
//	var layout = platform.SockaddrLayout{Inet4: unix.AF_INET, …}
func (s *system) emitLayout(f *jen.File) {
	t := s.Target
	path := jen.Len(s.name("RawSockaddrUnix").Values().Dot("Path"))
	fields := []jen.Code{
		field("Inet4", s.name("AF_INET")), field("Inet6", s.name("AF_INET6")), field("Unix", s.name("AF_UNIX")),
		field("PathSize", path),
	}
	if t.HasLen {
		fields = append(fields, field("HasLen", jen.True()))
	}
	if t.Abstract {
		fields = append(fields, field("Abstract", jen.True()))
	}
	f.Add(prose("layout is how " + t.Name + " lays out socket addresses."))
	f.Var().Id("layout").Op("=").Qual(platformPath, "SockaddrLayout").Add(spread(fields...))
	f.Line()

	word := func(bytes int) jen.Code {
		if bytes == 0 {
			return jen.Qual("unsafe", "Sizeof").Call(jen.Uintptr().Call(jen.Lit(0)))
		}
		return jen.Lit(bytes)
	}
	f.Add(prose("control is how " + t.Name + " lays out control messages."))
	f.Var().Id("control").Op("=").Qual(platformPath, "ControlLayout").Add(spread(
		field("Align", word(t.ControlAlign)), field("LenSize", word(t.ControlLen)),
		field("Level", s.name(spec.Rights.Level)), field("Rights", s.name(spec.Rights.Const)),
		field("Fields", jen.Index().Qual(platformPath, "ControlField").Add(spread(s.controlFields()...))),
	))
	f.Line()

	members := []jen.Code{field("Align", word(t.GroupAlign))}
	for _, c := range spec.GroupConstants {
		members = append(members, field(c.Field, s.name(c.Const)))
	}
	f.Add(prose("groups is how " + t.Name + " is asked for membership of groups."))
	f.Var().Id("groups").Op("=").Qual(platformPath, "GroupLayout").Add(spread(members...))
}

// controlFields lists the control messages that the system has.
//
//	{Level: unix.IPPROTO_IP, Type: unix.IP_PKTINFO, Carries: platform.PacketInfo4, Family: platform.Inet4, …},
func (s *system) controlFields() []jen.Code {
	var list []jen.Code
	add := func(family string, messages []spec.ControlMessage) {
		for _, c := range messages {
			if c.On != nil && !slices.Contains(c.On, s.Target.OS) {
				continue
			}
			fields := []jen.Code{
				field("Level", s.name(c.Level)), field("Type", s.name(c.Const)),
				field("Carries", jen.Qual(platformPath, string(c.Carries))),
				field("Family", jen.Qual(platformPath, family)),
			}
			if c.Received {
				fields = append(fields, field("Received", jen.True()))
			}
			if c.Sent {
				fields = append(fields, field("Sent", jen.True()))
			}
			list = append(list, jen.Comment("// "+c.Ref).Line().Values(fields...))
		}
	}
	add("FamilyNone", spec.ControlAny)
	add("Inet4", spec.ControlInet4)
	add("Inet6", spec.ControlInet6)
	return list
}

// emitTraitsValue writes
//
//	// ShortReadDrains: why (ref).
//	var traits = platform.Traits{OS: "linux", Poller: "epoll", …}
func (s *system) emitTraitsValue(f *jen.File) {
	t := s.Target
	paragraphs := []string{"traits is what package net acts on."}
	fields := []jen.Code{
		field("OS", jen.Lit(string(t.OS))),
		field("Poller", jen.Lit(pollerName(t.Poller))),
	}
	for _, fact := range []struct {
		name string
		is   spec.Fact
	}{
		{"ShortReadDrains", t.ShortReadDrains}, {"NestedPoller", t.NestedPoller},
		{"LocalAddrDies", t.LocalAddrDies}, {"CloseLingers", t.CloseLingers}, {"FullRefuses", t.FullRefuses},
	} {
		if fact.is.Is {
			fields = append(fields, field(fact.name, jen.True()))
		}
		if fact.is.Why != "" {
			paragraphs = append(paragraphs, fact.name+": "+because(fact.is.Why, fact.is.Ref)+".")
		}
	}
	fields = append(fields,
		field("Reset", jen.Qual("os", "NewSyscallError").Call(jen.Lit("read"), s.name(spec.Reset))),
		field("Sockaddr", jen.Op("&").Id("layout")),
		field("Control", jen.Op("&").Id("control")),
		field("Credentials", jen.Op("&").Id("credentials")), field("TCPInfo", jen.Op("&").Id("tcpInfo")),
		field("Groups", jen.Op("&").Id("groups")),
		field("Options", jen.Id("options").Index(jen.Op(":"))))
	f.Add(prose(paragraphs...))
	f.Var().Id("traits").Op("=").Qual(platformPath, "Traits").Add(spread(fields...))
	f.Line()
	f.Add(prose("Traits returns the facts about " + t.Name + " that package net acts on."))
	f.Func().Params(jen.Id("Backend")).Id("Traits").Params().Op("*").Qual(platformPath, "Traits").Block(
		jen.Return(jen.Op("&").Id("traits")))
}

// pollerName: spec.Epoll becomes epoll.
func pollerName(m spec.Mechanism) string {
	if _, ok := m.(spec.Epoll); ok {
		return "epoll"
	}
	return "kqueue"
}

// emitConversion writes
//
//	func socketType(k platform.Kind) int {
//		switch k {
//		case platform.Datagram:
//			return unix.SOCK_DGRAM
//		}
//		return unix.SOCK_STREAM
//	}
func (s *system) emitConversion(f *jen.File, c spec.Conversion) {
	v := strings.ToLower(c.Of[:1])
	f.Add(prose(sentenceOf(c.Func, c.Doc)))
	f.Func().Id(c.Func).Params(jen.Id(v).Qual(platformPath, c.Of)).Int().Block(
		jen.Switch(jen.Id(v)).BlockFunc(func(g *jen.Group) {
			for _, n := range c.Cases {
				g.Case(jen.Qual(platformPath, n.Value)).Block(jen.Return(s.name(n.Const)))
			}
		}),
		jen.Return(s.name(c.Else)),
	)
}

// emitMessageFlags writes
//
//	if f&unix.MSG_TRUNC != 0 {
//		flags |= platform.Truncated
//	}
func (s *system) emitMessageFlags(f *jen.File) {
	f.Add(prose("messageFlags says what the flags of a received message mean."))
	f.Func().Id("messageFlags").Params(jen.Id("f").Int()).Params(jen.Id("flags").Qual(platformPath, "MessageFlags")).BlockFunc(func(g *jen.Group) {
		for _, n := range spec.MessageFlags {
			g.If(jen.Id("f").Op("&").Add(s.name(n.Const)).Op("!=").Lit(0)).Block(
				jen.Id("flags").Op("|=").Qual(platformPath, n.Value))
		}
		g.Return(jen.Id("flags"))
	})
}

// emitErrors writes what error numbers become.
func emitErrors(s *system) *output {
	o := s.file("zerror.go")
	f := o.code
	f.Add(prose("fail turns an error number into an error."))
	f.Func().Id("fail").Params(jen.Id("call").String(), jen.Id("e").Add(s.name("Errno"))).Error().Block(
		jen.If(jen.Id("e").Op("==").Add(s.name(spec.WouldBlock))).Block(jen.Return(jen.Qual(platformPath, "ErrWouldBlock"))),
		jen.Return(jen.Qual("os", "NewSyscallError").Call(jen.Id("call"), jen.Id("e"))),
	)
	f.Line()
	s.emitClassify(f)
	return o
}

// emitClassify writes
//
//	switch e {
//	case unix.EPIPE, unix.ECONNRESET:
//		return platform.ClassReset
//	}
//	return platform.ClassNone
func (s *system) emitClassify(f *jen.File) {
	none := jen.Return(jen.Qual(platformPath, "ClassNone"))
	f.Add(prose("Classify returns the class of the error number that err wraps, if it has one."))
	f.Func().Params(jen.Id("Backend")).Id("Classify").Params(jen.Err().Error()).Qual(platformPath, "Class").Block(
		jen.Var().Id("e").Add(s.name("Errno")),
		jen.If(jen.Op("!").Qual("errors", "As").Call(jen.Err(), jen.Op("&").Id("e"))).Block(none),
		jen.Switch(jen.Id("e")).BlockFunc(func(g *jen.Group) {
			for _, c := range s.Classes {
				if len(c.Errnos) == 0 {
					continue
				}
				g.Case(each(c.Errnos, func(e string) jen.Code { return s.name(e) })...).BlockFunc(func(g *jen.Group) {
					if c.Why != "" {
						g.Add(prose(sentence(because(c.Why, c.Ref))))
					}
					g.Return(jen.Qual(platformPath, "Class"+c.Name))
				})
			}
		}),
		none,
	)
}
