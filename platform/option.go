package platform

import (
	"fmt"
	"math"
	"net/netip"
	"time"
)

// OptionID numbers the options of the spec, in its order. It is an index into
// every backend's option table.
type OptionID uint16

// SocketType is a set of the kinds of socket that an option makes sense on.
type SocketType uint16

const (
	TCPSocket SocketType = 1 << iota // the builder
	TCPListener
	TCPStream
	UDPSocket
	UnixStream
	UnixListener
	UnixDatagram
)

// Range bounds an option's value, both ends included, in units of its wire:
// seconds, milliseconds, bytes of a string, or the number itself.
type Range struct{ Min, Max int64 }

// OptionInfo is what is known of an option on every system.
type OptionInfo struct {
	ID        OptionID
	Name      string
	Doc       string // completes "SetNAME …", or "NAME …" where it is only read
	Unit      string // what a plain number counts: "bytes", "hops"
	Wire      Wire
	Range     Range
	Names     bool       // values name what a machine may lack, such as an interface
	On        SocketType // the kinds of socket that have it
	SetOn     SocketType // those that can still change it
	Family    Family     // the only family it exists for; FamilyNone is all
	ReadOnly  bool
	WriteOnly bool   // kernels do not tell what was set
	Restored  bool   // accepted sockets carry the listener's value, whatever the kernel does (B34)
	Sample    Value  // a valid value that no new socket has, for tests; of a bool, try both
	Default   *Value // the value of a new socket, where all systems agree

	custom *OptionRow
}

// Relation says how a value that was read relates to the value that was set.
type Relation uint8

const (
	Same    Relation = iota
	Doubled          // the kernel stores twice what it is asked for (B3)
	AtLeast          // the kernel may store more
	AtMost           // the kernel may store less
	NoECN            // stream sockets keep the two low bits to themselves (B11)
)

// OptionRow is what one system says of an option.
type OptionRow struct {
	Const       string // the kernel's name for it
	Level, Name int
	Wire        Wire
	Reads       Relation
	Unset       int64  // what a negative number stands for when it is read (B17); 0 is no rule
	Clamps      bool   // too large a value is ENOBUFS here; ask for less (B3)
	Reapply     bool   // accepted sockets do not inherit it here (B34)
	Family      Family // the only family it exists for here; FamilyNone is all
	Off, On     int    // the numbers that stand for a bool's values, where On is not 0
	Sample      *Value // a value for tests, where that of OptionInfo is not to be had here

	// Needs is what a kernel or a process must have besides. Without, the
	// errors are of ClassUnsupported, ClassPermission or ClassNotFound.
	Needs string

	// On an IPv6 socket the option may have another name (B12).
	Const6        string
	Level6, Name6 int
	Both          bool // a dual-stack socket wants both names set

	Absent string // why this system has none; then everything above is empty
	Why    string // what is odd about it here
	Ref    string // the evidence
}

// OptionType lists the Go types of option values.
type OptionType interface {
	bool | int | uint32 | uint64 | time.Duration | string | netip.AddrPort
}

// Value is an option's value with its type erased: numbers, booleans and
// durations (in nanoseconds) in Int, strings in Str; an address is in Str too,
// as its MarshalBinary has it.
type Value struct {
	Int int64
	Str string
}

// Option identifies a socket option whose values are of type T. Options are
// values: comparable, the same on every system, free to keep in tables.
type Option[T OptionType] struct{ info *OptionInfo }

// Info describes the option.
func (o Option[T]) Info() *OptionInfo { return o.info }

// String returns the option's name. The zero Option has none.
func (o Option[T]) String() string {
	if o.info == nil {
		return ""
	}
	return o.info.Name
}

// To pairs the option with a value, for lists of settings.
func (o Option[T]) To(v T) Setting { return Setting{o.info, Pack(v)} }

// Setting is an option together with the value it is to be set to.
type Setting struct {
	Info  *OptionInfo
	Value Value
}

// Pack erases the type of v.
func Pack[T OptionType](v T) Value {
	switch v := any(v).(type) {
	case bool:
		if v {
			return Value{Int: 1}
		}
		return Value{}
	case int:
		return Value{Int: int64(v)}
	case uint32:
		return Value{Int: int64(v)}
	case uint64:
		return Value{Int: int64(v)}
	case time.Duration:
		return Value{Int: int64(v)}
	case string:
		return Value{Str: v}
	case netip.AddrPort:
		b, _ := v.MarshalBinary() // cannot fail
		return Value{Str: string(b)}
	}
	return Value{}
}

// Unpack restores the type of v.
func Unpack[T OptionType](v Value) (t T) {
	switch p := any(&t).(type) {
	case *bool:
		*p = v.Int != 0
	case *int:
		*p = int(v.Int)
	case *uint32:
		*p = uint32(v.Int)
	case *uint64:
		*p = uint64(v.Int)
	case *time.Duration:
		*p = time.Duration(v.Int)
	case *string:
		*p = v.Str
	case *netip.AddrPort:
		_ = p.UnmarshalBinary([]byte(v.Str)) // of no address, none
	}
	return t
}

// CustomOption makes an option of the caller's own from the numbers that this
// system's headers give it, for what the spec does not have. It panics if T is
// not the Go type of wire: that is a mistake of the program, not of its input.
func CustomOption[T OptionType](name string, level, number int, wire Wire, rng Range) Option[T] {
	if !suits[T](wire) {
		var v T
		panic(fmt.Sprintf("option %s: %T is not the Go type of its wire", name, v))
	}
	switch wire {
	case CInt:
		rng = Range{max(rng.Min, math.MinInt32), min(rng.Max, math.MaxInt32)}
	case CUint32:
		rng = Range{max(rng.Min, 0), min(rng.Max, math.MaxUint32)}
	}
	row := &OptionRow{Const: name, Level: level, Name: number, Wire: wire}
	everywhere := ^SocketType(0)
	info := &OptionInfo{Name: name, Wire: wire, Range: rng, On: everywhere, SetOn: everywhere, custom: row}
	if wire.readOnly() {
		info.SetOn, info.ReadOnly = 0, true
	}
	return Option[T]{info}
}

func suits[T OptionType](w Wire) bool {
	var v T
	switch any(v).(type) {
	case bool:
		return w == CBool
	case time.Duration:
		return w.timed()
	case string:
		return w.text()
	case uint32:
		return w == CUint32
	case uint64:
		return w == CUint64
	case netip.AddrPort:
		return w == CSockaddr
	}
	return w == CInt || w == CMTUInfo
}

// SampleIn is a value for tests on the system that row is of.
func (i *OptionInfo) SampleIn(row *OptionRow) Value {
	if row.Sample != nil {
		return *row.Sample
	}
	return i.Sample
}

// Row finds the option in one system's table.
func (i *OptionInfo) Row(table []OptionRow) *OptionRow {
	if i.custom != nil {
		return i.custom
	}
	return &table[i.ID]
}
