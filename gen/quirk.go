package main

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitQuirks writes what systems do that others do not, for a double to do.
//
//	type Set struct {
//		OS string
//
//		// AcceptReset: accept of a connection … fails (DIFFERENCES C22).
//		AcceptReset syscall.Errno
//	}
//
//	var Sets = []Set{{OS: "darwin", AcceptReset: syscall.ECONNABORTED, …}}
func emitQuirks(p *plan) *output {
	o := goFile("conformance/quirk/zquirk.go", "", "quirk")
	o.code.Add(prose("Set is the quirks of a system. Where one is an error number, zero is not to have it."))
	o.code.Type().Id("Set").StructFunc(func(g *jen.Group) {
		g.Id("OS").String()
		g.Id("Traits").Qual(platformPath, "Traits").Comment("those that a backend may change; the others are zero")
		for _, q := range spec.Quirks {
			kind := jen.Bool()
			if q.Errno != nil {
				kind = jen.Qual("syscall", "Errno")
			}
			g.Line()
			g.Add(prose(q.Name + ": " + because(q.Doc, q.Ref) + "."))
			g.Id(q.Name).Add(kind)
		}
	})
	o.code.Line()
	var sets []jen.Code
	for _, s := range p.Systems {
		if fields := quirksOf(s.Target); fields != nil {
			sets = append(sets, spread(fields...))
		}
	}
	o.code.Add(prose("Sets is the systems that have quirks."))
	o.code.Var().Id("Sets").Op("=").Index().Id("Set").Add(spread(sets...))
	return o
}

// quirksOf lists the fields of a system's set; nil is a system that the double
// does not know.
func quirksOf(t spec.Target) []jen.Code {
	var fields []jen.Code
	for _, q := range spec.Quirks {
		switch errno, ok := q.Errno[t.OS]; {
		case ok:
			fields = append(fields, field(q.Name, jen.Qual("syscall", errno)))
		case slices.Contains(q.On, t.OS):
			fields = append(fields, field(q.Name, jen.True()))
		}
	}
	if fields == nil {
		return nil
	}
	var traits []jen.Code
	for _, fact := range []struct {
		name string
		is   spec.Fact
	}{
		{"ShortReadDrains", t.ShortReadDrains}, {"NestedPoller", t.NestedPoller},
		{"LocalAddrDies", t.LocalAddrDies}, {"FullRefuses", t.FullRefuses},
	} {
		if fact.is.Is {
			traits = append(traits, field(fact.name, jen.True()))
		}
	}
	return append([]jen.Code{
		field("OS", jen.Lit(string(t.OS))),
		field("Traits", jen.Qual(platformPath, "Traits").Values(traits...)),
	}, fields...)
}
