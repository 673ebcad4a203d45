package platform

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Wire is how an option's value is laid out for the kernel.
type Wire uint8

const (
	CBool     Wire = iota + 1 // C int, any non-zero value is true; Go bool
	CInt                      // C int; Go int
	CUint32                   // uint32_t; Go uint32
	CUint64                   // uint64_t; Go uint64
	CSeconds                  // C int, seconds rounded up; Go time.Duration
	CMillis                   // C int, milliseconds rounded up; Go time.Duration
	CMicros                   // C int, microseconds rounded up; Go time.Duration
	CLinger                   // struct linger, seconds rounded up; Go time.Duration, negative disables
	CString                   // bytes up to a NUL; Go string
	CFilter                   // struct accept_filter_arg without arguments; Go string
	CMTUInfo                  // struct ip6_mtuinfo, only read; Go int
	CSockaddr                 // struct sockaddr_in or sockaddr_in6, only read; Go netip.AddrPort
)

// MaxOption is the largest option value.
const MaxOption = filterSize

// OptionBuffer is memory for one option value.
type OptionBuffer [MaxOption]byte

// Sizes of values, which are the same on every system that has them.
const (
	stringSize    = 64  // more than any name that an option takes
	filterSize    = 256 // struct accept_filter_arg: a name of 16 bytes, and arguments
	mtuInfoSize   = 32  // struct ip6_mtuinfo: a sockaddr_in6, and the number
	mtuOffset     = 28
	sockaddr4Size = 16
	sockaddr6Size = 28
)

var errShortOption = errors.New("the kernel returned a short option value")

// unit returns the length of one wire unit in nanoseconds, or 1.
func (w Wire) unit() int64 {
	switch w {
	case CSeconds, CLinger:
		return int64(time.Second)
	case CMillis:
		return int64(time.Millisecond)
	case CMicros:
		return int64(time.Microsecond)
	}
	return 1
}

// timed reports whether values are durations.
func (w Wire) timed() bool { return w.unit() != 1 }

// text reports whether values are strings.
func (w Wire) text() bool { return w == CString || w == CFilter }

// readOnly reports whether there is no way to lay out a value.
func (w Wire) readOnly() bool { return w == CUint64 || w == CMTUInfo || w == CSockaddr }

// show prints a value given in wire units the way its Go type prints.
func (w Wire) show(units int64) string {
	if w.timed() {
		return time.Duration(units * w.unit()).String()
	}
	if w.text() {
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
	case CMicros:
		return "microseconds"
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

// Check refuses a value outside the option's range, and any of an option that
// is only read.
func (i *OptionInfo) Check(v Value) error {
	switch {
	case i.ReadOnly:
		return i.refuse("any value")
	case i.Wire == CBool, i.Wire == CLinger && v.Int < 0:
		return nil
	case i.Wire.text():
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
	case CFilter:
		clear(b[copy(b[:], v.Str):])
		return filterSize
	}
	binary.NativeEndian.PutUint32(b[0:], uint32(w.units(v)))
	return 4
}

// Decode reads what the kernel returned.
func (w Wire) Decode(b []byte) (Value, error) {
	switch w {
	case CString, CFilter:
		s, _, _ := strings.Cut(string(b), "\x00")
		return Value{Str: s}, nil
	case CSockaddr:
		return decodeAddr(b)
	}
	if len(b) < w.Size() {
		return Value{}, errShortOption
	}
	n := int64(int32(binary.NativeEndian.Uint32(b)))
	switch w {
	case CBool:
		if n != 0 {
			n = 1
		}
		return Value{Int: n}, nil
	case CUint32:
		n = int64(uint32(n))
	case CUint64:
		n = int64(binary.NativeEndian.Uint64(b))
	case CMTUInfo:
		n = int64(binary.NativeEndian.Uint32(b[mtuOffset:]))
	case CLinger:
		if n == 0 {
			return Value{Int: -1}, nil
		}
		n = int64(int32(binary.NativeEndian.Uint32(b[4:])))
	}
	return Value{Int: n * w.unit()}, nil
}

// decodeAddr reads an address of Internet sockets; its size tells the family.
func decodeAddr(b []byte) (Value, error) {
	var ip netip.Addr
	switch {
	case len(b) >= sockaddr6Size:
		ip = netip.AddrFrom16([16]byte(b[8:24]))
	case len(b) >= sockaddr4Size:
		ip = netip.AddrFrom4([4]byte(b[4:8]))
	default:
		return Value{}, errShortOption
	}
	return Pack(netip.AddrPortFrom(ip, binary.BigEndian.Uint16(b[2:]))), nil
}

// Size is the number of bytes to offer the kernel when reading.
func (w Wire) Size() int {
	switch w {
	case CLinger, CUint64:
		return 8
	case CString:
		return stringSize
	case CFilter:
		return filterSize
	case CMTUInfo:
		return mtuInfoSize
	case CSockaddr:
		return sockaddr6Size
	}
	return 4
}

// Encode lays out v as this system takes it, and returns the number of bytes.
func (r *OptionRow) Encode(b *OptionBuffer, v Value) int {
	if r.On == 0 {
		return r.Wire.Encode(b, v)
	}
	n := r.Off
	if v.Int != 0 {
		n = r.On
	}
	return CInt.Encode(b, Value{Int: int64(n)})
}

// Decode reads what this system's kernel returned.
func (r *OptionRow) Decode(b []byte) (Value, error) {
	if r.On == 0 {
		return r.Wire.Decode(b)
	}
	// The kernel may have cut On down, as it does with a queue's length.
	v, err := CInt.Decode(b)
	return Pack(int64(r.Off) < v.Int && v.Int <= int64(r.On)), err
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
