package main

import (
	"errors"
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// optionRow is an option as one system has it, with everything that the spec
// leaves to inheritance filled in. If Absent is set, Const and V6 are those of
// other systems, for the check that this one has none.
type optionRow struct {
	ID      int
	Option  string
	Kernel  spec.Name
	V6      spec.Name
	Wire    spec.Wire
	Reads   spec.Relation
	Unset   int64
	Clamps  bool
	Reapply bool
	Both    bool
	Family  spec.Family
	Off, On string
	Set     any
	Needs   string
	Absent  string
	Exists  string
	Why     string
	Ref     string
}

// optionRows resolves the spec for one system.
func optionRows(os spec.OS, options []spec.Option) []optionRow {
	rows := make([]optionRow, 0, len(options))
	for id, o := range options {
		v := o.Per[os]
		v6 := either(v.V6, o.V6)
		if v.Family != spec.AnyFamily {
			v6 = spec.Name{}
		}
		rows = append(rows, optionRow{
			ID: id, Option: o.Name,
			Kernel: spec.Name{Level: either(v.Level, o.Level), Const: either(v.Const, o.Const)},
			V6:     v6,
			Wire:   either(v.Wire, o.Wire),
			Reads:  either(v.Reads, o.Reads),
			Unset:  v.Unset, Clamps: v.Clamps, Reapply: v.Reapply, Both: v.Both,
			Family: v.Family, Off: v.Off, On: v.On, Set: v.Set, Needs: v.Needs,
			Absent: v.Absent, Exists: v.Exists, Why: v.Why, Ref: v.Ref,
		})
	}
	return rows
}

// allOptions lists the options of every group; an option's place is its ID.
func allOptions(groups []spec.Group) []spec.Option {
	var options []spec.Option
	for _, g := range groups {
		options = append(options, g.Options...)
	}
	return options
}

// either is what a variant says, or else what it inherits.
func either[T comparable](variant, inherited T) T {
	var none T
	if variant != none {
		return variant
	}
	return inherited
}

// optionNameMistakes holds the rows of one system against the names that
// x/sys defines for it.
func optionNameMistakes(goos, goarch string, rows []optionRow, defined map[string]bool) []string {
	var mistakes []string
	say := func(r optionRow, format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		mistakes = append(mistakes, fmt.Sprintf("option %s, %s/%s: %s", r.Option, goos, goarch, text))
	}
	for _, r := range rows {
		if r.Absent != "" {
			switch has := defined[r.Kernel.Const]; {
			case has && r.Exists == "":
				say(r, "Absent, but x/sys/unix has %s; Exists must say why", r.Kernel.Const)
			case !has && r.Exists != "":
				say(r, "Exists explains %s, but x/sys/unix has no such name", r.Kernel.Const)
			}
			continue
		}
		for _, name := range []string{r.Kernel.Level, r.Kernel.Const, r.V6.Level, r.V6.Const, r.Off, r.On} {
			if name != "" && !defined[name] {
				say(r, "x/sys/unix has no %s", name)
			}
		}
	}
	return mistakes
}

// checkOptionNames does that for every system and architecture.
func checkOptionNames(targets []spec.Target, options []spec.Option) error {
	var mistakes []error
	for _, t := range targets {
		rows := optionRows(t.OS, options)
		for _, arch := range t.Arches {
			defined, err := loadXSys(string(t.OS), arch)
			if err != nil {
				return err
			}
			for _, m := range optionNameMistakes(string(t.OS), arch, rows, defined) {
				mistakes = append(mistakes, errors.New(m))
			}
		}
	}
	return errors.Join(mistakes...)
}

// emitOptionTable writes one system's table, with constants from the package
// unix that is imported as unixPath.
//
//	// options has a row for every option of the spec.
//	var options = [...]platform.OptionRow{
//		13: { // KeepAliveIdle
//			Const: "TCP_KEEPALIVE", Level: unix.IPPROTO_TCP, Name: unix.TCP_KEEPALIVE,
//			…
//		},
//	}
func emitOptionTable(f *jen.File, unixPath string, rows []optionRow) {
	items := make([]jen.Code, 0, len(rows))
	for _, r := range rows {
		fields := []jen.Code{field("Absent", jen.Lit(r.Absent))}
		if r.Absent == "" {
			fields = optionFields(unixPath, r)
		}
		if r.Why != "" {
			fields = append(fields, field("Why", jen.Lit(r.Why)))
		}
		if r.Ref != "" {
			fields = append(fields, field("Ref", jen.Lit(r.Ref)))
		}
		items = append(items, jen.Comment("// "+r.Option).Line().Lit(r.ID).Op(":").Add(spread(fields...)))
	}
	f.Add(prose("options has a row for every option of the spec, by its ID."))
	f.Var().Id("options").Op("=").Index(jen.Op("...")).Qual(platformPath, "OptionRow").Add(spread(items...))
}

// optionFields emits what the kernel has to be told.
//
//	Const: "IP_TTL", Level: unix.IPPROTO_IP, Name: unix.IP_TTL, Wire: platform.CInt, …
func optionFields(unixPath string, r optionRow) []jen.Code {
	fields := []jen.Code{
		field("Const", jen.Lit(r.Kernel.Const)),
		field("Level", jen.Qual(unixPath, r.Kernel.Level)),
		field("Name", jen.Qual(unixPath, r.Kernel.Const)),
		field("Wire", jen.Qual(platformPath, r.Wire.String())),
	}
	if r.V6.Const != "" {
		fields = append(fields,
			field("Const6", jen.Lit(r.V6.Const)),
			field("Level6", jen.Qual(unixPath, r.V6.Level)),
			field("Name6", jen.Qual(unixPath, r.V6.Const)))
	}
	if r.Reads != spec.Same {
		fields = append(fields, field("Reads", jen.Qual(platformPath, r.Reads.String())))
	}
	if r.Unset != 0 {
		fields = append(fields, field("Unset", jen.Lit(int(r.Unset))))
	}
	if r.Family != spec.AnyFamily {
		fields = append(fields, field("Family", jen.Qual(platformPath, string(r.Family))))
	}
	for _, number := range []struct{ name, of string }{{"Off", r.Off}, {"On", r.On}} {
		if number.of != "" {
			fields = append(fields, field(number.name, jen.Qual(unixPath, number.of)))
		}
	}
	if r.Set != nil {
		fields = append(fields, field("Sample", jen.Op("&").Add(erased(r.Set))))
	}
	if r.Needs != "" {
		fields = append(fields, field("Needs", jen.Lit(r.Needs)))
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"Clamps", r.Clamps}, {"Reapply", r.Reapply}, {"Both", r.Both}} {
		if flag.set {
			fields = append(fields, field(flag.name, jen.True()))
		}
	}
	return fields
}
