package net

import (
	"errors"
	"net/netip"

	"github.com/volt-net/volt/platform"
)

// What membership of groups can fail with. The errors match the classes of the
// kernel's numbers as well.
var (
	ErrAlreadyJoined      = errors.New("already a member of the group")
	ErrNotJoined          = errors.New("not a member of the group")
	ErrTooManyMemberships = errors.New("too many groups on one socket")
)

const (
	whyNotGroup    = "not a multicast address"
	whyIsGroup     = "a multicast address is no host"
	whySourceAlone = "one source of a group needs the interface named"
)

// JoinGroup receives what is sent to a group, on one interface, at the port
// that the socket is bound to. For several sockets to share that port, see
// [UDPSocket.SetShareAddress]. A group that stays on one link needs the
// interface named, or a zone (E16). Joining twice is [ErrAlreadyJoined].
func (s *UDPSocket) JoinGroup(group netip.Addr, on Interface) error {
	return s.member("join", group, netip.Addr{}, on, false)
}

// LeaveGroup ends what JoinGroup began, on the same interface. Without that it
// is [ErrNotJoined].
func (s *UDPSocket) LeaveGroup(group netip.Addr, on Interface) error {
	return s.member("leave", group, netip.Addr{}, on, true)
}

// JoinSource is JoinGroup for what one host sends. The interface must be named.
// One group may have several sources, but not beside JoinGroup.
func (s *UDPSocket) JoinSource(group, source netip.Addr, on Interface) error {
	return s.member("join", group, source, on, false)
}

// LeaveSource ends what JoinSource began.
func (s *UDPSocket) LeaveSource(group, source netip.Addr, on Interface) error {
	return s.member("leave", group, source, on, true)
}

func (s *UDPSocket) member(op string, group, source netip.Addr, on Interface, leave bool) error {
	d := s.d
	m, err := d.membership(group, source, on)
	if err == nil {
		m.Leave = leave
		err = d.changeMembership(m)
	}
	return opError(op, d.network(), d.stdAddr(d.localAddr()), AddressFrom(netip.AddrPortFrom(group, 0)), err)
}

// membership makes the checks that systems do differently, or not at all.
func (d *desc) membership(group, source netip.Addr, on Interface) (platform.Membership, error) {
	m, ssm := platform.Membership{}, source.IsValid()
	group, source = group.Unmap(), source.Unmap()
	if !group.IsMulticast() {
		return m, &AddressError{Input: group.String(), Why: whyNotGroup} // E3
	}
	if zone := group.Zone(); zone != "" && on == (Interface{}) {
		on = interfaceByZone(zone)
	}
	index, err := on.find()
	if err != nil {
		return m, err
	}
	if index == 0 && scoped(group) {
		return m, &AddressError{Input: group.String(), Why: whyZoneLess, Err: ErrNoInterface} // E16
	}
	m.Index = index
	if m.Group, err = AddressFrom(netip.AddrPortFrom(group.WithZone(""), 0)).sockaddr(d.family, false); err != nil || !ssm {
		return m, err
	}
	switch {
	case source.IsMulticast():
		return m, &AddressError{Input: source.String(), Why: whyIsGroup}
	case index == 0:
		return m, &AddressError{Input: group.String(), Why: whySourceAlone, Err: ErrNoInterface}
	case source.Is6() && scoped(source) && source.Zone() == "":
		source = source.WithZone(zones.name(index))
	}
	m.Source, err = AddressFrom(netip.AddrPortFrom(source, 0)).sockaddr(d.family, false)
	return m, err
}

func (d *desc) changeMembership(m platform.Membership) error {
	t := sys.Traits()
	var b platform.GroupBuffer
	level, name, size, err := t.Groups.Request(&b, m, t.Sockaddr)
	if err != nil {
		return err
	}
	if err := d.acquire(); err != nil {
		return err
	}
	defer d.release()
	err = sys.SetOption(d.fd, level, name, b[:size])
	switch c := sys.Classify(err); {
	case err == nil:
		return nil
	case !m.Leave && c == platform.ClassAddrInUse:
		return &named{ErrAlreadyJoined, err} // E1
	case m.Leave && (c == platform.ClassAddrNotAvailable || c == platform.ClassInvalid):
		return &named{ErrNotJoined, err} // E2; for a source it may be the second
	case !m.Leave && c == platform.ClassNoBuffers:
		return &named{ErrTooManyMemberships, err} // E8
	}
	return err
}

// named is an error of the kernel that means more than its class says.
type named struct{ name, err error }

func (e *named) Error() string        { return e.name.Error() + ": " + e.err.Error() }
func (e *named) Unwrap() error        { return classify(e.err) }
func (e *named) Is(target error) bool { return target == e.name }

// SetMulticastInterface chooses by which interface datagrams to groups leave.
// The zero Interface takes a choice back; on an IPv6 socket whose system does
// not, that is [ErrInvalidState] (E5).
func (s *UDPSocket) SetMulticastInterface(on Interface) error {
	d := s.d
	index, err := on.find()
	if err != nil {
		return d.fail("set", err)
	}
	if err := d.acquire(); err != nil {
		return d.fail("set", err)
	}
	defer d.release()
	var b, has platform.GroupBuffer
	level, name, size := sys.Traits().Groups.Outgoing(&b, d.family, index)
	if index == 0 && d.family == platform.Inet6 {
		// Some systems refuse the 0 (E5), which may be what the socket has.
		// IPv4 sockets take it, and do not tell (E14).
		if _, err := sys.GetOption(d.fd, level, name, has[:size]); err == nil && has == b {
			s.multicast.Store(0)
			return nil
		}
	}
	if err := sys.SetOption(d.fd, level, name, b[:size]); err != nil {
		return d.fail("set", &optionError{"MulticastInterface", classify(err)})
	}
	s.multicast.Store(index)
	return nil
}

// MulticastInterface returns the index of the interface that
// SetMulticastInterface has chosen, 0 for the system's choice. Systems
// themselves answer in different terms (E14).
func (s *UDPSocket) MulticastInterface() (int, error) {
	return int(s.multicast.Load()), s.d.fail("get", s.d.alive())
}
