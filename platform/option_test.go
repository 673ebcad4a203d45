package platform

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPack(t *testing.T) {
	got := []Value{Pack(true), Pack(false), Pack(-7), Pack(3 * time.Second), Pack("cubic"), Pack(uint32(1<<32 - 1)), Pack(uint64(1<<64 - 1))}
	want := []Value{{Int: 1}, {}, {Int: -7}, {Int: 3e9}, {Str: "cubic"}, {Int: 1<<32 - 1}, {Int: -1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	back := []any{Unpack[bool](got[0]), Unpack[bool](got[1]), Unpack[int](got[2]), Unpack[time.Duration](got[3]), Unpack[string](got[4]), Unpack[uint32](got[5]), Unpack[uint64](got[6])}
	if diff := cmp.Diff([]any{true, false, -7, 3 * time.Second, "cubic", uint32(1<<32 - 1), uint64(1<<64 - 1)}, back); diff != "" {
		t.Errorf("and back (-want +got):\n%s", diff)
	}
}

func TestPackAddress(t *testing.T) {
	for _, a := range []netip.AddrPort{{}, netip.MustParseAddrPort("192.0.2.1:80"), netip.MustParseAddrPort("[2001:db8::1]:443")} {
		if got := Unpack[netip.AddrPort](Pack(a)); got != a {
			t.Errorf("%v came back as %v", a, got)
		}
	}
	if got := Unpack[netip.AddrPort](Value{}); got.IsValid() {
		t.Errorf("no address is %v", got)
	}
}

func TestOption(t *testing.T) {
	if diff := cmp.Diff("Linger", Linger.String()); diff != "" {
		t.Errorf("name (-want +got):\n%s", diff)
	}
	set := Linger.To(5 * time.Second)
	if set.Info != Linger.Info() || set.Value != (Value{Int: 5e9}) {
		t.Errorf("setting %+v", set)
	}
	if same := map[Option[time.Duration]]bool{Linger: true}; !same[Linger] || same[KeepAliveIdle] {
		t.Error("options are no keys of a map")
	}
}

// TestAllOptions holds the generated list to what the code rests on.
func TestAllOptions(t *testing.T) {
	seen := map[string]bool{}
	for id, i := range AllOptions {
		if int(i.ID) != id {
			t.Errorf("%s has ID %d in place %d", i.Name, i.ID, id)
		}
		if seen[i.Name] {
			t.Errorf("%s occurs twice", i.Name)
		}
		seen[i.Name] = true
		if i.SetOn&^i.On != 0 || i.ReadOnly != (i.SetOn == 0) {
			t.Errorf("%s: SetOn %b of On %b, ReadOnly %t", i.Name, i.SetOn, i.On, i.ReadOnly)
		}
		if i.ReadOnly && i.WriteOnly {
			t.Errorf("%s is neither read nor set", i.Name)
		}
		if err := i.Check(i.Sample); !i.ReadOnly && err != nil {
			t.Errorf("%s: the sample: %v", i.Name, err)
		}
	}
}

func TestRow(t *testing.T) {
	table := make([]OptionRow, len(AllOptions))
	if row := NoDelay.Info().Row(table); row != &table[NoDelay.Info().ID] {
		t.Error("the row is not the option's own")
	}
	for _, i := range AllOptions {
		if row := i.Row(Unimplemented{}.Traits().Options); row.Absent == "" {
			t.Errorf("%s is not absent where there is no backend", i.Name)
		}
	}
	custom := CustomOption[int]("SO_MARK", 1, 36, CInt, Range{0, math.MaxInt64})
	want := OptionRow{Const: "SO_MARK", Level: 1, Name: 36, Wire: CInt}
	if diff := cmp.Diff(want, *custom.Info().Row(table)); diff != "" {
		t.Errorf("custom row (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Range{0, math.MaxInt32}, custom.Info().Range); diff != "" {
		t.Errorf("custom range (-want +got):\n%s", diff)
	}
}

func TestCustomOptionType(t *testing.T) {
	tests := []struct {
		name string
		make func()
		want string
	}{
		{"bool", func() { CustomOption[bool]("A", 0, 0, CBool, Range{}) }, "<nil>"},
		{"int", func() { CustomOption[int]("A", 0, 0, CInt, Range{}) }, "<nil>"},
		{"seconds", func() { CustomOption[time.Duration]("A", 0, 0, CSeconds, Range{}) }, "<nil>"},
		{"linger", func() { CustomOption[time.Duration]("A", 0, 0, CLinger, Range{}) }, "<nil>"},
		{"string", func() { CustomOption[string]("A", 0, 0, CString, Range{}) }, "<nil>"},
		{"bool as a number", func() { CustomOption[bool]("A", 0, 0, CInt, Range{}) }, "option A: bool is not the Go type of its wire"},
		{"seconds as a number", func() { CustomOption[int]("A", 0, 0, CSeconds, Range{}) }, "option A: int is not the Go type of its wire"},
		{"uint32", func() { CustomOption[uint32]("A", 0, 0, CUint32, Range{}) }, "<nil>"},
		{"uint64", func() { CustomOption[uint64]("A", 0, 0, CUint64, Range{}) }, "<nil>"},
		{"address", func() { CustomOption[netip.AddrPort]("A", 0, 0, CSockaddr, Range{}) }, "<nil>"},
		{"uint32 as a C int", func() { CustomOption[uint32]("A", 0, 0, CInt, Range{}) }, "option A: uint32 is not the Go type of its wire"},
		{"no wire", func() { CustomOption[string]("A", 0, 0, 0, Range{}) }, "option A: string is not the Go type of its wire"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if diff := cmp.Diff(tt.want, fmt.Sprint(recover())); diff != "" {
					t.Errorf("panic (-want +got):\n%s", diff)
				}
			}()
			tt.make()
		})
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"range", &RangeError{"TTL", "256", "1", "255"}, "option TTL: 256 is out of range 1 to 255"},
		{"unsupported", &UnsupportedError{Option: "QuickAck"}, "QuickAck is not supported"},
		{"unsupported here", &UnsupportedError{Option: "QuickAck", OS: "plan9", Why: "nobody asked"}, "QuickAck is not supported on plan9: nobody asked"},
		{"unsupported by the socket", &UnsupportedError{Option: "V6Only", Why: "only IPv6 sockets have it"}, "V6Only is not supported: only IPv6 sockets have it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.err.Error()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
	if !errors.Is(&UnsupportedError{}, errors.ErrUnsupported) {
		t.Error("UnsupportedError does not match ErrUnsupported")
	}
}
