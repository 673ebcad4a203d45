package platform

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestD19Each(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name   string
		n, bad int
		want   int
		err    error
	}{
		{"none", 0, -1, 0, nil},
		{"all", 3, -1, 3, nil},
		{"the first fails", 3, 0, 0, broken},
		{"the last fails", 3, 2, 2, broken},
		{"too many", 2 * MaxBatch, -1, MaxBatch, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := 0
			n, err := Each(make([]Message, tt.n), func(*Message) error {
				i++
				if i-1 == tt.bad {
					return broken
				}
				return nil
			})
			if diff := cmp.Diff(tt.want, n); diff != "" || !errors.Is(err, tt.err) {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestAddressed(t *testing.T) {
	to, peer := Message{Addr: local4}, Message{}
	for _, tt := range []struct {
		name string
		list []Message
		want int
	}{
		{"none", nil, 0},
		{"to the peer", []Message{peer, to}, 0},
		{"until the peer", []Message{to, to, peer, to}, 2},
		{"all", []Message{to, to}, 2},
		{"too many", repeated(to), MaxBatch},
	} {
		if diff := cmp.Diff(tt.want, len(Addressed(tt.list))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func repeated(m Message) (list []Message) {
	for range MaxBatch + 1 {
		list = append(list, m)
	}
	return list
}

// TestVectorAdd lists the buffers of several messages one behind the other.
func TestVectorAdd(t *testing.T) {
	v := NewVector(nil)
	defer v.Release()
	a, b := make([]byte, 3), make([]byte, 5)
	type listed struct {
		First *byte
		N     int
	}
	var got []listed
	for _, bufs := range [][][]byte{{a, nil, b}, {b}, nil} {
		first, n := v.Add(bufs)
		got = append(got, listed{first.Base, n})
	}
	want := []listed{{&a[0], 2}, {&b[0], 1}, {nil, 0}}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(listed{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	full := make([][]byte, MaxVector-3)
	for i := range full {
		full[i] = a
	}
	if !v.Fits(full) || v.Fits(append(full, a)) {
		t.Error("Fits disagrees with MaxVector")
	}
	v.Add(full)
	if _, n := v.Add([][]byte{a}); n != 0 {
		t.Errorf("%d more than there is room for", n)
	}
}

// TestI6Time reads what the systems say of a time: two longs of 64 bits or of
// 32, or a long and an int with rubbish behind it.
func TestI6Time(t *testing.T) {
	at := func(kind Control) *ControlLayout {
		return &ControlLayout{Align: 8, LenSize: 8, Fields: []ControlField{{Level: 1, Type: 35, Carries: kind, Received: true}}}
	}
	const head = "0000000000000001000000" + "23000000"
	for _, tt := range []struct {
		name    string
		layout  *ControlLayout
		control string
		want    time.Time
	}{
		{"nanoseconds", at(Nanos), "20" + head + "0065cd1d00000000" + "15cd5b0700000000", time.Unix(500_000_000, 123_456_789)},
		{"nanoseconds in 32 bits", at(Nanos), "18" + head + "000000f0" + "15cd5b07", time.Unix(0xf000_0000, 123_456_789)},
		{"microseconds", at(Micros), "20" + head + "0065cd1d00000000" + "40e2010000000000", time.Unix(500_000_000, 123_456_000)},
		{"microseconds in 32 bits", at(Micros), "18" + head + "0065cd1d" + "40e20100", time.Unix(500_000_000, 123_456_000)},
		{"microseconds in an int", at(MicrosInt), "20" + head + "0065cd1d00000000" + "40e20100ffffffff", time.Unix(500_000_000, 123_456_000)},
		{"too short", at(Nanos), "14" + head + "0065cd1d", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.layout.Parse(unhex(t, tt.control)).Time
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestD20Segment(t *testing.T) {
	out := &ControlLayout{Align: 8, LenSize: 8, Fields: []ControlField{{Level: 17, Type: 103, Carries: SizeShort, Sent: true}}}
	in := &ControlLayout{Align: 8, LenSize: 8, Fields: []ControlField{{Level: 17, Type: 104, Carries: SizeInt, Received: true}}}
	want := unhex(t, "12000000000000001100000067000000"+"b004000000000000")
	got, missing := out.Append(nil, Meta{Segment: 1200}, Inet6)
	if diff := cmp.Diff(want, got); diff != "" || missing != "" {
		t.Errorf("missing %q (-want +got):\n%s", missing, diff)
	}
	if _, missing := in.Append(nil, Meta{Segment: 1200}, Inet6); missing != "Segment" {
		t.Errorf("missing %q, want Segment", missing)
	}
	m := in.Parse(unhex(t, "14000000000000001100000068000000"+"b004000000000000"))
	if diff := cmp.Diff(Meta{Segment: 1200}, m); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}
