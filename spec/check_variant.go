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
	m.when(v.Why == "", "has no Why")
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
	m.when(v.Wire > CString, "has no Wire")
	if v.Wire != 0 && v.Wire <= CString {
		m.when(v.Wire == o.Wire, "Wire repeats %s", v.Wire)
		m.when(o.Test.Set != nil && o.Wire.takes(o.Test.Set) && !v.Wire.takes(o.Test.Set), "Wire %s has another Go type than %s", v.Wire, o.Wire.name())
	}
}
