package spec

import (
	"errors"
	"fmt"
	"time"
)

// Check returns every mistake of the spec at once, joined, or nil. What only
// the sources of x/sys can tell, whether a name exists, the generator checks.
func Check() error {
	all := append(checkOptions(Options), checkCalls()...)
	all = append(all, checkLayouts()...)
	return joined(append(all, checkQuirks(Quirks, Targets)...))
}

func joined(mistakes []string) error {
	var errs []error
	for _, m := range mistakes {
		errs = append(errs, errors.New(m))
	}
	return errors.Join(errs...)
}

// mistakes collects messages about one thing, which stands before each.
type mistakes struct {
	about string
	list  []string
}

func (m *mistakes) when(wrong bool, format string, args ...any) {
	if wrong {
		m.list = append(m.list, m.about+": "+fmt.Sprintf(format, args...))
	}
}

func checkOptions(groups []Group) []string {
	var all []string
	seen := map[string]bool{}
	n := 0
	for _, g := range groups {
		for i := range g.Options {
			o := &g.Options[i]
			m := mistakes{about: "option " + o.Name}
			if o.Name == "" {
				m.about = fmt.Sprintf("option number %d", n)
			}
			m.when(o.Name == "", "has no Name")
			for _, name := range identifiers(o) {
				m.when(!exported(name), "%q is not an exported Go name", name)
				m.when(seen[name], "the name %s is taken", name)
				seen[name] = true
			}
			o.check(&m)
			all = append(all, m.list...)
			n++
		}
	}
	return all
}

// identifiers lists the Go names that o asks for, each once.
func identifiers(o *Option) []string {
	var names []string
	if o.Name != "" {
		names = append(names, o.Name)
	}
	if o.Ident != "" {
		names = append(names, o.Ident)
	}
	return names
}

func exported(name string) bool {
	for i, c := range name {
		upper, lower, digit := 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9'
		if i == 0 && !upper || !upper && !lower && !digit {
			return false
		}
	}
	return name != ""
}

func (o *Option) check(m *mistakes) {
	m.when(o.Doc == "", "has no Doc")
	m.when(o.Get == "" && !o.ReadOnly, "has no Get")
	m.when(o.Get != "" && o.ReadOnly, "is only read: Doc says it all, Get is not used")
	m.when(o.Level == "", "has no Level")
	m.when(o.Const == "", "has no Const")
	m.when(o.Ref == "", "has no Ref")
	m.when(!o.Wire.known(), "has no Wire")
	m.when(o.Reads > NoECN, "Reads is no Relation")
	m.when(o.Family != AnyFamily && o.Family != Inet4 && o.Family != Inet6, "there is no family %q", o.Family)
	m.when(o.Effective && o.Wire != CInt, "Effective needs Wire CInt")
	m.when(o.WriteOnly && o.ReadOnly, "is neither read nor set")
	m.when(o.WriteOnly && (o.Effective || o.Inherited || o.Reads != Same || o.Test.Default != nil), "is only set, and yet read")
	o.checkV6(m)
	o.checkTypes(m)
	o.checkRange(m)
	o.checkTest(m)
	o.checkPer(m)
}

func (o *Option) checkV6(m *mistakes) {
	m.when((o.V6.Level == "") != (o.V6.Const == ""), "V6 needs both Level and Const")
	m.when(o.V6 != Name{} && o.Family != AnyFamily, "V6 is never used with Family %s", o.Family)
}

func (o *Option) checkTypes(m *mistakes) {
	m.when(len(o.On) == 0, "On names no type")
	on := map[Type]bool{}
	for _, t := range o.On {
		m.when(!among(Types, t), "On: there is no type %q", t)
		m.when(on[t], "On names %s twice", t)
		unix := t == UnixStream || t == UnixListener || t == UnixDatagram
		m.when(unix && o.Level != "SOL_SOCKET" && o.Level != "", "On: level %s means other things to %s (B36)", o.Level, t)
		on[t] = true
	}
	for _, t := range o.SetOn {
		m.when(!on[t], "SetOn: %s is not in On", t)
	}
	m.when(len(o.SetOn) > 0 && len(o.SetOn) >= len(o.On), "SetOn is no fewer than On")
	m.when(len(o.SetOn) > 0 && o.ReadOnly, "SetOn: the option is only read")
	m.when(o.Inherited && !on[TCPListener] && !on[UnixListener], "Inherited, but on no listener")
	m.when(o.Inherited && o.ReadOnly, "Inherited, but only read")
}

