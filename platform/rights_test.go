package platform

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// controlLayouts are the three that systems have.
var controlLayouts = []struct {
	name string
	l    ControlLayout
}{
	{"64-bit length", ControlLayout{Align: 8, LenSize: 8, Level: 1, Rights: 1}},
	{"32-bit length, 8-byte alignment", ControlLayout{Align: 8, LenSize: 4, Level: 0xffff, Rights: 1}},
	{"32-bit length, 4-byte alignment", ControlLayout{Align: 4, LenSize: 4, Level: 0xffff, Rights: 1}},
}

// controlMessage lays out one message, padded to where the next begins.
func controlMessage(l *ControlLayout, level, kind int, fds ...int32) []byte {
	head := l.align(l.LenSize + 8)
	size := head + uintptr(4*len(fds))
	b := make([]byte, l.align(size))
	if l.LenSize == 8 {
		binary.NativeEndian.PutUint64(b, uint64(size))
	} else {
		binary.NativeEndian.PutUint32(b, uint32(size))
	}
	binary.NativeEndian.PutUint32(b[l.LenSize:], uint32(level))
	binary.NativeEndian.PutUint32(b[l.LenSize+4:], uint32(kind))
	for i, fd := range fds {
		binary.NativeEndian.PutUint32(b[int(head)+4*i:], uint32(fd))
	}
	return b
}

func rights(l *ControlLayout, control []byte) (fds []int) {
	_ = l.EachRight(control, func(fd int) error { fds = append(fds, fd); return nil })
	return fds
}

func TestEachRight(t *testing.T) {
	for _, c := range controlLayouts {
		l := &c.l
		two := controlMessage(l, l.Level, l.Rights, 5, 6)
		other := controlMessage(l, l.Level, l.Rights+1, 7)
		tooLong := controlMessage(l, l.Level, l.Rights, 5)
		binary.NativeEndian.PutUint32(tooLong, 1000)
		empty := controlMessage(l, l.Level, l.Rights)
		clear(empty[:l.LenSize])
		for _, tt := range []struct {
			name    string
			control []byte
			want    []int
		}{
			{"nothing", nil, nil},
			{"two", two, []int{5, 6}},
			{"two messages", append(append([]byte{}, two...), controlMessage(l, l.Level, l.Rights, 8)...), []int{5, 6, 8}},
			{"after another type", append(append([]byte{}, other...), two...), []int{5, 6}},
			{"without padding at the end", two[:l.align(l.LenSize+8)+8], []int{5, 6}},
			{"cut short", two[:l.align(l.LenSize+8)+4], nil},
			{"half a header", two[:l.LenSize+2], nil},
			{"longer than the buffer", tooLong, nil},
			{"length 0", append(empty, two...), nil},
		} {
			t.Run(c.name+"/"+tt.name, func(t *testing.T) {
				if diff := cmp.Diff(tt.want, rights(l, tt.control)); diff != "" {
					t.Errorf("descriptors (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestPutRights(t *testing.T) {
	for _, c := range controlLayouts {
		for _, n := range []int{1, 2, 3, MaxRights} {
			fds, want := make([]int, n), make([]int32, n)
			for i := range fds {
				fds[i], want[i] = i, int32(i)
			}
			if diff := cmp.Diff(controlMessage(&c.l, c.l.Level, c.l.Rights, want...), c.l.PutRights(fds)); diff != "" {
				t.Errorf("%s, %d descriptors (-want +got):\n%s", c.name, n, diff)
			}
		}
	}
}

func TestMarkRights(t *testing.T) {
	l := &controlLayouts[0].l
	broken := errors.New("broken")
	for _, tt := range []struct {
		name      string
		bad       int
		err       error
		discarded []int
		kept      []int
	}{
		{"all marked", 0, nil, nil, []int{5, 6, 7}},
		{"second fails", 6, broken, []int{5, 6, 7}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			control := controlMessage(l, l.Level, l.Rights, 5, 6, 7)
			m := &Message{Control: control, ControlLen: len(control)}
			var discarded []int
			err := l.MarkRights(m, func(fd int) error {
				if fd == tt.bad {
					return broken
				}
				return nil
			}, func(fd int) { discarded = append(discarded, fd) })
			got := []any{discarded, rights(l, m.Control[:m.ControlLen])}
			if diff := cmp.Diff([]any{tt.discarded, tt.kept}, got); diff != "" {
				t.Errorf("discarded and kept (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.err, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzEachRight(f *testing.F) {
	for i, c := range controlLayouts {
		f.Add(i, controlMessage(&c.l, c.l.Level, c.l.Rights, 5, 6))
	}
	f.Fuzz(func(t *testing.T, i int, control []byte) {
		l := &controlLayouts[uint(i)%uint(len(controlLayouts))].l
		if n := len(rights(l, control)); 4*n > len(control) {
			t.Errorf("%d descriptors in %d bytes", n, len(control))
		}
	})
}
