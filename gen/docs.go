package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/volt-net/volt/spec"
)

// optionDocs is docs/options.md: every option on every system.
func optionDocs(targets []spec.Target, groups []spec.Group) string {
	var b strings.Builder
	b.WriteString("<!-- " + header + " -->\n\n# Options\n\n")
	b.WriteString(strings.Join(wrap(optionsPreface, proseWidth), "\n") + "\n")
	rows := map[spec.OS][]optionRow{}
	for _, t := range targets {
		rows[t.OS] = optionRows(t.OS, allOptions(groups))
	}
	id := 0
	for _, g := range groups {
		b.WriteString("\n## " + g.Title + "\n")
		for _, o := range g.Options {
			documentOption(&b, o)
			b.WriteString("\n| System | Kernel's name | Unit | Read back | Note |\n|---|---|---|---|---|\n")
			for _, t := range targets {
				b.WriteString(optionDocRow(t, o, rows[t.OS][id]))
			}
			id++
		}
	}
	return b.String()
}

const optionsPreface = `Every option is a value of package net/sockopt, for SetOption, GetOption and With,
and, where the name is given with its methods, a pair of methods as well. A value outside the
range is refused on every system, before the kernel sees it. References such as B5 are rows of
[differences.md](differences.md).`

func documentOption(b *strings.Builder, o spec.Option) {
	var accessors []string
	if !o.NoMethod && slices.ContainsFunc(o.On, hasMethods) {
		if len(setters(o)) > 0 {
			accessors = append(accessors, "`Set"+o.Name+"`")
		}
		if !o.WriteOnly {
			accessors = append(accessors, "`"+o.Name+"`")
		}
		if o.Effective {
			accessors = append(accessors, "`"+o.Name+"Effective`")
		}
	}
	fmt.Fprintf(b, "\n### %s\n\n", o.Name)
	b.WriteString(strings.Join(wrap(sentence(o.Doc), proseWidth), "\n") + "\n\n")
	item := func(name, value string) {
		if value != "" {
			b.WriteString("- " + name + ": " + value + "\n")
		}
	}
	item("type", "`"+o.Wire.GoType()+"`")
	item("range", rangeText(o))
	item("methods", strings.Join(accessors, ", "))
	item("on", typeNames(o.On))
	if len(o.SetOn) > 0 {
		item("can be set on", typeNames(o.SetOn))
	}
	if o.Family != spec.AnyFamily {
		item("family", familyName(o.Family)+" only")
	}
	if o.Inherited {
		item("accepted streams", "have what was set on their listener")
	}
	if o.Test.Default != nil {
		item("of a new socket", defaultText(o.Test.Default))
	}
	item("evidence", o.Ref)
}

// hasMethods reports whether package net has the type.
func hasMethods(t spec.Type) bool { return slices.Contains(spec.NetTypes, t) }

func defaultText(v any) string {
	if d, ok := v.(time.Duration); ok && d < 0 {
		return "negative"
	}
	return fmt.Sprint(v)
}

func optionDocRow(t spec.Target, o spec.Option, r optionRow) string {
	if r.Absent != "" {
		return tableRow(t.Name, "none", "", "", sentence(r.Absent)+" ("+r.Ref+")")
	}
	name := "`" + r.Kernel.Level + "` `" + r.Kernel.Const + "`"
	if r.V6.Const != "" {
		name += "; IPv6: `" + r.V6.Level + "` `" + r.V6.Const + "`"
	}
	var notes []string
	if why := oddity(r.Why, r.Needs); why != "" {
		notes = append(notes, sentence(why)+" ("+r.Ref+")")
	}
	if r.Family != spec.AnyFamily {
		notes = append(notes, "Only "+familyName(r.Family)+" sockets have it.")
	}
	if r.Both {
		notes = append(notes, "Both names are set.")
	}
	if r.Reapply {
		notes = append(notes, "Set again on accepted sockets.")
	}
	if r.Clamps {
		notes = append(notes, "When refused, the most that is taken is looked for.")
	}
	back := readBack(r)
	if o.WriteOnly {
		back = "never"
	}
	return tableRow(t.Name, name, unitName(o, r.Wire), back, strings.Join(notes, " "))
}

func tableRow(cells ...string) string {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

func unitName(o spec.Option, w spec.Wire) string {
	switch w {
	case spec.CSeconds, spec.CLinger:
		return "seconds"
	case spec.CMillis:
		return "milliseconds"
	case spec.CMicros:
		return "microseconds"
	}
	return o.Unit
}

// readBack says what the library makes of the number that the kernel returns.
func readBack(r optionRow) string {
	text := map[spec.Relation]string{
		spec.Same:    "as it is",
		spec.Doubled: "halved",
		spec.AtLeast: "as it is, and may be more than was set",
		spec.AtMost:  "as it is, and may be less than was set",
		spec.NoECN:   "on streams without the two low bits",
	}[r.Reads]
	if r.Wire == spec.CBool {
		text = "true unless 0"
	}
	if r.On != "" {
		text = fmt.Sprintf("true above %s and up to `%s`", code(r.Off), r.On)
	}
	if r.Unset != 0 {
		text += fmt.Sprintf("; -1 as %d", r.Unset)
	}
	return text
}

func typeNames(types []spec.Type) string {
	names := make([]string, 0, len(types))
	for _, t := range types {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// code marks a name as one of C, or is the number that stands for none.
func code(name string) string {
	if name == "" {
		return "0"
	}
	return "`" + name + "`"
}
