package spec

// pollerCalls are what a poller does that may fail.
var pollerCalls = []string{"PollerAdd", "PollerRemove"}

// checkFailures holds the lists of errors against the calls: each call that
// asks a kernel has one.
func checkFailures(calls []Call, failures []Fails, targets []Target) []string {
	var all []string
	missing := map[string]bool{}
	for _, name := range pollerCalls {
		missing[name] = true
	}
	for _, c := range calls {
		if c.How != FromTraits && c.How != FromClasses {
			missing[c.Name] = true
		}
	}
	for i := range failures {
		f := &failures[i]
		m := mistakes{about: "failures of " + f.Call}
		m.when(!missing[f.Call], "there is no such call, or it has a list already")
		m.when(len(f.Errnos) == 0, "lists none")
		m.when(f.Ref == "", "has no Ref")
		delete(missing, f.Call)
		listed := map[string]bool{}
		m.list = append(m.list, twice(listed, m.about, f.Errnos)...)
		for os := range f.Per {
			m.when(!isTarget(targets, os), "%q is no target", os)
		}
		for _, t := range targets {
			per, ok := f.Per[t.OS]
			if !ok {
				continue
			}
			m.when(per.Why == "" || per.Ref == "", "%s lacks Why or Ref", t.OS)
			for _, name := range per.Drop {
				m.when(!listed[name], "%s drops %s, which is not listed", t.OS, name)
			}
			for _, name := range per.Add {
				m.when(listed[name], "%s adds %s, which is listed", t.OS, name)
			}
		}
		all = append(all, m.list...)
	}
	for _, c := range append(callNames(calls), pollerCalls...) {
		m := mistakes{about: "failures of " + c}
		m.when(missing[c], "are not listed")
		all = append(all, m.list...)
	}
	return all
}

func callNames(calls []Call) []string {
	var names []string
	for _, c := range calls {
		names = append(names, c.Name)
	}
	return names
}

// twice notes names as seen and complains of those that were.
func twice(seen map[string]bool, about string, names []string) []string {
	m := mistakes{about: about}
	for _, name := range names {
		m.when(seen[name], "lists %s twice", name)
		seen[name] = true
	}
	return m.list
}
