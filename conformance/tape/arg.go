package tape

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"unsafe"
)

// Arg is an argument of a system call, or two that belong together.
type Arg interface {
	// show is how the transcript has it.
	show(s *System) string

	// answer fills the memory that the argument points to, and returns what it
	// adds to the call's result.
	answer(r *Recorder, res *Result, all []Arg) int
}

// Int is a number.
type Int int

// Size is how many bytes the kernel is to move from one descriptor to another.
// Without a script it moves them all.
type Size int

// Offset is where the place in a file is.
type Offset struct{ P unsafe.Pointer }

// Sent is where the kernel stores how many bytes went, also if the call fails,
// and where it finds how many are to go, if there is no Size. A failed call
// that moved none leaves it as it was.
type Sent struct{ P unsafe.Pointer }

// FD is a descriptor that is used.
type FD int

// Flags is a number of or-ed constants.
type Flags struct {
	Prefix string
	N      int
}

// One is a number that is one constant.
type One Flags

// By is a number whose constants depend on a command.
type By struct {
	Prefix     string // of the command
	Command, N int
}

// Option is an option's level and name.
type Option struct{ Level, Name int }

// In is memory that the kernel reads.
type In struct {
	P unsafe.Pointer
	N int
}

// Out is memory that the kernel fills.
type Out In

// ValueIn is the value an option is set to.
type ValueIn In

// ValueOut is where an option's value goes.
type ValueOut struct{ P, N unsafe.Pointer }

// Pair is where two descriptors go.
type Pair struct{ P unsafe.Pointer }

// Text is an argument that is only shown.
type Text string

func (a Int) show(*System) string     { return strconv.Itoa(int(a)) }
func (a Size) show(*System) string    { return strconv.Itoa(int(a)) }
func (a Offset) show(*System) string  { return "[" + strconv.FormatInt(*(*int64)(a.P), 10) + "]" }
func (a Sent) show(*System) string    { return "[" + strconv.FormatInt(*(*int64)(a.P), 10) + "]" }
func (a FD) show(*System) string      { return strconv.Itoa(int(a)) }
func (a Flags) show(s *System) string { return s.Flags(a.Prefix, int64(a.N)) }
func (a One) show(s *System) string   { return s.One(a.Prefix, int64(a.N)) }
func (a By) show(s *System) string {
	return s.Flags(s.Args[s.One(a.Prefix, int64(a.Command))], int64(a.N))
}
func (a Option) show(s *System) string {
	level, name := s.option(a.Level, a.Name)
	return level + ", " + name
}
func (a In) show(*System) string       { return quote(bytesAt(a.P, a.N)) + ", " + strconv.Itoa(a.N) }
func (a Out) show(*System) string      { return "buf, " + strconv.Itoa(a.N) }
func (a ValueIn) show(*System) string  { return value(bytesAt(a.P, a.N)) }
func (a ValueOut) show(*System) string { return "[" + strconv.Itoa(int(*(*uint32)(a.N))) + "]" }
func (a Pair) show(*System) string     { return "fds" }
func (a Text) show(*System) string     { return string(a) }

func (Int) answer(*Recorder, *Result, []Arg) int    { return 0 }
func (FD) answer(*Recorder, *Result, []Arg) int     { return 0 }
func (Flags) answer(*Recorder, *Result, []Arg) int  { return 0 }
func (One) answer(*Recorder, *Result, []Arg) int    { return 0 }
func (By) answer(*Recorder, *Result, []Arg) int     { return 0 }
func (Option) answer(*Recorder, *Result, []Arg) int { return 0 }
func (Text) answer(*Recorder, *Result, []Arg) int   { return 0 }
func (Offset) answer(*Recorder, *Result, []Arg) int { return 0 }
func (a Size) answer(*Recorder, *Result, []Arg) int { return int(a) }
func (a In) answer(*Recorder, *Result, []Arg) int   { return a.N }

func (a Out) answer(_ *Recorder, res *Result, _ []Arg) int {
	return copy(bytesAt(a.P, a.N), res.Data)
}

func (a Sent) answer(_ *Recorder, res *Result, all []Arg) int {
	to := (*int64)(a.P)
	for _, other := range all {
		if n, ok := other.(Size); ok {
			*to = int64(n)
		}
	}
	a.failed(res)
	return 0
}

// failed stores what a script says, and nothing without one.
func (a Sent) failed(res *Result) {
	if res.Count != 0 {
		*(*int64)(a.P) = int64(res.Count)
	}
}

func (a ValueIn) answer(r *Recorder, _ *Result, all []Arg) int {
	for _, other := range all {
		if o, ok := other.(Option); ok {
			r.options[[2]int{o.Level, o.Name}] = append([]byte(nil), bytesAt(a.P, a.N)...)
		}
	}
	return 0
}

func (a ValueOut) answer(r *Recorder, res *Result, all []Arg) int {
	n := (*uint32)(a.N)
	to := bytesAt(a.P, int(*n))
	clear(to)
	from := res.Data
	for _, other := range all {
		if o, ok := other.(Option); ok && from == nil {
			from = r.options[[2]int{o.Level, o.Name}]
		}
	}
	if from != nil {
		*n = uint32(copy(to, from))
	}
	return 0
}

func (a Pair) answer(r *Recorder, _ *Result, _ []Arg) int {
	fds := (*[2]int32)(a.P)
	fds[0], fds[1] = int32(r.opened()), int32(r.opened())
	return 0
}

func bytesAt(p unsafe.Pointer, n int) []byte { return unsafe.Slice((*byte)(p), n) }

// quote shows the beginning of what is sent.
func quote(b []byte) string {
	if len(b) > 16 {
		return strconv.Quote(string(b[:16])) + "..."
	}
	return strconv.Quote(string(b))
}

// value shows an option's value by its size: int 2, {1 5}, or bytes.
func value(b []byte) string {
	switch len(b) {
	case 4:
		return "int " + word(b)
	case 8:
		return "{" + word(b) + " " + word(b[4:]) + "}"
	}
	return hex.EncodeToString(b)
}

// word shows a C int.
func word(b []byte) string { return strconv.Itoa(int(int32(binary.NativeEndian.Uint32(b)))) }

// list shows things in brackets.
func list(items []string) string { return "[" + strings.Join(items, " ") + "]" }
