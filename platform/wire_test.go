package platform

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func ints(values ...int32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.NativeEndian.AppendUint32(b, uint32(v))
	}
	return b
}

func TestWireEncode(t *testing.T) {
	tests := []struct {
		name  string
		wire  Wire
		value Value
		want  []byte
	}{
		{"false", CBool, Pack(false), ints(0)},
		{"true", CBool, Pack(true), ints(1)},
		{"number", CInt, Pack(65536), ints(65536)},
		{"negative number", CInt, Pack(-1), ints(-1)},
		{"seconds", CSeconds, Pack(5 * time.Second), ints(5)},
		{"part of a second rounds up", CSeconds, Pack(time.Nanosecond), ints(1)},
		{"seconds and a bit round up", CSeconds, Pack(5*time.Second + 1), ints(6)},
		{"milliseconds", CMillis, Pack(30 * time.Second), ints(30000)},
		{"part of a millisecond rounds up", CMillis, Pack(time.Millisecond + 1), ints(2)},
		{"linger", CLinger, Pack(5 * time.Second), ints(1, 5)},
		{"linger not at all", CLinger, Pack(time.Duration(0)), ints(1, 0)},
		{"linger a little", CLinger, Pack(time.Millisecond), ints(1, 1)},
		{"linger off", CLinger, Pack(-time.Nanosecond), ints(0, 0)},
		{"linger off for long", CLinger, Pack(time.Duration(math.MinInt64)), ints(0, 0)},
		{"string", CString, Pack("cubic"), []byte("cubic")},
		{"uint32_t", CUint32, Pack(uint32(1<<32 - 2)), ints(-2)},
		{"microseconds", CMicros, Pack(50 * time.Microsecond), ints(50)},
		{"part of a microsecond rounds up", CMicros, Pack(time.Nanosecond), ints(1)},
		{"accept filter", CFilter, Pack("dataready"), slices.Concat([]byte("dataready"), make([]byte, filterSize-9))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b OptionBuffer
			b[filterSize-1] = 1 // of the value before
			n := tt.wire.Encode(&b, tt.value)
			if diff := cmp.Diff(tt.want, b[:n]); diff != "" {
				t.Errorf("bytes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWireDecode(t *testing.T) {
	tests := []struct {
		name string
		wire Wire
		raw  []byte
		want Value
		err  error
	}{
		{"false", CBool, ints(0), Pack(false), nil},
		{"true", CBool, ints(1), Pack(true), nil},
		{"mask of a BSD, B1", CBool, ints(0x1000), Pack(true), nil},
		{"negative is true", CBool, ints(-1), Pack(true), nil},
		{"number", CInt, ints(128), Pack(128), nil},
		{"negative number", CInt, ints(-1), Pack(-1), nil},
		{"seconds", CSeconds, ints(7200), Pack(2 * time.Hour), nil},
		{"most seconds", CSeconds, ints(math.MaxInt32), Pack(math.MaxInt32 * time.Second), nil},
		{"milliseconds", CMillis, ints(1500), Pack(1500 * time.Millisecond), nil},
		{"linger", CLinger, ints(1, 5), Pack(5 * time.Second), nil},
		{"linger of FreeBSD, B5", CLinger, ints(0x80, 5), Pack(5 * time.Second), nil},
		{"linger not at all", CLinger, ints(1, 0), Pack(time.Duration(0)), nil},
		{"linger off", CLinger, ints(0, 0), Pack(-time.Nanosecond), nil},
		{"linger off, the time kept, B5", CLinger, ints(0, 5), Pack(-time.Nanosecond), nil},
		{"string", CString, []byte("cubic\x00\x00\xa5"), Pack("cubic"), nil},
		{"string without NUL", CString, []byte("cubic"), Pack("cubic"), nil},
		{"empty string", CString, nil, Pack(""), nil},
		{"uint32_t", CUint32, ints(-2), Pack(uint32(1<<32 - 2)), nil},
		{"uint64_t", CUint64, binary.NativeEndian.AppendUint64(nil, 1<<63+5), Pack(uint64(1<<63 + 5)), nil},
		{"microseconds", CMicros, ints(50), Pack(50 * time.Microsecond), nil},
		{"accept filter", CFilter, slices.Concat([]byte("dataready"), make([]byte, filterSize-9)), Pack("dataready"), nil},
		{"path MTU", CMTUInfo, slices.Concat(make([]byte, 28), ints(1500)), Pack(1500), nil},
		{"IPv4 address", CSockaddr, []byte{2, 0, 0x1f, 0x90, 192, 0, 2, 1, 15: 0}, Pack(netip.MustParseAddrPort("192.0.2.1:8080")), nil},
		{"IPv6 address", CSockaddr, []byte{10, 0, 0x1f, 0x90, 8: 0x20, 9: 1, 23: 1, 27: 0}, Pack(netip.MustParseAddrPort("[2001::1]:8080")), nil},
		{"short uint64_t", CUint64, ints(1), Value{}, errShortOption},
		{"short path MTU", CMTUInfo, make([]byte, 28), Value{}, errShortOption},
		{"short address", CSockaddr, make([]byte, 15), Value{}, errShortOption},
		{"more than asked for", CInt, ints(1, 2), Pack(1), nil},
		{"short number", CInt, []byte{1, 2, 3}, Value{}, errShortOption},
		{"short linger", CLinger, ints(1), Value{}, errShortOption},
		{"nothing", CBool, nil, Value{}, errShortOption},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.wire.Decode(tt.raw)
			if diff := cmp.Diff(tt.err, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckRange(t *testing.T) {
	info := func(w Wire, lowest, highest int64) *OptionInfo {
		return &OptionInfo{Name: "Pace", Wire: w, Range: Range{lowest, highest}}
	}
	const ever = time.Duration(math.MaxInt64)
	tests := []struct {
		name  string
		info  *OptionInfo
		value Value
		want  string
	}{
		{"bool", info(CBool, 0, 0), Pack(true), ""},
		{"lowest", info(CInt, 1, 255), Pack(1), ""},
		{"highest", info(CInt, 1, 255), Pack(255), ""},
		{"below", info(CInt, 1, 255), Pack(0), "option Pace: 0 is out of range 1 to 255"},
		{"above", info(CInt, 1, 255), Pack(256), "option Pace: 256 is out of range 1 to 255"},
		{"far below", info(CInt, 1, 255), Value{Int: math.MinInt64}, "option Pace: -9223372036854775808 is out of range 1 to 255"},
		{"far above", info(CInt, 1, 255), Value{Int: math.MaxInt64}, "option Pace: 9223372036854775807 is out of range 1 to 255"},
		{"shortest", info(CSeconds, 1, 32767), Pack(time.Nanosecond), ""},
		{"longest", info(CSeconds, 1, 32767), Pack(32767 * time.Second), ""},
		{"zero", info(CSeconds, 1, 32767), Pack(time.Duration(0)), "option Pace: 0s is out of range 1s to 9h6m7s"},
		{"rounds up past the end", info(CSeconds, 1, 32767), Pack(32767*time.Second + 1), "option Pace: 9h6m7.000000001s is out of range 1s to 9h6m7s"},
		{"for ever", info(CSeconds, 1, 32767), Pack(ever), "option Pace: 2562047h47m16.854775807s is out of range 1s to 9h6m7s"},
		{"negative time", info(CSeconds, 1, 32767), Pack(-time.Second), "option Pace: -1s is out of range 1s to 9h6m7s"},
		{"negative bit of a time", info(CSeconds, 0, 9), Pack(-time.Nanosecond), "option Pace: -1ns is out of range 0s to 9s"},
		{"milliseconds", info(CMillis, 0, 1500), Pack(1500 * time.Millisecond), ""},
		{"too many milliseconds", info(CMillis, 0, 1500), Pack(ever), "option Pace: 2562047h47m16.854775807s is out of range 0s to 1.5s"},
		{"linger off", info(CLinger, 0, 327), Pack(-time.Hour), ""},
		{"linger", info(CLinger, 0, 327), Pack(327 * time.Second), ""},
		{"linger too long, B5", info(CLinger, 0, 327), Pack(328 * time.Second), "option Pace: 5m28s is out of range 0s to 5m27s"},
		{"linger for ever", info(CLinger, 0, 327), Pack(ever), "option Pace: 2562047h47m16.854775807s is out of range 0s to 5m27s"},
		{"microseconds", info(CMicros, 0, 1500), Pack(1500 * time.Microsecond), ""},
		{"too many microseconds", info(CMicros, 0, 1500), Pack(1501 * time.Microsecond), "option Pace: 1.501ms is out of range 0s to 1.5ms"},
		{"uint32_t", info(CUint32, 1, 1<<32-1), Pack(uint32(1<<32 - 1)), ""},
		{"no uint32_t", info(CUint32, 1, 1<<32-1), Pack(uint32(0)), "option Pace: 0 is out of range 1 to 4294967295"},
		{"accept filter", info(CFilter, 1, 15), Pack("dataready"), ""},
		{"long accept filter", info(CFilter, 1, 15), Pack("0123456789abcdef"), `option Pace: "0123456789abcdef" is out of range 1 bytes to 15 bytes`},
		{"only read", &OptionInfo{Name: "Pace", Wire: CInt, ReadOnly: true}, Pack(0), "option Pace: any value is out of range 0 to 0"},
		{"string", info(CString, 1, 8), Pack("cubic"), ""},
		{"empty string", info(CString, 1, 8), Pack(""), `option Pace: "" is out of range 1 bytes to 8 bytes`},
		{"long string", info(CString, 1, 8), Pack("incubates"), `option Pace: "incubates" is out of range 1 bytes to 8 bytes`},
		{"string with NUL", info(CString, 1, 8), Pack("a\x00b"), `option Pace: "a\x00b" is out of range 1 bytes to 8 bytes`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.info.Check(tt.value)
			got := ""
			if err != nil {
				got = err.Error()
				var r *RangeError
				if !errors.As(err, &r) || !errors.Is(err, syscall.EINVAL) {
					t.Errorf("%T is no RangeError that matches EINVAL", err)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNormalise(t *testing.T) {
	tests := []struct {
		name  string
		row   OptionRow
		kind  Kind
		value int
		want  int
	}{
		{"same", OptionRow{}, Stream, 7, 7},
		{"doubled, B3", OptionRow{Reads: Doubled}, Stream, 131072, 65536},
		{"at least", OptionRow{Reads: AtLeast}, Stream, 4608, 4608},
		{"ECN bits of a stream, B11", OptionRow{Reads: NoECN}, Stream, 0x2b, 0x28},
		{"ECN bits of a datagram socket", OptionRow{Reads: NoECN}, Datagram, 0x2b, 0x2b},
		{"unset, B17", OptionRow{Unset: 64}, Stream, -1, 64},
		{"set, B17", OptionRow{Unset: 64}, Stream, 44, 44},
		{"negative without a rule", OptionRow{}, Stream, -1, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Unpack[int](tt.row.Normalise(Pack(tt.value), tt.kind))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzWire holds every wire to this: what Check passes is read back as it was
// set, rounded up to the wire's unit.
func FuzzWire(f *testing.F) {
	f.Add(uint8(CBool), int64(1), "")
	f.Add(uint8(CSeconds), int64(time.Second+1), "")
	f.Add(uint8(CLinger), int64(-1), "")
	f.Add(uint8(CString), int64(0), "cubic")
	f.Fuzz(func(t *testing.T, wire uint8, n int64, s string) {
		w := Wire(wire)
		if w < CBool || w > CSockaddr || w.readOnly() {
			return
		}
		info := &OptionInfo{Name: "Pace", Wire: w, Range: Range{math.MinInt32, math.MaxInt32}}
		v := Value{Int: n}
		switch w {
		case CBool:
			v.Int &= 1
		case CUint32:
			info.Range = Range{0, math.MaxUint32}
		case CString, CFilter:
			v, info.Range = Value{Str: s}, Range{0, stringSize}
		}
		if info.Check(v) != nil {
			return
		}
		var b OptionBuffer
		got, err := w.Decode(b[:w.Encode(&b, v)])
		if err != nil {
			t.Fatal(err)
		}
		want := v
		switch {
		case w == CLinger && n < 0:
			want.Int = -1
		case w.timed():
			want.Int = w.units(v) * w.unit()
			if want.Int < n {
				t.Errorf("%d was rounded down to %d", n, want.Int)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("value (-want +got):\n%s", diff)
		}
	})
}

func TestWireSize(t *testing.T) {
	for w := CBool; w <= CSockaddr; w++ {
		if w.readOnly() {
			continue
		}
		v := Value{Int: 1, Str: strings.Repeat("s", stringSize)}
		var b OptionBuffer
		if diff := cmp.Diff(w.Encode(&b, v), w.Size()); diff != "" {
			t.Errorf("wire %d: size (-encoded +offered):\n%s", w, diff)
		}
	}
}

// TestRowWire: some systems have numbers of their own for yes and no.
func TestRowWire(t *testing.T) {
	mode := OptionRow{Wire: CBool, Off: 1, On: 2}
	plain := OptionRow{Wire: CBool}
	for _, tt := range []struct {
		name  string
		row   OptionRow
		value bool
		raw   int32
	}{
		{"plain false", plain, false, 0},
		{"plain true", plain, true, 1},
		{"off", mode, false, 1},
		{"on", mode, true, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b OptionBuffer
			n := tt.row.Encode(&b, Pack(tt.value))
			if diff := cmp.Diff(ints(tt.raw), b[:n]); diff != "" {
				t.Errorf("bytes (-want +got):\n%s", diff)
			}
			v, err := tt.row.Decode(b[:n])
			if err != nil || Unpack[bool](v) != tt.value {
				t.Errorf("read back as %v, %v", v, err)
			}
		})
	}
	queue := OptionRow{Wire: CBool, On: 4096}
	for raw, want := range map[int32]bool{0: false, 1: true, 128: true, 4096: true, -1: false, 5000: false} {
		if v, err := queue.Decode(ints(raw)); err != nil || Unpack[bool](v) != want {
			t.Errorf("%d is %v, %v", raw, v, err)
		}
	}
	if _, err := mode.Decode([]byte{1}); !errors.Is(err, errShortOption) {
		t.Errorf("a short value: %v", err)
	}
}
