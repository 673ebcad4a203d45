package net

import (
	"errors"
	"time"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// SetOption sets any option of package sockopt on any socket. A value that is
// out of the option's range is a [RangeError]; an option that the system or this
// kind of socket lacks, or that can only be read, is an [UnsupportedError].
func SetOption[T platform.OptionType](s Socket, o sockopt.Option[T], v T) error {
	d, err := given(s)
	if err != nil {
		return d.fail("set", err)
	}
	return setOption(d, o.Option, v)
}

// GetOption returns the value of any option of package sockopt on any socket. An
// option that the system or this kind of socket lacks is an [UnsupportedError].
func GetOption[T platform.OptionType](s Socket, o sockopt.Option[T]) (v T, err error) {
	d, err := given(s)
	if err != nil {
		return v, d.fail("get", err)
	}
	return getOption(d, o.Option)
}

// GetSetting returns an option together with its value on a socket, for
// programs that treat all options alike. What it returns, the method With
// takes.
func GetSetting(s Socket, i *platform.OptionInfo) (platform.Setting, error) {
	d, err := given(s)
	if err != nil {
		return platform.Setting{}, d.fail("get", err)
	}
	v, row, err := d.getValue(i)
	if err != nil {
		return platform.Setting{}, d.fail("get", err)
	}
	return platform.Setting{Info: i, Value: row.Normalise(v, d.kind)}, nil
}

// Supports reports whether the running system has an option. A particular
// kernel or process may lack what the option needs besides, which its Info
// tells.
func Supports[T platform.OptionType](o sockopt.Option[T]) bool { return o.Supported() }

// KeepAlive says how a connection that is silent is probed. Fields that are
// zero leave what is set.
type KeepAlive struct {
	Idle     time.Duration // the silence before the first probe: 1 to 32767 seconds, rounded up
	Interval time.Duration // from one probe to the next: the same
	Count    int           // probes without an answer that end the connection: 1 to 127
}

func (d *desc) setKeepAlive(k KeepAlive) error {
	if k.Idle != 0 {
		if err := setOption(d, platform.KeepAliveIdle, k.Idle); err != nil {
			return err
		}
	}
	if k.Interval != 0 {
		if err := setOption(d, platform.KeepAliveInterval, k.Interval); err != nil {
			return err
		}
	}
	if k.Count != 0 {
		if err := setOption(d, platform.KeepAliveCount, k.Count); err != nil {
			return err
		}
	}
	return setOption(d, platform.KeepAlive, true)
}

func setOption[T platform.OptionType](d *desc, o platform.Option[T], v T) error {
	return d.setValue(o.Info(), platform.Pack(v))
}

func getOption[T platform.OptionType](d *desc, o platform.Option[T]) (T, error) {
	v, row, err := d.getValue(o.Info())
	if err == nil {
		v = row.Normalise(v, d.kind)
	}
	return platform.Unpack[T](v), d.fail("get", err)
}

// getEffective returns the kernel's own number.
func getEffective[T platform.OptionType](d *desc, o platform.Option[T]) (T, error) {
	v, _, err := d.getValue(o.Info())
	return platform.Unpack[T](v), d.fail("get", err)
}

// unsupported reports whether err says that there is no such option: not on
// this system, or not in this release of it.
func unsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || sys.Classify(err) == platform.ClassUnsupported
}

// optionRow finds how this system spells an option, or says why this socket
// has none.
func (d *desc) optionRow(i *platform.OptionInfo) (*platform.OptionRow, error) {
	if i == nil { // of the zero Option or Setting
		return nil, missing("option")
	}
	row := i.Row(sys.Traits().Options)
	switch {
	case row.Absent != "":
		return nil, &UnsupportedError{Option: i.Name, OS: sys.Traits().OS, Why: row.Absent}
	case i.On&d.typ == 0:
		return nil, &UnsupportedError{Option: i.Name, Why: "not an option of this kind of socket"}
	case i.Family != platform.FamilyNone && i.Family != d.family:
		return nil, &UnsupportedError{Option: i.Name, Why: "only " + i.Family.String() + " sockets have it"}
	case row.Family != platform.FamilyNone && row.Family != d.family:
		return nil, &UnsupportedError{Option: i.Name, OS: sys.Traits().OS, Why: "only " + row.Family.String() + " sockets have it"}
	}
	return row, nil
}

