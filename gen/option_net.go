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
			emitGetter(f, t, o)
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

// emitSetter writes one setter.
//
//	func (s *TCPStream) SetLinger(d time.Duration) error {
//		return setOption(s.d, platform.Linger, d)
//	}
func emitSetter(f *jen.File, t spec.Type, targets []spec.Target, o spec.Option) {
	arg := map[spec.Wire]string{spec.CBool: "on", spec.CInt: "n", spec.CString: "value"}[o.Wire]
	if arg == "" {
		arg = "d"
	}
	f.Add(prose(optionProse("Set"+o.Name, targets, o)...))
	f.Func().Params(jen.Id(receiver(t)).Op("*").Id(string(t))).Id("Set" + o.Name).
		Params(jen.Id(arg).Add(goType(o.Wire))).Error().
		Block(jen.Return(jen.Id("setOption").Call(jen.Id(receiver(t)).Dot("d"), jen.Qual(platformPath, ident(o)), jen.Id(arg))))
}

// emitGetter writes one getter.
//
//	func (s *TCPStream) Linger() (time.Duration, error) {
//		return getOption(s.d, platform.Linger)
//	}
func emitGetter(f *jen.File, t spec.Type, o spec.Option) {
	text := o.Name + " returns " + o.Get + "."
	if o.ReadOnly {
		text = o.Name + " " + o.Doc + "."
	}
	f.Add(prose(text))
	f.Func().Params(jen.Id(receiver(t)).Op("*").Id(string(t))).Id(o.Name).
		Params().Params(goType(o.Wire), jen.Error()).
		Block(jen.Return(jen.Id("getOption").Call(jen.Id(receiver(t)).Dot("d"), jen.Qual(platformPath, ident(o)))))
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
		Block(jen.Return(jen.Id("getEffective").Call(jen.Id(receiver(t)).Dot("d"), jen.Qual(platformPath, ident(o)))))
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
				defs.Add(prose(optionProse(o.Name, targets, o)...))
				defs.Id(o.Name).Op("=").Id("Option").Index(goType(o.Wire)).Values(jen.Qual(platformPath, ident(o)))
			}
		})
	}
}

// optionProse is an option's documentation under the given name: what it
// does, its range, where systems differ, the kernel's names and the evidence.
func optionProse(name string, targets []spec.Target, o spec.Option) []string {
	first := name + " " + o.Doc + "."
	if r := rangeText(o); r != "" {
		first += " The range is " + r + "."
	}
	if o.Family != spec.AnyFamily {
		first += " Only " + familyName(o.Family) + " sockets have it."
	}
	if o.Inherited {
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
		text := " " + v.Why + "."
		if v.Absent != "" {
			text = " it is not supported: " + v.Absent + "."
		} else if v.Why == "" {
			continue
		}
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
	for _, t := range targets {
		v := o.Per[t.OS]
		if v.Level+v.Const != "" {
			others = append(others, "on "+t.Name+" "+strings.TrimSpace(v.Level+" "+v.Const))
		}
	}
	if others != nil {
		text += ", " + strings.Join(others, ", ")
	}
	return text
}
