package spec

// checkCalls holds the calls, markings and targets against each other.
func checkCalls() []string {
	all := append(checkContract(Kernel, KernelOn, Calls, Targets), checkTargets(Targets)...)
	return append(all, checkFailures(Calls, Failures, Targets)...)
}

func checkContract(kernel []Function, on Per[[]Function], calls []Call, targets []Target) []string {
	functions := Per[map[string]Function]{}
	all, shared := checkFunctions(kernel, nil)
	for _, t := range targets {
		more, own := checkFunctions(on[t.OS], shared)
		all, functions[t.OS] = append(all, more...), own
	}
	seen := map[string]bool{}
	for i := range calls {
		c := &calls[i]
		m := mistakes{about: "call " + c.Name}
		m.when(!exported(c.Name), "%q is not an exported Go name", c.Name)
		m.when(seen[c.Name], "the name is taken")
		m.when(c.Doc == "", "has no Doc")
		m.when(c.How == nil, "has no How")
		m.when(c.Why != "" && c.Ref == "", "has a Why without a Ref")
		seen[c.Name] = true
		c.checkRecipes(&m, functions, targets)
		checkAnother(&m, calls, c.How)
		for _, t := range targets {
			checkAnother(&m, calls, c.Per[t.OS].How)
		}
		for os := range c.Per {
			m.when(!isTarget(targets, os), "%q is no target", os)
		}
		all = append(all, m.list...)
	}
	return all
}

// checkFunctions looks at functions and returns them by name, with those that
// are there already.
func checkFunctions(list []Function, before map[string]Function) ([]string, map[string]Function) {
	var all []string
	functions := map[string]Function{}
	for name, f := range before {
		functions[name] = f
	}
	for _, f := range list {
		m := mistakes{about: "kernel function " + f.Name}
		_, twice := functions[f.Name]
		m.when(twice, "is listed twice")
		m.when(f.Waits == 0, "does not say when it waits")
		functions[f.Name] = f
		all = append(all, m.list...)
	}
	return all, functions
}

// checkRecipes looks at the recipe of each system, and once at the one that
// several share.
func (c *Call) checkRecipes(m *mistakes, functions Per[map[string]Function], targets []Target) {
	shared := false
	for _, t := range targets {
		in, ok := c.Per[t.OS]
		if !ok && !shared {
			c.checkRecipe(m, functions[t.OS], c.How)
			shared = true
		}
		if !ok {
			continue
		}
		about := m.about
		m.about += " on " + string(t.OS)
		m.when(in.How == nil, "has no How")
		m.when(in.Why == "", "has no Why")
		m.when(in.Ref == "", "has no Ref")
		c.checkRecipe(m, functions[t.OS], in.How)
		m.about = about
	}
}

func isTarget(targets []Target, os OS) bool {
	for _, t := range targets {
		if t.OS == os {
			return true
		}
	}
	return false
}

// checkRecipe looks at one way to carry out c.
func (c *Call) checkRecipe(m *mistakes, functions map[string]Function, how Recipe) {
	switch r := how.(type) {
	case Trap:
		c.checkSyscall(m, functions, r.Do)
		for _, o := range r.Outcomes {
			m.when(o.Means == Failure, "outcome %s means what every error means", o.Errno)
			m.when(o.Why == "" || o.Ref == "", "outcome %s lacks Why or Ref", o.Errno)
		}
	case AtomicFlags:
		c.checkSyscall(m, functions, r.Do)
		flags := bornMarked
		if r.Do.has(bornMarkedFile[0]) {
			flags = bornMarkedFile
		}
		for _, flag := range flags {
			m.when(!r.Do.has(flag), "is AtomicFlags without %s", flag)
		}
	case ThenFcntl:
		c.checkSyscall(m, functions, r.Do)
		r.Mark.check(m)
		if r.NoAddress != (Outcome{}) {
			m.when(r.NoAddress.Why == "" || r.NoAddress.Ref == "", "NoAddress lacks Why or Ref")
		}
	case MarkRights:
		c.checkSyscall(m, functions, r.Do)
		r.Mark.check(m)
	case Batch:
		c.checkSyscall(m, functions, r.Do)
	case Mark:
		m.when(len(r.Mark.Steps) == 0, "marks nothing")
	}
}

