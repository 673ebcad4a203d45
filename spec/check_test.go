package spec

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	if err := Check(); err != nil {
		t.Error(err)
	}
}

// good is an option without a mistake, for each test to spoil.
func good() Option {
	return Option{
		Name: "Pace", Doc: "sets the pace", Get: "the pace", Unit: "bytes",
		Level: "IPPROTO_TCP", Const: "TCP_PACE", Wire: CInt, Range: Range{1, 9},
		On:   []Type{TCPSocket, TCPListener},
		Test: Test{Set: 5, Default: 1},
		Ref:  "tcp(7)",
	}
}

func TestCheckOptions(t *testing.T) {
	because := func(v Variant) Per[Variant] {
		v.Why, v.Ref = "it is odd", "tcp(4)"
		return Per[Variant]{Darwin: v}
	}
	tests := []struct {
		name  string
		spoil func(*Option)
		want  []string
	}{
		{"good", func(o *Option) {}, nil},
		{"empty", func(o *Option) { *o = Option{} }, []string{
			"option number 0: has no Name",
			"option number 0: has no Doc",
			"option number 0: has no Get",
			"option number 0: has no Level",
			"option number 0: has no Const",
			"option number 0: has no Ref",
			"option number 0: has no Wire",
			"option number 0: On names no type",
			"option number 0: has no Range",
			"option number 0: has no Test.Set",
		}},
		{"lower-case name", func(o *Option) { o.Name = "pace" }, []string{`option pace: "pace" is not an exported Go name`}},
		{"spaced identifier", func(o *Option) { o.Ident = "The Pace" }, []string{`option Pace: "The Pace" is not an exported Go name`}},
		{"identifier repeats the name", func(o *Option) { o.Ident = "Pace" }, []string{"option Pace: the name Pace is taken"}},
		{"no Get", func(o *Option) { o.Get = "" }, []string{"option Pace: has no Get"}},
		{"unknown relation and family", func(o *Option) { o.Reads, o.Family = 99, "Inet5" }, []string{
			"option Pace: Reads is no Relation",
			`option Pace: there is no family "Inet5"`,
		}},
		{"half a V6 name", func(o *Option) { o.V6.Const = "IPV6_PACE" }, []string{"option Pace: V6 needs both Level and Const"}},
		{"V6 name of one family", func(o *Option) { o.V6, o.Family = Name{"A", "B"}, Inet6 }, []string{"option Pace: V6 is never used with Family Inet6"}},
		{"effective bool", func(o *Option) {
			o.Wire, o.Range, o.Test, o.Effective = CBool, Range{}, Test{Set: true}, true
		}, []string{"option Pace: Effective needs Wire CInt"}},

		{"unknown type", func(o *Option) { o.On = []Type{"SCTPSocket"} }, []string{`option Pace: On: there is no type "SCTPSocket"`}},
		{"type twice", func(o *Option) { o.On = []Type{TCPSocket, TCPSocket} }, []string{"option Pace: On names TCPSocket twice"}},
		{"wrong level for a Unix type", func(o *Option) { o.On = []Type{TCPSocket, UnixStream} }, []string{"option Pace: On: level IPPROTO_TCP means other things to UnixStream (B36)"}},
		{"setter without the option", func(o *Option) { o.SetOn = []Type{UDPSocket} }, []string{"option Pace: SetOn: UDPSocket is not in On"}},
		{"setter on all", func(o *Option) { o.SetOn = o.On }, []string{"option Pace: SetOn is no fewer than On"}},
		{"inherited from nobody", func(o *Option) { o.Inherited, o.On = true, []Type{TCPSocket} }, []string{"option Pace: Inherited, but on no listener"}},

		{"read only, with much to set", func(o *Option) { o.ReadOnly, o.Inherited, o.SetOn = true, true, []Type{TCPSocket} }, []string{
			"option Pace: is only read: Doc says it all, Get is not used",
			"option Pace: SetOn: the option is only read",
			"option Pace: Inherited, but only read",
			"option Pace: Range is never used",
			"option Pace: Test.Set: the option is only read",
		}},

		{"empty range", func(o *Option) { o.Range = Range{9, 1} }, []string{
			"option Pace: Range 9 to 1 is empty",
			"option Pace: Test.Set: 5 is out of Range",
		}},
		{"range beyond an int", func(o *Option) { o.Range.Max = 1 << 31 }, []string{"option Pace: Range 1 to 2147483648 does not fit a C int"}},
		{"range of a bool", func(o *Option) { o.Wire, o.Test = CBool, Test{Set: true} }, []string{"option Pace: Range is never used"}},
		{"negative time", func(o *Option) {
			o.Wire, o.Range, o.Test = CSeconds, Range{-1, 9}, Test{Set: 5 * time.Second}
		}, []string{"option Pace: Range -1 to 9 is not a time that fits a C int"}},
		{"long string", func(o *Option) { o.Wire, o.Range, o.Test = CString, Range{1, 65}, Test{Set: "cubic"} }, []string{
			"option Pace: Range 1 to 65 is not within 0 to 64 bytes",
		}},

		{"no test", func(o *Option) { o.Test = Test{} }, []string{"option Pace: has no Test.Set"}},
		{"test of the default", func(o *Option) { o.Test = Test{Set: 5, Default: 5} }, []string{"option Pace: Test.Set is the default"}},
		{"test out of range", func(o *Option) { o.Test.Set = 10 }, []string{"option Pace: Test.Set: 10 is out of Range"}},
		{"test in milliseconds out of range", func(o *Option) { o.Wire, o.Test = CMillis, Test{Set: time.Second} }, []string{
			"option Pace: Test.Set: 1s is out of Range",
		}},
		{"test of another type", func(o *Option) { o.Test = Test{Set: 5 * time.Second, Default: "no"} }, []string{
			"option Pace: Test.Set: a time.Duration is no value of CInt",
			"option Pace: Test.Default: a string is no value of CInt",
		}},

		{"unknown system", func(o *Option) { o.Per = Per[Variant]{"plan9": {Absent: "no", Ref: "tcp(3)"}} }, []string{
			"option Pace: Per: 1 of its systems have no Target",
		}},
		{"override without evidence", func(o *Option) { o.Per = Per[Variant]{Darwin: {Const: "TCP_SPEED"}} }, []string{
			"option Pace, darwin: has no Why",
			"option Pace, darwin: has no Ref",
		}},
		{"absent without evidence", func(o *Option) { o.Per = Per[Variant]{FreeBSD: {Absent: "nobody asked"}} }, []string{
			"option Pace, freebsd: Absent has no Ref",
		}},
		{"absent with a constant", func(o *Option) { o.Per = because(Variant{Absent: "nobody asked", Const: "TCP_SPEED"}) }, []string{
			"option Pace, darwin: Absent is itself the reason: Why is not used",
			"option Pace, darwin: Absent, and yet described",
		}},
		{"absent everywhere", func(o *Option) {
			none := Variant{Absent: "nobody asked", Ref: "tcp(4)"}
			o.Per = Per[Variant]{Linux: none, Darwin: none, FreeBSD: none}
		}, []string{"option Pace: is Absent everywhere"}},
		{"override that repeats", func(o *Option) {
			o.Per = because(Variant{Level: "IPPROTO_TCP", Const: "TCP_PACE", Wire: CInt})
		}, []string{
			"option Pace, darwin: Level repeats IPPROTO_TCP",
			"option Pace, darwin: Const repeats TCP_PACE",
			"option Pace, darwin: Wire repeats CInt",
		}},
		{"override of another Go type", func(o *Option) { o.Per = because(Variant{Wire: CSeconds}) }, []string{
			"option Pace, darwin: Wire CSeconds has another Go type than CInt",
		}},
		{"override with unknown words", func(o *Option) { o.Per = because(Variant{Wire: 99, Reads: 99}) }, []string{
			"option Pace, darwin: Reads is no Relation",
			"option Pace, darwin: has no Wire",
		}},
		{"rules without their ground", func(o *Option) {
			o.Wire, o.Range, o.Test = CBool, Range{}, Test{Set: true}
			o.Per = because(Variant{V6: Name{Level: "IPPROTO_IPV6"}, Reapply: true, Clamps: true, Unset: 1, Exists: "why not"})
		}, []string{
			"option Pace, darwin: Exists needs Absent",
			"option Pace, darwin: V6 needs both Level and Const",
			"option Pace, darwin: Reapply, but the option is not Inherited",
			"option Pace, darwin: Clamps needs Wire CInt",
			"option Pace, darwin: Unset: 1 is out of Range",
		}},
		{"only set, and yet read", func(o *Option) { o.WriteOnly = true }, []string{"option Pace: is only set, and yet read"}},
		{"neither", func(o *Option) {
			o.ReadOnly, o.WriteOnly, o.Get, o.Range, o.Test = true, true, "", Range{}, Test{}
		}, []string{"option Pace: is neither read nor set"}},
		{"range of a uint32", func(o *Option) {
			o.Wire, o.Range, o.Test = CUint32, Range{-1, 1 << 32}, Test{Set: uint32(5)}
		}, []string{"option Pace: Range -1 to 4294967296 does not fit a uint32_t"}},
		{"setting what is only read", func(o *Option) { o.Wire, o.Test = CSockaddr, Test{} }, []string{
			"option Pace: a CSockaddr is only read", "option Pace: has no Test.Set"}},
		{"override of one family", func(o *Option) { o.V6 = Name{"A", "B"}; o.Per = because(Variant{Family: Inet4}) }, nil},
		{"override of no family", func(o *Option) { o.Per = because(Variant{Family: "Inet5"}) }, []string{
			`option Pace, darwin: there is no family "Inet5"`}},
		{"override of a family twice", func(o *Option) { o.Family = Inet6; o.Per = because(Variant{Family: Inet6}) }, []string{
			"option Pace, darwin: Family narrows what has one already"}},
		{"numbers of no bool", func(o *Option) { o.Per = because(Variant{Off: "A", On: "B"}) }, []string{
			"option Pace, darwin: On and Off need Wire CBool"}},
		{"half the numbers", func(o *Option) {
			o.Wire, o.Range, o.Test = CBool, Range{}, Test{Set: true}
			o.Per = because(Variant{Off: "A"})
		}, []string{"option Pace, darwin: Off needs On"}},
		{"test of one system", func(o *Option) { o.Per = because(Variant{Set: 10}) }, []string{
			"option Pace, darwin: Set: 10 is no value of the option"}},
		{"need for a reason", func(o *Option) { o.Per = Per[Variant]{Darwin: {Needs: "root", Ref: "tcp(4)"}} }, nil},
		{"both of one name", func(o *Option) { o.Per = because(Variant{Both: true}) }, []string{"option Pace, darwin: Both needs a V6 name"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := good()
			tt.spoil(&o)
			got := checkOptions([]Group{{"Test", []Option{o}}})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckOptionsTogether(t *testing.T) {
	first, second := good(), good()
	second.Doc = ""
	got := checkOptions([]Group{{"One", []Option{first}}, {"Two", []Option{second}}})
	want := []string{
		"option Pace: the name Pace is taken",
		"option Pace: has no Doc",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
