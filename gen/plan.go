package main

import (
	"fmt"
	"slices"

	"github.com/volt-net/volt/spec"
)

// plan is the spec with nothing left to look up: one system after another,
// each with the recipes, functions and numbers that it has.
type plan struct {
	Systems []*system
	Shapes  []*system
	Calls   []spec.Call
}

// system is one backend to be.
type system struct {
	Target  spec.Target
	Calls   []call
	Kernel  []spec.Function // those that its calls use, in the spec's order
	quick   map[string]bool // of those, the ones that some call enters by a stub of its own
	Marks   []spec.Marking
	Classes []class
	Options []optionRow

	dir   string  // of the package, below the module
	build string  // build constraint
	unix  string  // import path of package unix
	tape  bool    // traps are written down, not executed
	shape spec.OS // whose recipes it has, where that is another system
}

// call is a method as one system carries it out.
type call struct {
	spec.Call
	Recipe string // the recipe's name
	How    spec.Recipe
	Why    string
	Ref    string
}

// class is an error class with the numbers of one system.
type class struct {
	Name   string
	Errnos []string
	Why    string
	Ref    string
}

func newPlan() (*plan, error) {
	p := &plan{Calls: spec.Calls}
	for _, t := range spec.Targets {
		s, err := newSystem(t, "")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.OS, err)
		}
		p.Systems = append(p.Systems, s)
		for _, shape := range t.Shapes {
			s, err := newSystem(t, shape)
			if err != nil {
				return nil, fmt.Errorf("%s in the shape of %s: %w", t.OS, shape, err)
			}
			p.Shapes = append(p.Shapes, s)
		}
	}
	return p, nil
}

// newSystem resolves the spec for one system, with the recipes of another if
// shape names one.
func newSystem(t spec.Target, shape spec.OS) (*system, error) {
	s := &system{
		shape:   shape,
		Target:  t,
		Options: optionRows(t.OS, allOptions(spec.Options)),
		dir:     "platform/" + string(t.OS),
		build:   string(t.OS),
		unix:    xsysPath,
	}
	used := map[string]bool{}
	s.quick = map[string]bool{}
	for _, c := range spec.Calls {
		r := resolveCall(c, t.OS)
		if shape != "" {
			r = reshape(r, resolveCall(c, shape))
		}
		s.use(used, r.How)
		s.Calls = append(s.Calls, r)
	}
	switch m := t.Poller.(type) {
	case spec.Epoll:
		for _, name := range []string{"epoll_create1", "epoll_ctl", "epoll_pwait", "eventfd2", "write", "close"} {
			used[name] = true
		}
		s.mark(used, m.Mark)
	case spec.Kqueue:
		for _, name := range []string{"kqueue", "kevent", "close"} {
			used[name] = true
		}
		s.mark(used, m.Mark)
	default:
		return nil, fmt.Errorf("no emitter for poller %T", m)
	}
	for _, f := range slices.Concat(spec.Kernel, spec.KernelOn[t.OS]) {
		if used[f.Name] {
			s.Kernel = append(s.Kernel, f)
		}
	}
	for _, c := range spec.Classes {
		s.Classes = append(s.Classes, resolveClass(c, t.OS))
	}
	return s, nil
}

func resolveCall(c spec.Call, os spec.OS) call {
	r := call{Call: c, How: c.How, Why: c.Why, Ref: c.Ref}
	if in, ok := c.Per[os]; ok {
		r.How, r.Why, r.Ref = in.How, in.Why, in.Ref
	}
	r.Recipe = fmt.Sprintf("%T", r.How)[len("spec."):]
	return r
}

// reshape takes the other system's recipe where it is of another kind. Of the
// same kind, only names differ, and those stay the system's own.
func reshape(own, other call) call {
	if own.Recipe == other.Recipe {
		return own
	}
	return other
}

// use notes the functions and markings that a recipe needs.
func (s *system) use(used map[string]bool, how spec.Recipe) {
	switch r := how.(type) {
	case spec.Trap:
		used[r.Do.Name] = true
		s.quick[r.Do.Name] = s.quick[r.Do.Name] || r.Quick
	case spec.Batch:
		used[r.Do.Name] = true
	case spec.AtomicFlags:
		used[r.Do.Name] = true
	case spec.ThenFcntl:
		used[r.Do.Name], used["close"] = true, true
		s.mark(used, r.Mark)
	case spec.MarkRights:
		used[r.Do.Name], used["close"] = true, true
		s.mark(used, r.Mark)
	case spec.Mark:
		s.useSteps(used, r.Mark.Steps)
	}
}

func (s *system) mark(used map[string]bool, m spec.Marking) {
	s.useSteps(used, m.Steps)
	if !slices.ContainsFunc(s.Marks, func(o spec.Marking) bool { return o.Name == m.Name }) {
		s.Marks = append(s.Marks, m)
	}
}

func (s *system) useSteps(used map[string]bool, steps []spec.Step) {
	for _, step := range s.has(steps) {
		switch step.(type) {
		case spec.SetOne:
			used["setsockopt"] = true
		default:
			used["fcntl"] = true
		}
	}
}

// has leaves out the steps that there is nothing for on the system.
func (s *system) has(steps []spec.Step) []spec.Step {
	return slices.DeleteFunc(slices.Clone(steps), func(step spec.Step) bool {
		one, ok := step.(spec.SetOne)
		return ok && one.Absent[s.Target.OS] != ""
	})
}

// function finds a kernel function, which spec.Check has seen to exist.
func (s *system) function(name string) spec.Function {
	i := slices.IndexFunc(s.Kernel, func(f spec.Function) bool { return f.Name == name })
	return s.Kernel[i]
}

// marksRights reports whether received descriptors are marked one by one.
func (s *system) marksRights() bool {
	return slices.ContainsFunc(s.Calls, func(c call) bool {
		_, ok := c.How.(spec.MarkRights)
		return ok
	})
}

// batches reports whether system calls take many messages at once.
func (s *system) batches() bool {
	return slices.ContainsFunc(s.Calls, func(c call) bool {
		_, ok := c.How.(spec.Batch)
		return ok
	})
}

func resolveClass(c spec.Class, os spec.OS) class {
	per := c.Per[os]
	return class{Name: c.Name, Errnos: resolveErrnos(c.Errnos, per), Why: per.Why, Ref: per.Ref}
}
