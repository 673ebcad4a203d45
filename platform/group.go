package platform

import "encoding/binary"

// GroupLayout holds how a system is asked for membership of a group. Each
// backend has one, generated from the spec.
type GroupLayout struct {
	Level4, Level6          int
	Join, Leave             int // struct group_req
	JoinSource, LeaveSource int // struct group_source_req
	JoinAny4, LeaveAny4     int // struct ip_mreq, the interface being the system's choice
	JoinAny6, LeaveAny6     int // struct ipv6_mreq
	Interface4, Interface6  int // struct ip_mreqn; int

	// Align is the alignment of the addresses in group_req.
	Align uintptr
}

// Membership is a group, and on which interface. With a Source, only what that
// host sends is received; then Index must not be 0.
type Membership struct {
	Group, Source Addr
	Index         uint32 // 0 is the system's choice
	Leave         bool
}

// GroupBuffer is memory for the largest request.
type GroupBuffer [8 + 2*MaxSockaddr]byte

// Request lays m out for setsockopt, and says which option it is.
func (l *GroupLayout) Request(b *GroupBuffer, m Membership, addrs *SockaddrLayout) (level, name, size int, err error) {
	level = l.level(m.Group.Family)
	if m.Index == 0 && m.Source.Family == FamilyNone {
		name, size = l.any(b, m)
		return level, name, size, nil
	}
	clear(b[:])
	binary.NativeEndian.PutUint32(b[:], m.Index)
	size = int(l.Align)
	list := []Addr{m.Group}
	name = pick(m.Leave, l.Leave, l.Join)
	if m.Source.Family != FamilyNone {
		list = append(list, m.Source)
		name = pick(m.Leave, l.LeaveSource, l.JoinSource)
	}
	for _, a := range list {
		var sa Sockaddr
		n, err := addrs.Encode(&sa, a)
		if err != nil {
			return 0, 0, 0, err
		}
		copy(b[size:], sa.b[:n])
		size += MaxSockaddr
	}
	return level, name, size, nil
}

// any lays out the request that names no interface.
func (l *GroupLayout) any(b *GroupBuffer, m Membership) (name, size int) {
	clear(b[:])
	if m.Group.Family == Inet4 {
		copy(b[:4], m.Group.IP[:4])
		return pick(m.Leave, l.LeaveAny4, l.JoinAny4), 8
	}
	copy(b[:16], m.Group.IP[:])
	return pick(m.Leave, l.LeaveAny6, l.JoinAny6), 20
}

// Outgoing lays out which interface packets to groups leave by.
func (l *GroupLayout) Outgoing(b *GroupBuffer, family Family, index uint32) (level, name, size int) {
	clear(b[:])
	if family == Inet4 {
		binary.NativeEndian.PutUint32(b[8:], index)
		return l.Level4, l.Interface4, 12
	}
	binary.NativeEndian.PutUint32(b[:], index)
	return l.Level6, l.Interface6, 4
}

func (l *GroupLayout) level(f Family) int {
	if f == Inet4 {
		return l.Level4
	}
	return l.Level6
}

func pick(first bool, a, b int) int {
	if first {
		return a
	}
	return b
}
