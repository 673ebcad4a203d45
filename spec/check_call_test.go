package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goodCall is a call without a mistake, for each test to spoil.
func goodCall() Call {
	return Call{
		Name: "Nap", Doc: "rests", As: "nap",
		In:  []Param{{"fd", FD}, {"how", Int}},
		How: Trap{Do: Syscall{"nap", []Arg{{Of: "fd"}, {Of: "how"}}}},
	}
}

func TestCheckCalls(t *testing.T) {
	nap := []Function{{"nap", []Slot{{Name: "fd", Is: FDIn}, {Name: "how", Is: CInt32}, {Name: "zero", Is: Fixed}}, Never}}
	there := []Target{{OS: Linux}, {OS: Darwin}}
	for _, tt := range []struct {
		name  string
		spoil func(c *Call)
		want  []string
	}{
		{"good", func(*Call) {}, nil},
		{"no name", func(c *Call) { c.Name = "" }, []string{`call : "" is not an exported Go name`}},
		{"no doc", func(c *Call) { c.Doc = "" }, []string{"call Nap: has no Doc"}},
		{"no recipe", func(c *Call) { c.How = nil }, []string{"call Nap: has no How"}},
		{"reason without evidence", func(c *Call) { c.Why = "is odd" }, []string{"call Nap: has a Why without a Ref"}},
		{"unknown function", func(c *Call) { c.How = Trap{Do: Syscall{"doze", nil}} }, []string{"call Nap: there is no kernel function doze"}},
		{"too few arguments", func(c *Call) { c.How = Trap{Do: Syscall{"nap", []Arg{{Of: "fd"}}}} }, []string{
			"call Nap: nap takes 2 arguments, not 1", "call Nap: parameter how is not used by nap"}},
		{"unknown parameter", func(c *Call) { c.How = Trap{Do: Syscall{"nap", []Arg{{Of: "fd"}, {Of: "why"}}}} }, []string{
			"call Nap: why is neither parameter nor result", "call Nap: parameter how is not used by nap"}},
		{"outcome that is failure", func(c *Call) {
			c.How = Trap{Do: c.How.(Trap).Do, Outcomes: []Outcome{{"EINTR", Failure, "", ""}}}
		}, []string{"call Nap: outcome EINTR means what every error means", "call Nap: outcome EINTR lacks Why or Ref"}},
		{"atomic without flags", func(c *Call) { c.How = AtomicFlags{c.How.(Trap).Do} }, []string{
			"call Nap: is AtomicFlags without SOCK_NONBLOCK", "call Nap: is AtomicFlags without SOCK_CLOEXEC"}},
		{"marking without steps", func(c *Call) { c.How = ThenFcntl{Do: c.How.(Trap).Do} }, []string{
			"call Nap: a marking has no Name", "call Nap: marking  has no Doc", "call Nap: marking  has no steps"}},
		{"each of no call", func(c *Call) { c.How = Each{"Doze"} }, []string{"call Nap: there is no call Doze"}},
		{"peer of no call", func(c *Call) { c.How = Batch{Do: c.How.(Trap).Do, ToPeer: "Doze"} }, []string{"call Nap: there is no call Doze"}},
		{"ignored without reason", func(c *Call) {
			c.How = ThenFcntl{Do: c.How.(Trap).Do, Mark: Marking{"mark", "marks", []Step{SetOne{Ignore: "EINVAL"}}}}
		}, []string{"call Nap: marking mark ignores EINVAL without Why or Ref"}},
		{"override without reason", func(c *Call) { c.Per = Per[Instead]{Darwin: {How: c.How}} }, []string{
			"call Nap on darwin: has no Why", "call Nap on darwin: has no Ref"}},
		{"override of no target", func(c *Call) { c.Per = Per[Instead]{"plan9": {How: c.How, Why: "is odd", Ref: "nap(2)"}} }, []string{
			`call Nap: "plan9" is no target`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := goodCall()
			tt.spoil(&c)
			if diff := cmp.Diff(tt.want, checkContract(nap, nil, []Call{c}, there)); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		want := []string{"call Nap: the name is taken"}
		if diff := cmp.Diff(want, checkContract(nap, nil, []Call{goodCall(), goodCall()}, there)); diff != "" {
			t.Errorf("mistakes (-want +got):\n%s", diff)
		}
	})
	t.Run("function of some systems only", func(t *testing.T) {
		on := Per[[]Function]{Linux: nap}
		want := []string{"call Nap on darwin: there is no kernel function nap"}
		c := goodCall()
		c.Per = Per[Instead]{Darwin: {How: c.How, Why: "is odd", Ref: "nap(2)"}}
		if diff := cmp.Diff(want, checkContract(nil, on, []Call{c}, there)); diff != "" {
			t.Errorf("mistakes (-want +got):\n%s", diff)
		}
		c.Per[Darwin] = Instead{How: Absent{}, Why: "never rests", Ref: "nap(2)"}
		if diff := cmp.Diff([]string(nil), checkContract(nil, on, []Call{c}, there)); diff != "" {
			t.Errorf("mistakes (-want +got):\n%s", diff)
		}
	})
	t.Run("function that may or may not wait", func(t *testing.T) {
		want := []string{"kernel function nod: does not say when it waits"}
		if diff := cmp.Diff(want, checkContract([]Function{{Name: "nod"}}, nil, nil, there)); diff != "" {
			t.Errorf("mistakes (-want +got):\n%s", diff)
		}
	})
}

func TestCheckTargets(t *testing.T) {
	want := []string{
		"target beos: has no processors", "target beos: has no poller", "target beos: does not say how its kernel is called",
		"target beos: MaxWait lacks Why or Ref",
		"target beos: Credentials lack the option, the struct or a field", "target beos: Credentials lack Why or Ref", `target beos: "plan9" is no other target whose shape it could have`,
		`target beos: "beos" is no other target whose shape it could have`,
		"target beos: a fact lacks Why or Ref",
	}
	got := checkTargets([]Target{{OS: "beos", MaxWait: 1, Shapes: []OS{"plan9", "beos"}, CloseLingers: Fact{Is: true}}})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestCheckQuirks(t *testing.T) {
	want := []string{
		`quirk odd: "odd" is not an exported Go name`, "quirk odd: has no Doc", "quirk odd: has no Ref",
		"quirk odd: needs either error numbers or a list of systems",
		"quirk Odd: needs either error numbers or a list of systems",
		`quirk Odd: "plan9" is no target`, `quirk Odd: "beos" is no target`,
		"quirk Odd: the name is taken",
	}
	got := checkQuirks([]Quirk{
		{Name: "odd"},
		{Name: "Odd", Doc: "is odd", Ref: "odd(4)", Errno: Per[string]{"plan9": "EODD"}, On: []OS{"beos"}},
		{Name: "Odd", Doc: "is odd", Ref: "odd(4)", On: []OS{Linux}},
	}, []Target{{OS: Linux}})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
