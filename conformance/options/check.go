package options

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"time"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// Result is what came of checking one option on one kind of socket.
type Result struct {
	Problems []string // what is not as specified
	Skipped  string   // why part of it could not be looked at: what this machine or process lacks
}

// Check makes sockets of the kind and holds them to what is known of the
// option.
func Check(k Kind, i *platform.OptionInfo) Result {
	c := &check{kind: k, option: i, row: sockopt.Row(i)}
	switch {
	case !c.exists():
		c.on("no such option", c.refuses)
		return c.result
	case i.ReadOnly || i.SetOn&k.Type == 0:
		c.on("setting what is only read", c.refusesToSet)
		c.on("reading", c.reads)
		return c.result
	}
	if k.Fresh && i.Default != nil {
		c.on("of a new socket", c.hasDefault)
	}
	for _, v := range c.values() {
		c.on("setting "+show(i, v), func(s *sample) { c.holds(s, v) })
	}
	for _, v := range outside(i) {
		c.on("out of range", func(s *sample) { c.refusesRange(s, v) })
	}
	return c.result
}

type check struct {
	kind   Kind
	option *platform.OptionInfo
	row    *platform.OptionRow
	what   string // is being tried
	result Result
}

// on tries something on a socket of its own.
func (c *check) on(what string, try func(*sample)) {
	c.what = what
	s, err := c.kind.make()
	if err != nil {
		c.problem("making a socket: %v", err)
		return
	}
	try(s)
	if err := s.close(); err != nil {
		c.problem("closing: %v", err)
	}
}

func (c *check) problem(format string, args ...any) {
	c.result.Problems = append(c.result.Problems, c.what+": "+fmt.Sprintf(format, args...))
}

// lacks reports whether an error means that the machine or the process lacks
// what the option needs, which excuses it.
func (c *check) lacks(err error) bool {
	if c.row.Needs == "" || !Lacking(err) {
		return false
	}
	c.result.Skipped = "it needs " + c.row.Needs
	return true
}

// Lacking reports whether an error is one of those by which kernels say that
// an option needs something besides.
func Lacking(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist)
}

// exists reports whether sockets of the kind have the option on this system.
func (c *check) exists() bool {
	fits := func(f platform.Family) bool { return f == platform.FamilyNone || f == c.kind.Family }
	return c.row.Absent == "" && c.option.On&c.kind.Type != 0 && fits(c.option.Family) && fits(c.row.Family)
}

// values are those that must be taken: the sample, of a bool both, and the
// ends of the range.
func (c *check) values() []platform.Value {
	i := c.option
	switch {
	case i.Wire == platform.CBool:
		return []platform.Value{platform.Pack(true), platform.Pack(false)}
	case i.Names:
		return []platform.Value{i.SampleIn(c.row)}
	}
	unit := unitOf(i.Wire)
	return []platform.Value{{Int: i.Range.Min * unit}, i.SampleIn(c.row), {Int: i.Range.Max * unit}}
}

// outside is what must be refused, just below and above the range, and far
// from it.
func outside(i *platform.OptionInfo) []platform.Value {
	unit := unitOf(i.Wire)
	above := platform.Value{Int: i.Range.Max*unit + 1}
	switch i.Wire {
	case platform.CBool:
		return nil
	case platform.CLinger: // which has no lower end: a negative duration disables it
		return []platform.Value{above}
	case platform.CString, platform.CFilter:
		values := []platform.Value{{Str: strings.Repeat("x", int(i.Range.Max)+1)}, {Str: "a\x00b"}}
		if i.Range.Min > 0 {
			values = append(values, platform.Value{})
		}
		return values
	}
	return []platform.Value{{Int: (i.Range.Min - 1) * unit}, above, {Int: math.MinInt64 / 2}, {Int: math.MaxInt64 / 2}}
}

// unitOf is a wire's unit in terms of a Value.
func unitOf(w platform.Wire) int64 {
	switch w {
	case platform.CSeconds, platform.CLinger:
		return int64(time.Second)
	case platform.CMillis:
		return int64(time.Millisecond)
	case platform.CMicros:
		return int64(time.Microsecond)
	}
	return 1
}

func show(i *platform.OptionInfo, v platform.Value) string {
	if v.Str != "" {
		return v.Str
	}
	if unitOf(i.Wire) != 1 {
		return time.Duration(v.Int).String()
	}
	return fmt.Sprint(v.Int)
}

