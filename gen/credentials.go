package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitCredentials writes
//
//	// credentials is how Linux tells who a peer is: why (ref).
//	var credentials = platform.CredentialsLayout{
//		Level: unix.SOL_SOCKET, Name: unix.SO_PEERCRED, Size: unsafe.Sizeof(unix.Ucred{}),
//		UID: unsafe.Offsetof(unix.Ucred{}.Uid), …
//	}
func (s *system) emitCredentials(f *jen.File) {
	c := s.Target.Credentials
	offset := func(of string) jen.Code {
		return jen.Qual("unsafe", "Offsetof").Call(s.name(c.Struct).Values().Dot(of))
	}
	size := func() *jen.Statement { return jen.Qual("unsafe", "Sizeof").Call(s.name(c.Struct).Values()) }
	fields := []jen.Code{
		field("Level", s.name(c.Option.Level)), field("Name", s.name(c.Option.Const)),
		field("Size", size()), field("UID", offset(c.UID)), field("GID", offset(c.GID)),
	}
	switch {
	case c.PID != "":
		fields = append(fields, field("PID", offset(c.PID)), field("HasPID", jen.True()))
	case c.PIDIsLast:
		word := jen.Qual("unsafe", "Sizeof").Call(jen.Uintptr().Call(jen.Lit(0)))
		fields = append(fields, field("PID", size().Op("-").Add(word)), field("HasPID", jen.True()))
	case c.PIDOption != spec.Name{}:
		fields = append(fields, field("AsksPID", jen.True()),
			field("PIDLevel", s.name(c.PIDOption.Level)), field("PIDName", s.name(c.PIDOption.Const)))
	}
	f.Add(prose("credentials is how " + s.Target.Name + " tells who a peer is: " + because(c.Why, c.Ref) + "."))
	f.Var().Id("credentials").Op("=").Qual(platformPath, "CredentialsLayout").Add(spread(fields...))
}
