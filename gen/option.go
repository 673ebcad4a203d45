package main

import (
	"fmt"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitOptions makes the files that are the same on every system: identities,
// methods, values and their documentation.
func emitOptions(targets []spec.Target, groups []spec.Group) []*output {
	options := allOptions(groups)
	identities := goFile("platform/zoption.go", "", "platform")
	emitPlatformOptions(identities.code, options)
	methods := goFile("net/zoption.go", "", "net")
	emitNetOptions(methods.code, spec.NetTypes, targets, options)
	values := goFile("net/sockopt/zoption.go", "", "sockopt")
	emitOptionValues(values.code, targets, groups)
	return []*output{identities, methods, values, {path: "docs/options.md", text: optionDocs(targets, groups)}}
}

// emitPlatformOptions writes the options' identities, the same on every
// system.
//
//	var (
//		// NoDelay turns off Nagle's algorithm, …
//		NoDelay = Option[bool]{&OptionInfo{ID: 11, Name: "NoDelay", …}}
//	)
func emitPlatformOptions(f *jen.File, options []spec.Option) {
	f.Comment("// The options of the spec.")
	f.Var().DefsFunc(func(g *jen.Group) {
		for id, o := range options {
			if id > 0 {
				g.Line()
			}
			g.Add(prose(ident(o) + " " + o.Doc + "."))
			g.Id(ident(o)).Op("=").Id("Option").Index(goType(o.Wire)).
				Values(jen.Op("&").Id("OptionInfo").Add(spread(infoFields(id, o)...)))
		}
	})
	f.Line()
	f.Comment("// AllOptions is every option of the spec, in order of ID.")
	f.Var().Id("AllOptions").Op("=").Index().Op("*").Id("OptionInfo").Add(spread(each(options, func(o spec.Option) jen.Code {
		return jen.Id(ident(o)).Dot("info")
	})...))
}

// infoFields emits the fields of an OptionInfo.
//
//	ID: 6, Name: "Linger", Doc: "sets …", Wire: CLinger, Range: Range{0, 327}, …
func infoFields(id int, o spec.Option) []jen.Code {
	fields := []jen.Code{
		field("ID", jen.Lit(id)),
		field("Name", jen.Lit(o.Name)),
		field("Doc", jen.Lit(o.Doc)),
	}
	if o.Unit != "" {
		fields = append(fields, field("Unit", jen.Lit(o.Unit)))
	}
	fields = append(fields, field("Wire", jen.Id(o.Wire.String())))
	if (o.Range != spec.Range{}) {
		fields = append(fields, field("Range", jen.Id("Range").Values(jen.Lit(int(o.Range.Min)), jen.Lit(int(o.Range.Max)))))
	}
	fields = append(fields, field("On", typeSet(o.On)))
	if o.ReadOnly {
		fields = append(fields, field("ReadOnly", jen.True()))
	} else {
		fields = append(fields, field("SetOn", typeSet(setters(o))))
	}
	if o.WriteOnly {
		fields = append(fields, field("WriteOnly", jen.True()))
	}
	if o.Names {
		fields = append(fields, field("Names", jen.True()))
	}
	if o.Family != spec.AnyFamily {
		fields = append(fields, field("Family", jen.Id(string(o.Family))))
	}
	if o.Inherited {
		fields = append(fields, field("Restored", jen.True()))
	}
	if o.Test.Set != nil {
		fields = append(fields, field("Sample", erased(o.Test.Set)))
	}
	if o.Test.Default != nil {
		fields = append(fields, field("Default", jen.Op("&").Add(erased(o.Test.Default))))
	}
	return fields
}

// typeSet emits TCPSocket | TCPListener.
func typeSet(types []spec.Type) jen.Code {
	set := jen.Id(string(types[0]))
	for _, t := range types[1:] {
		set.Op("|").Id(string(t))
	}
	return set
}

// erased emits a platform.Value: Value{Int: 1}.
func erased(v any) jen.Code {
	value := jen.Qual(platformPath, "Value")
	switch v := v.(type) {
	case bool:
		if v {
			return value.Values(field("Int", jen.Lit(1)))
		}
		return value.Values()
	case int:
		return value.Values(field("Int", jen.Lit(v)))
	case uint32:
		return value.Values(field("Int", jen.Lit(int(v))))
	case time.Duration:
		return value.Values(field("Int", duration(v)))
	}
	return value.Values(field("Str", jen.Lit(v)))
}

// duration emits int64(5 * time.Second), in the largest unit that divides it.
func duration(d time.Duration) jen.Code {
	unit, name := time.Nanosecond, "Nanosecond"
	switch {
	case d%time.Second == 0:
		unit, name = time.Second, "Second"
	case d%time.Millisecond == 0:
		unit, name = time.Millisecond, "Millisecond"
	case d%time.Microsecond == 0:
		unit, name = time.Microsecond, "Microsecond"
	}
	return jen.Int64().Call(jen.Lit(int(d/unit)).Op("*").Qual("time", name))
}

// goType is the Go type of a wire's values.
func goType(w spec.Wire) *jen.Statement {
	switch name := w.GoType(); name {
	case "time.Duration":
		return jen.Qual("time", "Duration")
	case "netip.AddrPort":
		return jen.Qual("net/netip", "AddrPort")
	default:
		return jen.Id(name)
	}
}

// ident is the option's name in package platform.
func ident(o spec.Option) string { return either(o.Ident, o.Name) }

// setters lists the types whose setter can work.
func setters(o spec.Option) []spec.Type {
	switch {
	case o.ReadOnly:
		return nil
	case len(o.SetOn) > 0:
		return o.SetOn
	}
	return o.On
}

func each[T any](list []T, emit func(T) jen.Code) []jen.Code {
	codes := make([]jen.Code, 0, len(list))
	for _, x := range list {
		codes = append(codes, emit(x))
	}
	return codes
}

// rangeText says which values an option takes: "0 to 327 seconds, rounded up".
func rangeText(o spec.Option) string {
	if (o.Range == spec.Range{}) {
		return ""
	}
	text := fmt.Sprintf("%d to %d", o.Range.Min, o.Range.Max)
	switch o.Wire {
	case spec.CSeconds:
		return text + " seconds, rounded up"
	case spec.CLinger:
		return text + " seconds, rounded up, or negative"
	case spec.CMillis:
		return text + " milliseconds, rounded up"
	case spec.CMicros:
		return text + " microseconds, rounded up"
	case spec.CString, spec.CFilter:
		return text + " bytes"
	}
	if o.Unit != "" {
		text += " " + o.Unit
	}
	return text
}