// checkAnother looks for the call that a recipe is made of, if it is.
func checkAnother(m *mistakes, calls []Call, how Recipe) {
	name := ""
	switch r := how.(type) {
	case Batch:
		name = r.ToPeer
	case Each:
		name = r.Call
	}
	for _, c := range calls {
		if c.Name == name {
			return
		}
	}
	m.when(name != "", "there is no call %s", name)
}

// checkSyscall compares the arguments with the function's slots and with c's
// own parameters.
func (c *Call) checkSyscall(m *mistakes, functions map[string]Function, s Syscall) {
	f, ok := functions[s.Name]
	if !ok {
		m.when(true, "there is no kernel function %s", s.Name)
		return
	}
	want := 0
	for _, slot := range f.Takes {
		if slot.Is != Fixed {
			want++
		}
	}
	m.when(len(s.Args) != want, "%s takes %d arguments, not %d", s.Name, want, len(s.Args))
	used := map[string]bool{}
	for _, a := range s.Args {
		m.when(a.Of != "" && !c.names(a.Of), "%s is neither parameter nor result", a.Of)
		used[a.Of] = true
	}
	for _, p := range c.In {
		m.when(!used[p.Name], "parameter %s is not used by %s", p.Name, s.Name)
	}
}

func (c *Call) names(name string) bool {
	for _, p := range c.In {
		if p.Name == name {
			return true
		}
	}
	for _, p := range c.Out {
		if p.Name == name {
			return true
		}
	}
	return false
}

func (s Syscall) has(flag string) bool {
	for _, a := range s.Args {
		if among(a.Or, flag) {
			return true
		}
	}
	return false
}

func (k Marking) check(m *mistakes) {
	m.when(k.Name == "", "a marking has no Name")
	m.when(k.Doc == "", "marking %s has no Doc", k.Name)
	m.when(len(k.Steps) == 0, "marking %s has no steps", k.Name)
	for _, s := range k.Steps {
		if one, ok := s.(SetOne); ok {
			m.when(one.Ignore != "" && (one.Why == "" || one.Ref == ""), "marking %s ignores %s without Why or Ref", k.Name, one.Ignore)
		}
	}
}

// checkTargets looks for facts without evidence.
func checkTargets(targets []Target) []string {
	var all []string
	for _, t := range targets {
		m := mistakes{about: "target " + string(t.OS)}
		m.when(len(t.Arches) == 0, "has no processors")
		m.when(t.Poller == nil, "has no poller")
		m.when(t.Traps == 0, "does not say how its kernel is called")
		for _, r := range RenumberedOn[t.OS] {
			m.when(r.As == "" || len(r.On) == 0 || r.Why == "" || r.Ref == "", "the number of %s lacks the name, the processors, Why or Ref", r.Function)
		}
		m.when(t.MaxWait != 0 && (t.MaxWaitBecause.Why == "" || t.MaxWaitBecause.Ref == ""), "MaxWait lacks Why or Ref")
		c := t.Credentials
		m.when(c.Option == Name{} || c.Struct == "" || c.UID == "" || c.GID == "", "Credentials lack the option, the struct or a field")
		m.when(c.Why == "" || c.Ref == "", "Credentials lack Why or Ref")
		for _, shape := range t.Shapes {
			m.when(shape == t.OS || !isTarget(targets, shape), "%q is no other target whose shape it could have", shape)
		}
		for _, f := range []Fact{t.ShortReadDrains, t.NestedPoller, t.LocalAddrDies, t.CloseLingers, t.FullRefuses} {
			m.when((f.Is || f.Why != "") && (f.Why == "" || f.Ref == ""), "a fact lacks Why or Ref")
		}
		all = append(all, m.list...)
	}
	return all
}

// checkQuirks looks for quirks that nobody has or that lack their evidence.
func checkQuirks(quirks []Quirk, targets []Target) []string {
	var all []string
	seen := map[string]bool{}
	for _, q := range quirks {
		m := mistakes{about: "quirk " + q.Name}
		m.when(!exported(q.Name), "%q is not an exported Go name", q.Name)
		m.when(seen[q.Name], "the name is taken")
		seen[q.Name] = true
		m.when(q.Doc == "", "has no Doc")
		m.when(q.Ref == "", "has no Ref")
		m.when((len(q.Errno) == 0) == (len(q.On) == 0), "needs either error numbers or a list of systems")
		for os := range q.Errno {
			m.when(!isTarget(targets, os), "%q is no target", os)
		}
		for _, os := range q.On {
			m.when(!isTarget(targets, os), "%q is no target", os)
		}
		all = append(all, m.list...)
	}
	return all
}
