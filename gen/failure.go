package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/volt-net/volt/spec"
)

// emitFailures writes what can be injected into each call, for the double of
// the tests. A system without a backend has an empty table.
//
//	var failures = [numCalls][]syscall.Errno{
//		Socket: {syscall.EMFILE, syscall.ENFILE},
//	}
func emitFailures(p *plan) ([]*output, error) {
	var files []*output
	var none []string
	var errs []error
	table := func() *jen.Statement { return jen.Index(jen.Id("numCalls")).Index().Qual("syscall", "Errno") }
	file := func(name, build string) *output {
		o := goFile("conformance/fault/zfailures_"+name+".go", build, "fault")
		o.code.Add(prose("failures holds the numbers that each call may fail with on this system."))
		files = append(files, o)
		return o
	}
	for _, s := range p.Systems {
		os := string(s.Target.OS)
		none = append(none, "!"+os)
		var rows []jen.Code
		for _, f := range spec.Failures {
			if s.lacks(f.Call) {
				continue
			}
			names := resolveErrnos(f.Errnos, f.Per[s.Target.OS])
			errs = append(errs, s.checkErrnos(f.Call, names))
			var numbers []jen.Code
			for _, name := range names {
				numbers = append(numbers, jen.Qual("syscall", name))
			}
			rows = append(rows, field(f.Call, jen.Values(numbers...)))
		}
		file(os, os).code.Var().Id("failures").Op("=").Add(table()).Add(spread(rows...))
	}
	file("other", strings.Join(none, " && ")).code.Var().Id("failures").Add(table())
	return files, errors.Join(errs...)
}

// lacks reports whether the system has no such call.
func (s *system) lacks(name string) bool {
	return slices.ContainsFunc(s.Calls, func(c call) bool {
		_, absent := c.How.(spec.Absent)
		return absent && c.Name == name
	})
}

// resolveErrnos is a list with what one system has otherwise.
func resolveErrnos(list []string, per spec.Errnos) []string {
	names := slices.DeleteFunc(slices.Clone(list), func(e string) bool { return slices.Contains(per.Drop, e) })
	return append(names, per.Add...)
}

// checkErrnos looks up error numbers for each processor of the system.
func (s *system) checkErrnos(call string, names []string) error {
	var errs []error
	for _, arch := range s.Target.Arches {
		have, err := loadXSys(string(s.Target.OS), arch)
		if err != nil {
			return err
		}
		for _, name := range names {
			if !have[name] {
				errs = append(errs, fmt.Errorf("failures of %s: x/sys/unix has no %s on %s/%s", call, name, s.Target.OS, arch))
			}
		}
	}
	return errors.Join(errs...)
}
