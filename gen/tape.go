package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

const tapePath = module + "/conformance/tape"

// tapeArch is the processor whose numbers recorded backends have.
const tapeArch = "amd64"

// emitTapes writes every backend once more, with traps that are written down
// and numbers that any system can compile, and the list of them.
func emitTapes(p *plan) ([]*output, error) {
	var files []*output
	var tapes []jen.Code
	for _, live := range p.Systems {
		s := *live
		s.dir, s.build, s.tape = "conformance/tape/"+live.dir[len("platform/"):], "", true
		s.unix = module + "/" + s.dir + "/unix"
		more, err := emitTape(&s)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
		tapes = append(tapes, jen.Op("&").Qual(module+"/"+s.dir, "System"))
	}
	o := goFile("conformance/ztape_test.go", "", "conformance_test")
	o.code.Add(prose("tapes is every system's backend on a recorder."))
	o.code.Var().Id("tapes").Op("=").Index().Op("*").Qual(tapePath, "System").Add(spread(tapes...))
	return append(files, o), nil
}

// emitTape writes one recorded backend. What it takes from package unix
// decides what the stand-in has to have.
func emitTape(s *system) ([]*output, error) {
	files := append(emitBackend(s), emitTapeTraps(s))
	used := map[string]bool{}
	for _, o := range files {
		o.names = nil
		text, err := o.render()
		if err != nil {
			return nil, err
		}
		names, err := namesOf(o.path, text, "unix")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			used[name] = true
		}
	}
	names := slices.Sorted(maps.Keys(used))
	unix, err := emitStandIn(s, names)
	if err != nil {
		return nil, err
	}
	return append(files, s.emitSystem(names), unix), nil
}

// emitSystem writes what the recorder has to know.
//
//	var System = tape.System{
//		OS: "darwin", Backend: Backend{}, Errnos: unix.Errnos,
//		Symbols: map[string][]tape.Symbol{
//			"MSG_": {{Name: "MSG_PEEK", Value: unix.MSG_PEEK}},
//		},
//	}
func (s *system) emitSystem(names []string) *output {
	o := s.file("ztape.go")
	o.names = nil
	prefixes := s.symbolPrefixes()
	groups := map[string][]jen.Code{}
	for _, name := range names {
		if p := longestPrefix(prefixes, name); p != "" && !isConversion(name) {
			groups[p] = append(groups[p], jen.Values(field("Name", jen.Lit(name)), field("Value", s.name(name))))
		}
	}
	var symbols, opens, args []jen.Code
	for _, p := range slices.Sorted(maps.Keys(groups)) {
		symbols = append(symbols, jen.Lit(p).Op(":").Add(spread(groups[p]...)))
	}
	for _, op := range spec.Openers {
		if slices.ContainsFunc(s.Kernel, func(k spec.Function) bool { return k.Name == op.Function }) {
			opens = append(opens, jen.Lit(op.Function).Op(":").Lit(op.On))
		}
	}
	for _, a := range spec.ArgNames {
		args = append(args, jen.Lit(a.Value).Op(":").Lit(a.Const))
	}
	text := func() *jen.Statement { return jen.Map(jen.String()).String() }
	o.code.Add(prose("System is this backend on a recorder."))
	o.code.Var().Id("System").Op("=").Qual(tapePath, "System").Add(spread(
		field("OS", jen.Lit(string(s.Target.OS))),
		field("Backend", jen.Id("Backend").Values()),
		field("Errnos", s.name("Errnos")),
		field("Symbols", jen.Map(jen.String()).Index().Qual(tapePath, "Symbol").Add(spread(symbols...))),
		field("Options", jen.Index().Qual(tapePath, "OptionName").Add(spread(s.optionNames()...))),
		field("Opens", text().Add(spread(opens...))),
		field("Args", text().Add(spread(args...))),
	))
	return o
}

// symbolPrefixes lists the prefixes of constants that transcripts name.
func (s *system) symbolPrefixes() []string {
	prefixes := slices.Clone(spec.RecordNames)
	for _, k := range slices.Concat(spec.Kernel, spec.KernelOn[s.Target.OS]) {
		for _, slot := range k.Takes {
			if slot.Names != "" {
				prefixes = append(prefixes, slot.Names)
			}
		}
	}
	for _, a := range spec.ArgNames {
		prefixes = append(prefixes, a.Const)
	}
	return prefixes
}

// longestPrefix: EPOLL_CTL_ADD belongs to EPOLL_CTL_, not to EPOLL_.
func longestPrefix(prefixes []string, name string) string {
	best := ""
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) && len(p) > len(best) {
			best = p
		}
	}
	return best
}

// isConversion reports whether a constant is one of an enumeration that
// transcripts give as numbers.
func isConversion(name string) bool {
	return slices.ContainsFunc(spec.Conversions, func(c spec.Conversion) bool {
		return c.Else == name || slices.ContainsFunc(c.Cases, func(n spec.Number) bool { return n.Const == name })
	})
}

// optionNames lists the options that a backend can be asked to set.
//
//	{LevelName: "IPPROTO_TCP", Name: "TCP_NODELAY", Level: unix.IPPROTO_TCP, Number: unix.TCP_NODELAY},
func (s *system) optionNames() []jen.Code {
	var list []jen.Code
	seen := map[spec.Name]bool{}
	add := func(n spec.Name) {
		if n.Const == "" || seen[n] {
			return
		}
		seen[n] = true
		list = append(list, jen.Values(
			field("LevelName", jen.Lit(n.Level)), field("Name", jen.Lit(n.Const)),
			field("Level", s.name(n.Level)), field("Number", s.name(n.Const))))
	}
	for _, m := range s.Marks {
		for _, step := range m.Steps {
			if one, ok := step.(spec.SetOne); ok {
				add(spec.Name{Level: one.Level, Const: one.Const})
			}
		}
	}
	for _, c := range spec.GroupConstants {
		for _, level := range c.Levels {
			add(spec.Name{Level: level, Const: c.Const})
		}
	}
	add(s.Target.Credentials.Option)
	add(s.Target.Credentials.PIDOption)
	for _, r := range s.Options {
		if r.Absent == "" {
			add(r.Kernel)
			add(r.V6)
		}
	}
	return list
}