func (o *Option) checkRange(m *mistakes) {
	r := o.Range
	switch {
	case o.Wire == CBool || o.ReadOnly:
		m.when(r != Range{}, "Range is never used")
	case r == Range{}:
		m.when(true, "has no Range")
	case r.Min > r.Max:
		m.when(true, "Range %d to %d is empty", r.Min, r.Max)
	case o.Wire == CString || o.Wire == CFilter:
		m.when(r.Min < 0 || r.Max > 64, "Range %d to %d is not within 0 to 64 bytes", r.Min, r.Max)
	case o.Wire == CUint32:
		m.when(r.Min < 0 || r.Max > 1<<32-1, "Range %d to %d does not fit a uint32_t", r.Min, r.Max)
	case o.Wire == CUint64 || o.Wire == CMTUInfo || o.Wire == CSockaddr:
		m.when(true, "a %s is only read", o.Wire)
	case o.Wire == CInt:
		m.when(r.Min < -1<<31 || r.Max > 1<<31-1, "Range %d to %d does not fit a C int", r.Min, r.Max)
	default:
		m.when(r.Min < 0 || r.Max > 1<<31-1, "Range %d to %d is not a time that fits a C int", r.Min, r.Max)
	}
}

func (o *Option) checkTest(m *mistakes) {
	t := o.Test
	if o.ReadOnly {
		m.when(t.Set != nil, "Test.Set: the option is only read")
	} else {
		m.when(t.Set == nil, "has no Test.Set")
		m.when(o.Wire.takes(t.Set) && t.Set == t.Default, "Test.Set is the default")
	}
	if t.Set != nil {
		ok := o.Wire.takes(t.Set)
		m.when(!ok, "Test.Set: a %T is no value of %s", t.Set, o.Wire.name())
		m.when(ok && !o.ReadOnly && !o.inRange(t.Set), "Test.Set: %v is out of Range", t.Set)
	}
	m.when(t.Default != nil && !o.Wire.takes(t.Default), "Test.Default: a %T is no value of %s", t.Default, o.Wire.name())
}

// takes reports whether v has the Go type of w.
func (w Wire) takes(v any) bool { return v != nil && w.GoType() == fmt.Sprintf("%T", v) }

// GoType names the Go type of w's values.
func (w Wire) GoType() string {
	switch w {
	case CBool:
		return "bool"
	case CInt, CMTUInfo:
		return "int"
	case CUint32:
		return "uint32"
	case CUint64:
		return "uint64"
	case CSeconds, CMillis, CMicros, CLinger:
		return "time.Duration"
	case CString, CFilter:
		return "string"
	case CSockaddr:
		return "netip.AddrPort"
	}
	return ""
}

func (w Wire) known() bool { return w >= CBool && w <= CSockaddr }

func (w Wire) name() string {
	if !w.known() {
		return "no Wire"
	}
	return w.String()
}

func (o *Option) inRange(v any) bool {
	var n int64
	switch v := v.(type) {
	case bool:
		return true
	case int:
		n = int64(v)
	case uint32:
		n = int64(v)
	case string:
		n = int64(len(v))
	case time.Duration:
		if o.Wire == CLinger && v < 0 {
			return true
		}
		n = int64(v / o.Wire.Unit())
	}
	return o.Range.Min <= n && n <= o.Range.Max
}

// Unit is what one of w's units lasts, of wires whose values are durations.
func (w Wire) Unit() time.Duration {
	switch w {
	case CMillis:
		return time.Millisecond
	case CMicros:
		return time.Microsecond
	}
	return time.Second
}

func among[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
