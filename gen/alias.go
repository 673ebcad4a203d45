package main

import (
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
)

// emitAliases writes which backend the shared packages are built with. With
// the tag swap it is an interface value that tests can replace.
//
//	type backend = linux.Backend
//
//	var sys backend
func emitAliases(p *plan) []*output {
	var files []*output
	var none []string
	for _, s := range p.Systems {
		os := string(s.Target.OS)
		none = append(none, "!"+os)
		backend := func() *jen.Statement { return jen.Qual(module+"/"+s.dir, "Backend") }
		files = append(files,
			emitAlias("net/zbackend_"+os+".go", os+" && !swap", backend(), nil),
			emitAlias("net/zbackend_"+os+"_swap.go", os+" && swap", jen.Qual(platformPath, "Backend"), backend().Values()),
			emitAlias("net/sockopt/zbackend_"+os+".go", os, backend(), nil))
	}
	other := strings.Join(none, " && ")
	unimplemented := func() *jen.Statement { return jen.Qual(platformPath, "Unimplemented") }
	return append(files,
		emitAlias("net/zbackend_other.go", other+" && !swap", unimplemented(), nil),
		emitAlias("net/zbackend_other_swap.go", other+" && swap", jen.Qual(platformPath, "Backend"), unimplemented().Values()),
		emitAlias("net/sockopt/zbackend_other.go", other, unimplemented(), nil))
}

// emitAlias writes one file; value is nil where the zero value will do.
func emitAlias(file, build string, backend, value *jen.Statement) *output {
	o := goFile(file, build, path.Base(path.Dir(file)))
	o.code.Add(prose("backend is what this build talks to the system through."))
	o.code.Type().Id("backend").Op("=").Add(backend)
	o.code.Line()
	o.code.Add(prose("sys is the backend in use."))
	v := o.code.Var().Id("sys").Id("backend")
	if value != nil {
		v.Op("=").Add(value)
	}
	return o
}