func (c *check) unsupported(err error) {
	var u *net.UnsupportedError
	if !errors.As(err, &u) || u.Option != c.option.Name || u.Why == "" || !errors.Is(err, errors.ErrUnsupported) {
		c.problem("%v, not that it is unsupported, and why", err)
	}
}

func (c *check) refuses(s *sample) {
	c.refusesToSet(s)
	_, err := setting(s, c.option)
	c.unsupported(err)
}

func (c *check) refusesToSet(s *sample) { c.unsupported(set(s, c.option, c.option.SampleIn(c.row))) }

func (c *check) reads(s *sample) {
	_, err := setting(s, c.option)
	if err == nil || c.lacks(err) || !c.kind.Connected && errors.Is(err, net.ErrNotConnected) {
		return
	}
	c.problem("%v", err)
}

func (c *check) hasDefault(s *sample) {
	got, err := setting(s, c.option)
	switch {
	case err != nil && !c.lacks(err):
		c.problem("%v", err)
	case err == nil && got != *c.option.Default:
		c.problem("%s, not %s", show(c.option, got), show(c.option, *c.option.Default))
	}
}

// holds sets a value and reads it back.
func (c *check) holds(s *sample, want platform.Value) {
	if err := set(s, c.option, want); err != nil {
		if !c.lacks(err) {
			c.problem("%v", err)
		}
		return
	}
	got, err := setting(s, c.option)
	if c.option.WriteOnly {
		c.unsupported(err)
		return
	}
	if err != nil {
		c.problem("reading back: %v", err)
		return
	}
	c.relates(want, got)
	if c.option.Wire == platform.CBool || want == c.option.SampleIn(c.row) {
		c.inherits(s, want) // at the ends of a range, such as MinTTL's, nobody may connect
	}
}

// relates holds what was read to the relation that the row states.
func (c *check) relates(want, got platform.Value) {
	ok := got == want
	switch {
	case c.row.Clamps || c.row.Reads == platform.Doubled:
		ok = got.Int > 0 // the machine gives what it has
	case c.row.Reads == platform.AtLeast:
		ok = got.Int >= want.Int
	case c.row.Reads == platform.AtMost:
		ok = 0 < got.Int && got.Int <= want.Int
	case c.row.Reads == platform.NoECN && c.kind.Type != platform.UDPSocket:
		ok = got.Int == want.Int&^3
	}
	if !ok {
		c.problem("read back as %s", show(c.option, got))
	}
}

// inherits holds connections that a listener accepts to what was set on it
// (B34).
func (c *check) inherits(s *sample, want platform.Value) {
	if s.listener == nil || !c.option.Restored {
		return
	}
	dialed, accepted, err := ends(s.listener)
	if err != nil {
		c.problem("connecting: %v", err)
		return
	}
	listener, err := setting(s, c.option)
	if err != nil {
		c.problem("reading again: %v", err)
	}
	got, err := setting(accepted, c.option)
	switch {
	case err != nil:
		c.problem("reading from an accepted stream: %v", err)
	case c.row.Clamps || c.row.Reads == platform.Doubled:
		if got.Int < min(want.Int, listener.Int) {
			c.problem("an accepted stream has %s", show(c.option, got))
		}
	case got != listener:
		c.problem("an accepted stream has %s", show(c.option, got))
	}
	if err := errors.Join(dialed.Abort(), accepted.Abort()); err != nil {
		c.problem("closing: %v", err)
	}
}

// refusesRange holds a closed socket to naming the range: then nobody has
// asked the kernel.
func (c *check) refusesRange(s *sample, v platform.Value) {
	for _, state := range []string{"open", "closed"} {
		err := set(s, c.option, v)
		var r *net.RangeError
		if !errors.As(err, &r) || r.Option != c.option.Name || r.Got == "" || r.Min == "" || r.Max == "" {
			c.problem("%s, %s: %v", show(c.option, v), state, err)
		}
		s.Close()
	}
}

func set(s net.Socket, i *platform.OptionInfo, v platform.Value) error {
	return s.With(platform.Setting{Info: i, Value: v})
}

func setting(s net.Socket, i *platform.OptionInfo) (platform.Value, error) {
	got, err := net.GetSetting(s, i)
	return got.Value, err
}
