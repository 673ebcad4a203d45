package platform

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Wire is how an option's value is laid out for the kernel.
type Wire uint8

const (
	CBool    Wire = iota + 1 // C int, any non-zero value is true; Go bool
	CInt                     // C int; Go int
	CSeconds                 // C int, seconds rounded up; Go time.Duration
	CMillis                  // C int, milliseconds rounded up; Go time.Duration
	CLinger                  // struct linger, seconds rounded up; Go time.Duration, negative disables
	CString                  // bytes up to a NUL; Go string
)

// MaxOption is the largest option value.
const MaxOption = 64

// OptionBuffer is memory for one option value.
type OptionBuffer [MaxOption]byte

var errShortOption = errors.New("the kernel returned a short option value")

// unit returns the length of one wire unit in nanoseconds, or 1.
func (w Wire) unit() int64 {
	switch w {
	case CSeconds, CLinger:
		return int64(time.Second)
	case CMillis:
		return int64(time.Millisecond)
	}
	return 1
}

// timed reports whether values are durations.
func (w Wire) timed() bool { return w.unit() != 1 }

// show prints a value given in wire units the way its Go type prints.
func (w Wire) show(units int64) string {
	if w.timed() {
		return time.Duration(units * w.unit()).String()
	}
	if w == CString {
		return strconv.FormatInt(units, 10) + " bytes"
	}
	return strconv.FormatInt(units, 10)
}

// UnitName says what the kernel counts a duration in; it is empty where the
// value is no duration.
func (w Wire) UnitName() string {
	switch w {
	case CSeconds, CLinger:
		return "seconds"
	case CMillis:
		return "milliseconds"
	}
	return ""
}

// units converts v to wire units, rounding up: a wait must not be shorter
// than what was asked for.
func (w Wire) units(v Value) int64 {
	u := w.unit()
	n := v.Int / u
	if v.Int%u > 0 {
		n++
	}
	return n
}

// Bounds returns the range as people write it: "1s", "5m27s".
func (i *OptionInfo) Bounds() (lowest, highest string) {
	return i.Wire.show(i.Range.Min), i.Wire.show(i.Range.Max)
}

// Check refuses a value outside the option's range.
func (i *OptionInfo) Check(v Value) error {
	switch {
	case i.Wire == CBool, i.Wire == CLinger && v.Int < 0:
		return nil
	case i.Wire == CString:
		if n := int64(len(v.Str)); n < i.Range.Min || n > i.Range.Max || strings.IndexByte(v.Str, 0) >= 0 {
			return i.refuse(strconv.Quote(v.Str))
		}
		return nil
	}
	n := i.Wire.units(v)
	if n < i.Range.Min || n > i.Range.Max || i.Wire.timed() && v.Int < 0 {
		got := strconv.FormatInt(v.Int, 10)
		if i.Wire.timed() {
			got = time.Duration(v.Int).String()
		}
		return i.refuse(got)
	}
	return nil
}

func (i *OptionInfo) refuse(got string) error {
	lowest, highest := i.Bounds()
	return &RangeError{i.Name, got, lowest, highest}
}

// Encode lays out v, which Check has passed, and returns the number of bytes.
func (w Wire) Encode(b *OptionBuffer, v Value) int {
	switch w {
	case CLinger:
		onoff, seconds := uint32(1), uint32(w.units(v))
		if v.Int < 0 {
			onoff, seconds = 0, 0
		}
		binary.NativeEndian.PutUint32(b[0:], onoff)
		binary.NativeEndian.PutUint32(b[4:], seconds)
		return 8
	case CString:
		return copy(b[:], v.Str)
	}
	binary.NativeEndian.PutUint32(b[0:], uint32(w.units(v)))
	return 4
}

// Decode reads what the kernel returned.
func (w Wire) Decode(b []byte) (Value, error) {
	switch {
	case w == CString:
		s, _, _ := strings.Cut(string(b), "\x00")
		return Value{Str: s}, nil
	case len(b) < 4, w == CLinger && len(b) < 8:
		return Value{}, errShortOption
	}
	n := int64(int32(binary.NativeEndian.Uint32(b)))
	switch w {
	case CBool:
		if n != 0 {
			n = 1
		}
		return Value{Int: n}, nil
	case CLinger:
		if n == 0 {
			return Value{Int: -1}, nil
		}
		n = int64(int32(binary.NativeEndian.Uint32(b[4:])))
	}
	return Value{Int: n * w.unit()}, nil
}

// Size is the number of bytes to offer the kernel when reading.
func (w Wire) Size() int {
	switch w {
	case CLinger:
		return 8
	case CString:
		return MaxOption
	}
	return 4
}

// Normalise turns a value that was read into the value that had been set.
func (r *OptionRow) Normalise(v Value, kind Kind) Value {
	switch {
	case r.Unset != 0 && v.Int < 0:
		v.Int = r.Unset
	case r.Reads == Doubled:
		v.Int /= 2
	case r.Reads == NoECN && kind == Stream:
		v.Int &^= 3
	}
	return v
}
