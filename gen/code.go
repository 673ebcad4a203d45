package main

import (
	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// file begins a file of the system's package.
func (s *system) file(name string) *output {
	o := goFile(s.dir+"/"+name, s.build, string(s.Target.OS))
	o.code.ImportName(s.unix, "unix")
	o.names = s
	return o
}

// variant begins a file that each shape of a system has its own of: zcall.go,
// and zshape_darwin_call.go, a name that does not end in a system's.
func (s *system) variant(topic string) *output {
	if s.shape != "" {
		o := s.file("zshape_" + string(s.shape) + "_" + topic + ".go")
		o.build += " && " + shapeTag(s.shape)
		return o
	}
	o := s.file("z" + topic + ".go")
	if !s.tape {
		for _, shape := range s.Target.Shapes {
			o.build += " && !" + shapeTag(shape)
		}
	}
	return o
}

// shapeTag is the build tag for another system's recipes.
func shapeTag(os spec.OS) string { return "shape_" + string(os) }

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
func bytePointer(x jen.Code) *jen.Statement { return jen.Parens(jen.Op("*").Byte()).Call(pointer(x)) }

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
