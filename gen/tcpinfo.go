package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitTCPInfo writes
//
//	// tcpInfo is how Linux describes a connection: why (ref).
//	var tcpInfo = platform.TCPInfoLayout{
//		Level: unix.IPPROTO_TCP, Name: unix.TCP_INFO,
//		States: []platform.TCPState{platform.StateUnknown, platform.StateEstablished, …},
//		Fields: []platform.TCPInfoField{
//			{Field: platform.FieldRTT, At: unsafe.Offsetof(unix.TCPInfo{}.Rtt), …},
//		},
//	}
func (s *system) emitTCPInfo(f *jen.File) {
	info := s.Target.TCPInfo
	of := func(name string) *jen.Statement { return jen.Qual(platformPath, name) }
	states := each(info.States, func(name string) jen.Code { return of("State" + either(name, "Unknown")) })
	fields := each(info.Fields, func(c spec.TCPField) jen.Code {
		at, size := jen.Code(jen.Lit(c.At)), jen.Code(jen.Lit(c.Size))
		if info.Struct != "" {
			member := func() *jen.Statement { return s.name(info.Struct).Values().Dot(c.From) }
			at = jen.Qual("unsafe", "Offsetof").Call(member())
			size = jen.Qual("unsafe", "Sizeof").Call(member())
		}
		list := []jen.Code{field("Field", of("Field"+c.Name)), field("At", at), field("Size", size)}
		if c.Unit != spec.Itself {
			list = append(list, field("Unit", of(string(c.Unit))))
		}
		if c.None != 0 {
			list = append(list, field("None", jen.Lit(int(c.None))))
		}
		return jen.Values(list...)
	})
	f.Add(prose("tcpInfo is how " + s.Target.Name + " describes a connection: " + because(info.Why, info.Ref) + "."))
	f.Var().Id("tcpInfo").Op("=").Qual(platformPath, "TCPInfoLayout").Add(spread(
		field("Level", s.name(info.Option.Level)), field("Name", s.name(info.Option.Const)),
		field("States", jen.Index().Qual(platformPath, "TCPState").Add(spread(states...))),
		field("Fields", jen.Index().Qual(platformPath, "TCPInfoField").Add(spread(fields...))),
	))
}
