package main

import (
	"fmt"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

const sockoptPath = module + "/net/sockopt"

// emitCapabilities writes the table of every option on every system, which
// the running system alone does not know.
//
//	var systems = []system{
//		{os: "linux", name: "Linux", options: []sockopt.Info{
//			{Name: "NoDelay", Kernel: "TCP_NODELAY", Supported: true},
//		}},
//	}
func emitCapabilities(targets []spec.Target, groups []spec.Group) *output {
	o := goFile("cmd/volt/zoptions.go", "", "main")
	options := allOptions(groups)
	list := each(targets, func(t spec.Target) jen.Code {
		rows := optionRows(t.OS, options)
		infos := each(rows, func(r optionRow) jen.Code { return jen.Values(infoOf(options[r.ID], r)...) })
		return jen.Values(
			field("os", jen.Lit(string(t.OS))), field("name", jen.Lit(t.Name)),
			field("options", jen.Index().Qual(sockoptPath, "Info").Add(spread(infos...))))
	})
	o.code.Add(prose("systems is every option on every system."))
	o.code.Var().Id("systems").Op("=").Index().Id("system").Add(spread(list...))
	return o
}

// infoOf emits the fields of a sockopt.Info, as that package would fill them
// on the row's system.
func infoOf(o spec.Option, r optionRow) []jen.Code {
	fields := []jen.Code{field("Name", jen.Lit(o.Name))}
	text := func(name, value string) {
		if value != "" {
			fields = append(fields, field(name, jen.Lit(value)))
		}
	}
	flag := func(name string, is bool) {
		if is {
			fields = append(fields, field(name, jen.True()))
		}
	}
	unit := o.Unit
	if r.Absent == "" {
		text("Kernel", r.Kernel.Const)
		text("Kernel6", r.V6.Const)
		unit = unitName(o, r.Wire)
	}
	text("Unit", unit)
	if o.Wire != spec.CBool && !o.ReadOnly {
		text("Min", bound(o.Wire, o.Range.Min))
		text("Max", bound(o.Wire, o.Range.Max))
	}
	if family := either(r.Family, o.Family); family != spec.AnyFamily {
		text("Family", familyName(family))
	}
	flag("Supported", r.Absent == "")
	flag("ReadOnly", o.ReadOnly)
	flag("WriteOnly", o.WriteOnly)
	text("Needs", r.Needs)
	text("Quirk", r.Why)
	text("Reason", r.Absent)
	text("Evidence", r.Ref)
	return fields
}

// bound is an end of a range as people write it: "5m27s".
func bound(w spec.Wire, n int64) string {
	switch w.GoType() {
	case "time.Duration":
		return (time.Duration(n) * w.Unit()).String()
	case "string":
		return fmt.Sprint(n, " bytes")
	}
	return fmt.Sprint(n)
}
