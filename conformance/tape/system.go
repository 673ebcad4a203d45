package tape

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/volt-net/volt/platform"
)

// System is a recorded backend, and what is needed to read its numbers. Each
// is generated.
type System struct {
	OS      string
	Backend platform.Backend

	Errnos  map[string]uintptr
	Symbols map[string][]Symbol // by the prefix of their names
	Options []OptionName
	Opens   map[string]string // functions that return descriptors; the command that does, or ""
	Args    map[string]string // the prefix that goes with a command's argument

	recorder atomic.Pointer[Recorder]
}

// Symbol is a constant.
type Symbol struct {
	Name  string
	Value int64
}

// OptionName is a socket option's constants.
type OptionName struct {
	LevelName, Name string
	Level, Number   int
}

// Record directs the backend's system calls to a new recorder, which has
// nothing open but the usual three descriptors.
func (s *System) Record() *Recorder {
	r := newRecorder(s)
	s.recorder.Store(r)
	return r
}

// Call is where a recorded backend's system calls arrive.
func (s *System) Call(name string, args ...Arg) (int, uintptr) {
	r := s.recorder.Load()
	if r == nil {
		panic("tape: no recorder for " + s.OS)
	}
	return r.call(name, args)
}

// Errno finds an error number; "" is 0.
func (s *System) Errno(name string) uintptr {
	e, ok := s.Errnos[name]
	if !ok && name != "" {
		panic("tape: " + s.OS + " has no " + name)
	}
	return e
}

// Number is the reverse of flags: A|B to a number.
func (s *System) Number(prefix, names string) int64 {
	n := int64(0)
	for name := range strings.SplitSeq(names, "|") {
		if name == "" {
			continue
		}
		i := slices.IndexFunc(s.Symbols[prefix], func(y Symbol) bool { return y.Name == name })
		if i < 0 {
			panic("tape: " + s.OS + " has no " + name)
		}
		n |= s.Symbols[prefix][i].Value
	}
	return n
}

// One is the name of a number that stands for itself.
func (s *System) One(prefix string, n int64) string {
	for _, y := range s.Symbols[prefix] {
		if y.Value == n {
			return y.Name
		}
	}
	return strconv.FormatInt(n, 10)
}

// Flags lists the names in a number, after what has none.
func (s *System) Flags(prefix string, n int64) string {
	var names []string
	for _, y := range s.Symbols[prefix] {
		if y.Value != 0 && n&y.Value == y.Value {
			names = append(names, y.Name)
			n &^= y.Value
		}
	}
	if n != 0 || names == nil {
		text := strconv.FormatInt(n, 10)
		if bits.OnesCount(uint(n)) > 8 {
			text = "0x" + strconv.FormatUint(uint64(uint32(n)), 16)
		}
		names = append([]string{text}, names...)
	}
	return strings.Join(names, "|")
}

// option names an option's two numbers.
func (s *System) option(level, number int) (string, string) {
	for _, o := range s.Options {
		if o.Level == level && o.Number == number {
			return o.LevelName, o.Name
		}
	}
	return strconv.Itoa(level), strconv.Itoa(number)
}
