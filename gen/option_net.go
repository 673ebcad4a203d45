package main

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitNetOptions writes the methods that people type.
//
//	func (s *TCPStream) SetNoDelay(on bool) error { return setOption(s.d, platform.NoDelay, on) }
//
//	func (s *TCPStream) NoDelay() (bool, error) { return getOption(s.d, platform.NoDelay) }
func emitNetOptions(f *jen.File, types []spec.Type, targets []spec.Target, options []spec.Option) {
	for _, t := range types {
		for _, o := range options {
			if o.NoMethod || !slices.Contains(o.On, t) {
				continue
			}
			if slices.Contains(setters(o), t) {
				emitSetter(f, t, targets, o)
			}
			if !o.WriteOnly {
				emitGetter(f, t, targets, o)
			}
			if o.Effective {
				emitEffective(f, t, o)
			}
		}
	}
}

// receiver is what package net calls a socket of the type.
func receiver(t spec.Type) string {
	if strings.HasSuffix(string(t), "Listener") {
		return "l"
	}
	return "s"
}

// descOf is the descriptor that a method works on: of a builder, one that is
// closed once it is used up, and no more the stream's or the listener's.
func descOf(t spec.Type) *jen.Statement {
	if t == spec.TCPSocket {
		return jen.Id(receiver(t)).Dot("own").Call()
	}
	return jen.Id(receiver(t)).Dot("d")
}

// emitSetter writes one setter.
//
//	func (s *TCPStream) SetLinger(d time.Duration) error {
//		return setOption(s.d, platform.Linger, d)
//	}
func emitSetter(f *jen.File, t spec.Type, targets []spec.Target, o spec.Option) {
	arg := map[string]string{"bool": "on", "int": "n", "uint32": "n", "string": "value", "time.Duration": "d"}[o.Wire.GoType()]
	f.Add(prose(optionProse("Set"+o.Name, t, targets, o)...))
	f.Func().Params(jen.Id(receiver(t)).Op("*").Id(string(t))).Id("Set" + o.Name).
		Params(jen.Id(arg).Add(goType(o.Wire))).Error().
		Block(jen.Return(jen.Id("setOption").Call(descOf(t), jen.Qual(platformPath, ident(o)), jen.Id(arg))))
}

// emitGetter writes one getter.
//
//	func (s *TCPStream) Linger() (time.Duration, error) {
//		return getOption(s.d, platform.Linger)
//	}
func emitGetter(f *jen.File, t spec.Type, targets []spec.Target, o spec.Option) {
	text := []string{o.Name + " returns " + o.Get + "."}
	if o.ReadOnly {
		text = optionProse(o.Name, t, targets, o)
	}
	f.Add(prose(text...))
	f.Func().Params(jen.Id(receiver(t)).Op("*").Id(string(t))).Id(o.Name).
		Params().Params(goType(o.Wire), jen.Error()).
		Block(jen.Return(jen.Id("getOption").Call(descOf(t), jen.Qual(platformPath, ident(o)))))
}

// emitEffective writes the getter of the kernel's own number.
//
//	func (s *TCPStream) SendBufferEffective() (int, error) {
//		return getEffective(s.d, platform.SendBuffer)
//	}
func emitEffective(f *jen.File, t spec.Type, o spec.Option) {
	name := o.Name + "Effective"
	f.Add(prose(name + " returns the kernel's own number for " + o.Name + ", which systems count differently."))
	f.Func().Params(jen.Id(receiver(t)).Op("*").Id(string(t))).Id(name).
		Params().Params(goType(o.Wire), jen.Error()).
		Block(jen.Return(jen.Id("getEffective").Call(descOf(t), jen.Qual(platformPath, ident(o)))))
}

// emitOptionValues writes the table of package sockopt.
//
//	var (
//		// Linger sets …
//		Linger = Option[time.Duration]{platform.Linger}
//	)
func emitOptionValues(f *jen.File, targets []spec.Target, groups []spec.Group) {
	for _, g := range groups {
		f.Comment("// " + g.Title + ".")
		f.Var().DefsFunc(func(defs *jen.Group) {
			for i, o := range g.Options {
				if i > 0 {
					defs.Line()
				}
				defs.Add(prose(optionProse(o.Name, "", targets, o)...))
				defs.Id(o.Name).Op("=").Id("Option").Index(goType(o.Wire)).Values(jen.Qual(platformPath, ident(o)))
			}
		})
	}
}

// optionProse is an option's documentation under the given name: what it
// does, its range, where systems differ, the kernel's names and the evidence.
// It is for the methods of one type, or for all types if that is empty.
func optionProse(name string, of spec.Type, targets []spec.Target, o spec.Option) []string {
	first := name + " " + o.Doc + "."
	switch r := rangeText(o); {
	case r == "":
	case o.Wire.GoType() == "string":
		first += " The name is " + r + " long."
	default:
		first += " The range is " + r + "."
	}
	if o.Family != spec.AnyFamily {
		first += " Only " + familyName(o.Family) + " sockets have it."
	}
	if o.Inherited && slices.Contains([]spec.Type{"", spec.TCPSocket, spec.TCPListener, spec.UnixListener}, of) {
		first += " Accepted streams have what was set on their listener."
	}
	paragraphs := append([]string{first}, differences(targets, o)...)
	return append(paragraphs, sentence(kernelText(targets, o)+"; see "+o.Ref))
}

// differences has a sentence for each way in which systems differ: "On Darwin
// and FreeBSD …".
func differences(targets []spec.Target, o spec.Option) []string {
	var texts []string
	systems := map[string][]string{}
	for _, t := range targets {
		v := o.Per[t.OS]
		text := oddity(v.Why, v.Needs)
		if v.Reapply {
			text += "; this module sets it again on accepted sockets"
		}
		if v.Absent != "" {
			text = "it is not supported: " + v.Absent
		}
		if text == "" {
			continue
		}
		text = " " + text + "."
		if systems[text] == nil {
			texts = append(texts, text)
		}
		systems[text] = append(systems[text], t.Name)
	}
	for i, text := range texts {
		texts[i] = "On " + strings.Join(systems[text], " and ") + text
	}
	return texts
}

// oddity says what is odd about an option on a system, and what it needs there.
func oddity(why, needs string) string {
	switch {
	case needs == "":
		return why
	case why == "":
		return "it needs " + needs
	}
	return why + "; it needs " + needs
}

func familyName(f spec.Family) string {
	if f == spec.Inet4 {
		return "IPv4"
	}
	return "IPv6"
}

// kernelText lists the kernels' names: "IPPROTO_TCP TCP_KEEPIDLE, on Darwin
// TCP_KEEPALIVE".
func kernelText(targets []spec.Target, o spec.Option) string {
	text := o.Level + " " + o.Const
	if o.V6.Const != "" {
		text += " or " + o.V6.Level + " " + o.V6.Const
	}
	var others []string
	systems := map[string][]string{}
	for _, t := range targets {
		v := o.Per[t.OS]
		if v.Level+v.Const == "" {
			continue
		}
		name := strings.TrimSpace(v.Level + " " + v.Const)
		if v.V6.Const != "" {
			name += " or " + v.V6.Level + " " + v.V6.Const
		}
		if systems[name] == nil {
			others = append(others, name)
		}
		systems[name] = append(systems[name], t.Name)
	}
	for _, name := range others {
		text += ", on " + strings.Join(systems[name], " and ") + " " + name
	}
	return text
}
