package spec

import "fmt"

// checkLayouts holds the tables of layouts, which steer hand-written code, to
// what that code rests on.
func checkLayouts() []string {
	all := checkConstants("group", GroupConstants)
	all = append(all, checkControl("any", ControlAny, Targets)...)
	all = append(all, checkControl("IPv4", ControlInet4, Targets)...)
	all = append(all, checkControl("IPv6", ControlInet6, Targets)...)
	for _, t := range Targets {
		all = append(all, t.Credentials.check(string(t.OS))...)
		all = append(all, t.TCPInfo.check(string(t.OS))...)
	}
	return all
}

func checkConstants(table string, constants []Constant) []string {
	var all []string
	seen := map[string]bool{}
	for _, c := range constants {
		m := mistakes{about: table + " constant " + c.Field}
		m.when(!exported(c.Field), "%q is not an exported Go name", c.Field)
		m.when(seen[c.Field], "is listed twice")
		m.when(c.Const == "", "has no Const")
		seen[c.Field] = true
		all = append(all, m.list...)
	}
	return all
}

// checkControl looks at the control messages of one family. On a system, a
// type that is received must mean one thing.
func checkControl(family string, messages []ControlMessage, targets []Target) []string {
	var all []string
	for _, c := range messages {
		m := mistakes{about: family + " control message " + c.Const}
		m.when(c.Level == "" || c.Const == "", "has no Level or no Const")
		m.when(!among(Controls, c.Carries), "there is no layout %q", c.Carries)
		m.when(!c.Received && !c.Sent, "is neither received nor sent")
		m.when(c.Ref == "", "has no Ref")
		m.when(c.On != nil && len(c.On) == len(targets), "On lists every system, for which it should be nil")
		for _, os := range c.On {
			m.when(!isTarget(targets, os), "On: %q is no target", os)
		}
		all = append(all, m.list...)
	}
	for _, t := range targets {
		means := map[Name]bool{}
		for _, c := range messages {
			if !c.Received || c.On != nil && !among(c.On, t.OS) {
				continue
			}
			if means[c.Name] {
				all = append(all, fmt.Sprintf("%s control message %s: means two things on %s", family, c.Const, t.OS))
			}
			means[c.Name] = true
		}
	}
	return all
}

func (c Credentials) check(os string) []string {
	m := mistakes{about: "credentials on " + os}
	m.when(c.Option.Level == "" || c.Option.Const == "", "have no Option")
	m.when(c.Struct == "" || c.UID == "" || c.GID == "", "have no Struct, UID or GID")
	ways := 0
	for _, way := range []bool{c.PID != "", c.PIDIsLast, c.PIDOption != Name{}} {
		if way {
			ways++
		}
	}
	m.when(ways > 1, "tell the process in %d ways", ways)
	m.when(c.Why == "" || c.Ref == "", "lack Why or Ref")
	return m.list
}

func (i TCPInfo) check(os string) []string {
	m := mistakes{about: "TCP info on " + os}
	m.when(i.Option.Level == "" || i.Option.Const == "", "has no Option")
	m.when(len(i.States) == 0, "has no States")
	m.when(i.Why == "" || i.Ref == "", "lacks Why or Ref")
	for n, state := range i.States {
		m.when(state != "" && !among(TCPStates, state), "state %d: there is no %q", n, state)
	}
	seen := map[string]bool{}
	for _, f := range i.Fields {
		m.when(!among(TCPFields, f.Name), "there is no field %q", f.Name)
		m.when(seen[f.Name], "%s is listed twice", f.Name)
		m.when(i.Struct != "" && (f.From == "" || f.Size != 0), "%s must say where in %s it is, and nothing more", f.Name, i.Struct)
		m.when(i.Struct == "" && (f.From != "" || f.Size != 1 && f.Size != 4 && f.Size != 8), "%s must be 1, 4 or 8 bytes at some place", f.Name)
		m.when(!among([]TCPUnit{Itself, Microseconds, Milliseconds, Segments}, f.Unit), "%s: there is no unit %q", f.Name, f.Unit)
		seen[f.Name] = true
		for _, other := range i.Fields {
			overlap := i.Struct == "" && f.At < other.At && other.At < f.At+f.Size
			m.when(overlap || f != other && i.Struct == "" && f.At == other.At, "%s and %s overlap", f.Name, other.Name)
		}
	}
	m.when(!seen["State"], "does not tell the State")
	m.when(!seen["SendMSS"], "does not tell SendMSS, which Segments need")
	return m.list
}
