package main

import "github.com/dave/jennifer/jen"

// file begins a file of the system's package.
func (s *system) file(name string) *output {
	o := goFile(s.dir+"/"+name, s.build, string(s.Target.OS))
	o.code.ImportName(s.unix, "unix")
	o.names = s
	return o
}

// name is a name of package unix: unix.EINTR.
func (s *system) name(name string) *jen.Statement { return jen.Qual(s.unix, name) }

// names or-s several: unix.EV_ADD | unix.EV_CLEAR.
func (s *system) flags(names []string) jen.Code {
	var terms []jen.Code
	for _, n := range names {
		terms = append(terms, s.name(n))
	}
	return or(terms...)
}

// or joins terms: a | b.
func or(terms ...jen.Code) *jen.Statement {
	s := jen.Add(terms[0])
	for _, t := range terms[1:] {
		s.Op("|").Add(t)
	}
	return s
}

// pointer: unsafe.Pointer(x)
func pointer(x jen.Code) *jen.Statement { return jen.Qual("unsafe", "Pointer").Call(x) }

// address: unsafe.Pointer(&x)
func address(x string) *jen.Statement { return pointer(jen.Op("&").Id(x)) }

// bytePointer: (*byte)(unsafe.Pointer(&x))
func bytePointer(x string) *jen.Statement { return jen.Parens(jen.Op("*").Byte()).Call(address(x)) }

// sentenceOf completes a sentence that begins with a name, which keeps its
// small letter: "mark makes …".
func sentenceOf(name, text string) string { return name + " " + text + "." }

// because adds the evidence to a reason: "why (DIFFERENCES B5)".
func because(why, ref string) string {
	switch {
	case why == "":
		return ref
	case ref == "":
		return why
	}
	return why + " (" + ref + ")"
}
