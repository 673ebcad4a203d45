package sockopt

import (
	"strconv"

	"github.com/volt-net/volt/platform"
)

// Option is a socket option whose values are of type T. Its method To pairs
// it with a value, for lists of settings:
//
//	NoDelay.To(true)
type Option[T platform.OptionType] struct{ platform.Option[T] }

// Supported reports whether the running system has the option. One that is
// not supported fails with an error that says why, and matches
// [errors.ErrUnsupported].
func (o Option[T]) Supported() bool {
	return o != Option[T]{} && Row(o.Option.Info()).Absent == ""
}

// Info describes the option on the running system. That of the zero Option,
// which is none, is the zero Info.
func (o Option[T]) Info() Info {
	if o == (Option[T]{}) {
		return Info{}
	}
	return infoOf(o.Option.Info())
}

// Custom makes an option from the numbers that this system's headers give it:
// level and number as for setsockopt(2), the wire that its value travels in,
// and the range to hold values to. It panics if T is not the wire's Go type.
//
//	busyPoll := sockopt.Custom[int]("SO_BUSY_POLL", unix.SOL_SOCKET, unix.SO_BUSY_POLL, platform.CInt, platform.Range{Max: 1000})
func Custom[T platform.OptionType](name string, level, number int, wire platform.Wire, rng platform.Range) Option[T] {
	return Option[T]{platform.CustomOption[T](name, level, number, wire, rng)}
}

// Info is what is known of an option on the running system.
type Info struct {
	Name    string // as in this package
	Doc     string // completes "Set… …", or "… …" where ReadOnly
	Kernel  string // the kernel's name; "" where it is not supported
	Kernel6 string // the kernel's name on IPv6 sockets, where that is another
	Unit    string // what the kernel counts: "seconds", "bytes"; "" of what counts nothing
	Min     string // smallest and
	Max     string // largest value that every system takes; "" of a bool or if ReadOnly

	Family string // "IPv4" or "IPv6", where only such sockets have it

	Supported bool
	ReadOnly  bool
	WriteOnly bool

	Needs    string // what a kernel or a process must have besides
	Quirk    string // what is odd about it here
	Reason   string // why it is not supported here
	Evidence string // for Needs, Quirk or Reason: rows of docs/differences.md, man pages, issues
}

// Row is how the running system spells an option, for programs that treat all
// options alike.
func Row(i *platform.OptionInfo) *platform.OptionRow { return i.Row(sys.Traits().Options) }

// All describes every option of this package on the running system.
func All() []Info {
	all := make([]Info, 0, len(platform.AllOptions))
	for _, i := range platform.AllOptions {
		all = append(all, infoOf(i))
	}
	return all
}

func infoOf(i *platform.OptionInfo) Info {
	row := Row(i)
	info := Info{
		Name: i.Name, Doc: i.Doc, Kernel: row.Const, Kernel6: row.Const6,
		Supported: row.Absent == "", ReadOnly: i.ReadOnly, WriteOnly: i.WriteOnly,
		Needs: row.Needs, Quirk: row.Why, Reason: row.Absent, Evidence: row.Ref,
		Unit: i.Unit,
	}
	if unit := row.Wire.UnitName(); unit != "" {
		info.Unit = unit
	}
	if family := max(i.Family, row.Family); family != platform.FamilyNone {
		info.Family = family.String()
	}
	if i.Wire != platform.CBool && !i.ReadOnly {
		info.Min, info.Max = i.Bounds()
	}
	return info
}

// String is the name, then the kernel's name or why there is none.
func (i Info) String() string {
	if !i.Supported {
		return i.Name + " (not supported: " + i.Reason + ")"
	}
	s := i.Name + " (" + i.Kernel
	if i.Kernel6 != "" {
		s += ", IPv6 " + i.Kernel6
	}
	if i.Unit != "" {
		s += ", " + i.Unit
	}
	if i.Family != "" {
		s += ", " + i.Family + " only"
	}
	if i.Min != "" {
		s += ", " + i.Min + " to " + i.Max
	}
	if i.Needs != "" {
		s += ", needs " + i.Needs
	}
	if i.Quirk != "" {
		s += ", " + strconv.Quote(i.Quirk)
	}
	return s + ")"
}