func (d *desc) setValue(i *platform.OptionInfo, v platform.Value) error {
	row, err := d.optionRow(i)
	if err != nil {
		return d.fail("set", err)
	}
	switch {
	case i.ReadOnly:
		return d.fail("set", &UnsupportedError{Option: i.Name, Why: "it can only be read"})
	case i.SetOn&d.typ == 0:
		return d.fail("set", &UnsupportedError{Option: i.Name, Why: "it can only be set before Connect or Listen"})
	}
	if err := i.Check(v); err != nil {
		return d.fail("set", err)
	}
	if err := d.acquire(); err != nil {
		return d.fail("set", err)
	}
	defer d.release()
	if err := d.apply(row, v); err != nil {
		return d.fail("set", d.optionError(i, err))
	}
	switch i {
	case platform.Linger.Info():
		if v.Int > 0 {
			d.set(flagLingers)
		} else {
			d.flags.And(^flagLingers)
		}
	case platform.V6Only.Info():
		d.dual = v.Int == 0
	}
	d.remember(platform.Setting{Info: i, Value: v})
	return nil
}

// apply makes the system calls. On an IPv6 socket the option may have another
// name, or two (B12).
func (d *desc) apply(row *platform.OptionRow, v platform.Value) error {
	if d.family != platform.Inet6 || row.Const6 == "" {
		return d.store(row, row.Level, row.Name, v)
	}
	if err := d.store(row, row.Level6, row.Name6, v); err != nil || !row.Both || !d.dual {
		return err
	}
	return d.store(row, row.Level, row.Name, v)
}

func (d *desc) store(row *platform.OptionRow, level, name int, v platform.Value) error {
	var buf platform.OptionBuffer
	n := row.Encode(&buf, v)
	err := sys.SetOption(d.fd, level, name, buf[:n])
	if err == nil || !row.Clamps || sys.Classify(err) != platform.ClassNoBuffers {
		return err
	}
	// Too much here is an error, elsewhere it is the most there is (B3): look
	// for that by halving the distance between what is taken and what is not.
	low, high := int64(1), v.Int
	for high-low > 1 {
		v.Int = low + (high-low)/2
		n := row.Encode(&buf, v)
		switch e := sys.SetOption(d.fd, level, name, buf[:n]); {
		case e == nil:
			low, err = v.Int, nil
		case sys.Classify(e) == platform.ClassNoBuffers:
			high = v.Int
		default:
			return e
		}
	}
	return err
}

func (d *desc) getValue(i *platform.OptionInfo) (platform.Value, *platform.OptionRow, error) {
	row, err := d.optionRow(i)
	if err != nil {
		return platform.Value{}, nil, err
	}
	if i.WriteOnly {
		return platform.Value{}, nil, &UnsupportedError{Option: i.Name, Why: "it can only be set"}
	}
	if err := d.acquire(); err != nil {
		return platform.Value{}, nil, err
	}
	defer d.release()
	level, name := row.Level, row.Name
	if d.family == platform.Inet6 && row.Const6 != "" {
		level, name = row.Level6, row.Name6
	}
	var buf platform.OptionBuffer
	n, err := sys.GetOption(d.fd, level, name, buf[:row.Wire.Size()])
	if err != nil {
		return platform.Value{}, nil, d.optionError(i, err)
	}
	v, err := row.Decode(buf[:n])
	return v, row, err
}

// optionError names the option, and tells a dead connection, which some
// systems report as EINVAL, from a bad value (B22).
func (d *desc) optionError(i *platform.OptionInfo, err error) error {
	if d.has(flagConnected) && sys.Classify(err) == platform.ClassInvalid {
		if _, e := sys.PeerAddr(d.fd); e != nil {
			err = withClass(err, platform.ClassReset)
		}
	}
	return &optionError{i.Name, classify(err)}
}

// optionError says which option a kernel refused.
type optionError struct {
	option string
	err    error
}

func (e *optionError) Error() string { return e.option + ": " + e.err.Error() }
func (e *optionError) Unwrap() error { return e.err }

// remember keeps what was set on a builder or a listener: a builder may need
// another descriptor (C46), and accepted sockets may not inherit it (B34).
func (d *desc) remember(set platform.Setting) {
	if d.typ&(platform.TCPSocket|platform.TCPListener|platform.UnixListener) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := make([]platform.Setting, 0, len(d.settings)+1)
	for _, old := range d.settings {
		if old.Info != set.Info {
			kept = append(kept, old)
		}
	}
	d.settings = append(kept, set)
	var again []platform.Setting
	for _, s := range d.settings {
		// A Unix socket that is to be accepted is made by the peer's connect,
		// on some systems with nothing of the listener's.
		if s.Info.Restored && (d.family == platform.Unix || s.Info.Row(sys.Traits().Options).Reapply) {
			again = append(again, s)
		}
	}
	d.again.Store(&again)
}

// asked reports whether the caller has set an option.
func (d *desc) asked(i *platform.OptionInfo) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.settings {
		if s.Info == i {
			return true
		}
	}
	return false
}
