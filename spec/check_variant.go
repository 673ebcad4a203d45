package spec

import "fmt"

// checkPer goes through the systems in their own order, so that messages do
// not depend on a map's.
func (o *Option) checkPer(m *mistakes) {
	about, absent, known := m.about, 0, 0
	for _, t := range Targets {
		v, ok := o.Per[t.OS]
		if !ok {
			continue
		}
		known++
		m.about = fmt.Sprintf("%s, %s", about, t.OS)
		if v.Absent != "" {
			absent++
			v.checkAbsent(m)
		} else {
			o.checkVariant(m, v)
		}
	}
	m.about = about
	m.when(absent == len(Targets), "is Absent everywhere")
	m.when(known < len(o.Per), "Per: %d of its systems have no Target", len(o.Per)-known)
}

func (v Variant) checkAbsent(m *mistakes) {
	m.when(v.Ref == "", "Absent has no Ref")
	m.when(v.Why != "", "Absent is itself the reason: Why is not used")
	rest := v
	rest.Absent, rest.Exists, rest.Why, rest.Ref = "", "", "", ""
	m.when(rest != Variant{}, "Absent, and yet described")
}

func (o *Option) checkVariant(m *mistakes, v Variant) {
	m.when(v.Why == "" && v.Needs == "", "has no Why")
	m.when(v.Ref == "", "has no Ref")
	m.when(v.Exists != "", "Exists needs Absent")
	m.when(v.Level != "" && v.Level == o.Level, "Level repeats %s", v.Level)
	m.when(v.Const != "" && v.Const == o.Const, "Const repeats %s", v.Const)
	m.when((v.V6.Level == "") != (v.V6.Const == ""), "V6 needs both Level and Const")
	m.when(v.Both && o.V6 == Name{} && v.V6 == Name{}, "Both needs a V6 name")
	m.when(v.Reapply && !o.Inherited, "Reapply, but the option is not Inherited")
	m.when(v.Clamps && o.Wire != CInt, "Clamps needs Wire CInt")
	m.when(v.Unset != 0 && (v.Unset < o.Range.Min || v.Unset > o.Range.Max), "Unset: %d is out of Range", v.Unset)
	m.when(v.Reads > NoECN, "Reads is no Relation")
	m.when(v.Family != AnyFamily && v.Family != Inet4 && v.Family != Inet6, "there is no family %q", v.Family)
	m.when(v.Family != AnyFamily && (o.Family != AnyFamily || v.V6 != Name{}), "Family narrows what has one already")
	m.when(v.Off != "" && v.On == "", "Off needs On")
	m.when(v.On != "" && o.Wire != CBool, "On and Off need Wire CBool")
	m.when(v.Set != nil && (!o.Wire.takes(v.Set) || !o.inRange(v.Set)), "Set: %v is no value of the option", v.Set)
	m.when(v.Wire != 0 && !v.Wire.known(), "has no Wire")
	if v.Wire.known() {
		m.when(v.Wire == o.Wire, "Wire repeats %s", v.Wire)
		m.when(o.Wire.known() && o.Wire.GoType() != v.Wire.GoType(), "Wire %s has another Go type than %s", v.Wire, o.Wire)
	}
}
