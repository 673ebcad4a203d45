package platform

import (
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The tests' systems: one that tells in one message what another tells in two,
// with lengths of eight bytes and of four.
var (
	wideControl = &ControlLayout{Align: 8, LenSize: 8, Level: 1, Rights: 1, Fields: []ControlField{
		{Level: 0, Type: 8, Carries: PacketInfo4, Family: Inet4, Received: true, Sent: true},
		{Level: 0, Type: 2, Carries: HopsInt, Family: Inet4, Received: true, Sent: true},
		{Level: 0, Type: 1, Carries: ClassByte, Family: Inet4, Received: true, Sent: true},
		{Level: 41, Type: 50, Carries: PacketInfo6, Family: Inet6, Received: true, Sent: true},
		{Level: 41, Type: 52, Carries: HopsInt, Family: Inet6, Received: true, Sent: true},
		{Level: 41, Type: 67, Carries: ClassInt, Family: Inet6, Received: true, Sent: true},
		{Level: 17, Type: 103, Carries: SizeShort, Received: true, Sent: true},
		{Level: 1, Type: 35, Carries: Nanos, Received: true},
		{Level: 1, Type: 40, Carries: Drops, Received: true},
	}}
	narrowControl = &ControlLayout{Align: 4, LenSize: 4, Level: 1, Rights: 1, Fields: []ControlField{
		{Level: 0, Type: 7, Carries: Address4, Family: Inet4, Received: true, Sent: true},
		{Level: 0, Type: 20, Carries: Link, Family: Inet4, Received: true},
		{Level: 0, Type: 65, Carries: HopsByte, Family: Inet4, Received: true},
		{Level: 0, Type: 3, Carries: ClassByte, Family: Inet4, Sent: true},
		{Level: 0, Type: 68, Carries: ClassByte, Family: Inet4, Received: true},
		{Level: 1, Type: 2, Carries: MicrosInt, Received: true},
	}}
)

var (
	local4 = Addr{Family: Inet4, IP: [16]byte{192, 0, 2, 1}}
	local6 = Addr{Family: Inet6, IP: [16]byte{0x20, 1, 15: 9}}
)

func TestD22Append(t *testing.T) {
	littleEndian(t)
	type built struct{ Control, Missing string }
	for _, tt := range []struct {
		name   string
		layout *ControlLayout
		family Family
		m      Meta
		want   built
	}{
		{"nothing", wideControl, Inet4, Meta{}, built{}},
		{"D22 source", wideControl, Inet4, Meta{Local: local4},
			built{Control: "1c000000000000000000000008000000" + "00000000c000020100000000" + "00000000"}},
		{"D22 source alone", narrowControl, Inet4, Meta{Local: local4},
			built{Control: "100000000000000007000000" + "c0000201"}},
		{"D24 class of a byte", narrowControl, Inet4, Meta{Class: 0x28},
			built{Control: "0d0000000000000003000000" + "28" + "000000"}},
		{"D24 class of an int", wideControl, Inet6, Meta{Class: 0x28},
			built{Control: "14000000000000002900000043000000" + "28000000" + "00000000"}},
		{"hops", wideControl, Inet6, Meta{Hops: 33},
			built{Control: "14000000000000002900000034000000" + "21000000" + "00000000"}},
		{"no interface here", narrowControl, Inet4, Meta{Local: local4, IfIndex: 3},
			built{Control: "100000000000000007000000" + "c0000201", Missing: "IfIndex"}},
		{"no hops here", narrowControl, Inet4, Meta{Hops: 3}, built{Missing: "TTL"}},
		{"nothing for the family", narrowControl, Inet6, Meta{Local: local6}, built{Missing: "Src"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, missing := tt.layout.Append(nil, tt.m, tt.family)
			if diff := cmp.Diff(tt.want, built{hex.EncodeToString(b), missing}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestD23Parse reads what was built, or what a system would have.
func TestD23Parse(t *testing.T) {
	both := func(m Meta, family Family) []byte {
		b, _ := wideControl.Append(nil, m, family)
		return b
	}
	full := Meta{Local: local6, IfIndex: 7, Hops: 33, Class: 0x28}
	scoped := full
	scoped.Local.Scope = 7
	for _, tt := range []struct {
		name    string
		layout  *ControlLayout
		control []byte
		want    Meta
	}{
		{"nothing", wideControl, nil, Meta{}},
		{"IPv6", wideControl, both(full, Inet6), scoped},
		{"IPv4", wideControl, both(Meta{IfIndex: 7, Hops: 33, Class: 0x28}, Inet4),
			Meta{Local: Addr{Family: Inet4}, IfIndex: 7, Hops: 33, Class: 0x28}},
		{"cut off", wideControl, both(full, Inet6)[:40], scopedOnly(scoped)},
		{"address, interface and byte", narrowControl, unhex(t, "100000000000000007000000c0000201"+
			"200000000000000014000000"+"1412030000000000000000000000000000000000"+
			"0d0000000000000041000000"+"21000000"), Meta{Local: local4, IfIndex: 3, Hops: 33}},
		{"dropped", wideControl, unhex(t, "14000000000000000100000028000000"+"ffffffff"), Meta{Dropped: 1<<32 - 1}},
		{"dropped, too short", wideControl, unhex(t, "12000000000000000100000028000000"+"ffff"), Meta{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.layout.Parse(tt.control)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func scopedOnly(m Meta) Meta { return Meta{Local: m.Local, IfIndex: m.IfIndex} }

// littleEndian is for tests that have bytes as a machine of that kind lays
// them out. The tests of net see on others that sockets understand them.
func littleEndian(t *testing.T) {
	t.Helper()
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the bytes are those of a little-endian machine")
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	littleEndian(t)
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzControl holds that no control data makes the parsers panic, and that
// what a system can send is read back as it was.
func FuzzControl(f *testing.F) {
	b, _ := wideControl.Append(nil, Meta{Local: local4, IfIndex: 7, Hops: 33, Class: 0x28, Segment: 1200}, Inet4)
	f.Add(append(b, 24, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 35, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8), uint32(1), uint8(2), uint8(3))
	f.Add(b, uint32(7), uint8(33), uint8(0x28))
	f.Add([]byte{16, 0, 0, 0}, uint32(0), uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, control []byte, index uint32, hops, class uint8) {
		for _, l := range []*ControlLayout{wideControl, narrowControl} {
			l.Parse(control)
			l.EachRight(control, func(int) error { return nil })
		}
		want := Meta{Local: local6, IfIndex: index, Hops: int(hops), Class: int(class)}
		b, missing := wideControl.Append(nil, want, Inet6)
		want.Local.Scope = index
		if diff := cmp.Diff(want, wideControl.Parse(b)); diff != "" || missing != "" {
			t.Errorf("missing %q (-want +got):\n%s", missing, diff)
		}
	})
}
