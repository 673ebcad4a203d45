package platform

import (
	"encoding/binary"
	"time"
)

// Control is what a control message of a datagram carries, and its layout.
type Control uint8

const (
	PacketInfo4 Control = iota + 1 // struct in_pktinfo
	PacketInfo6                    // struct in6_pktinfo
	Address4                       // struct in_addr
	Link                           // struct sockaddr_dl
	HopsInt                        // int
	HopsByte                       // unsigned char
	ClassInt                       // int, the traffic class
	ClassByte                      // unsigned char
	SizeShort                      // unsigned short, the size of each of several datagrams
	SizeInt                        // int, the same
	Nanos                          // struct timespec, two longs
	Micros                         // struct timeval, two longs
	MicrosInt                      // struct timeval, a long and an int
	Drops                          // uint32_t, how many datagrams were dropped
)

// ControlField is one kind of control message of one system.
type ControlField struct {
	Level, Type    int
	Carries        Control
	Family         Family // FamilyNone is all
	Received, Sent bool
}

// Meta is what comes or goes with a datagram. Zero fields were not told, or
// are the system's choice.
type Meta struct {
	Local   Addr // the address that it was sent to, or is to be sent from; no port
	IfIndex uint32
	Hops    int
	Class   int
	Segment int       // the size of each of several datagrams; the last may be smaller
	Time    time.Time // when it was received
	Dropped uint32    // how many the socket had lost by then
}

// MaxControl is enough for the control messages of one datagram.
const MaxControl = 256

// messages splits control into messages, up to the first that is not
// well-formed.
func (l *ControlLayout) messages(control []byte, do func(level, kind int, data []byte) error) error {
	head := l.align(l.LenSize + 8)
	for uintptr(len(control)) >= head {
		size := uintptr(binary.NativeEndian.Uint32(control))
		if l.LenSize == 8 {
			size = uintptr(binary.NativeEndian.Uint64(control))
		}
		if size < head || size > uintptr(len(control)) {
			break
		}
		level := int(int32(binary.NativeEndian.Uint32(control[l.LenSize:])))
		kind := int(int32(binary.NativeEndian.Uint32(control[l.LenSize+4:])))
		if err := do(level, kind, control[head:size]); err != nil {
			return err
		}
		control = control[min(l.align(size), uintptr(len(control))):]
	}
	return nil
}

// Parse reads what the control messages of a datagram tell. What it does not
// know, or is too short, it passes over.
func (l *ControlLayout) Parse(control []byte) (m Meta) {
	l.messages(control, func(level, kind int, data []byte) error {
		for i := range l.Fields {
			if f := &l.Fields[i]; f.Received && f.Level == level && f.Type == kind {
				f.read(data, &m)
				break
			}
		}
		return nil
	})
	return m
}

func (f *ControlField) read(b []byte, m *Meta) {
	switch n := len(b); {
	case f.Carries == PacketInfo4 && n >= 12:
		m.IfIndex = binary.NativeEndian.Uint32(b)
		m.Local = Addr{Family: Inet4}
		copy(m.Local.IP[:4], b[8:])
	case f.Carries == PacketInfo6 && n >= 20:
		m.Local = Addr{Family: Inet6, IP: [16]byte(b)}
		m.IfIndex = binary.NativeEndian.Uint32(b[16:])
		m.Local.Scope = m.IfIndex
	case f.Carries == Address4 && n >= 4:
		m.Local = Addr{Family: Inet4}
		copy(m.Local.IP[:4], b)
	case f.Carries == Link && n >= 4:
		m.IfIndex = uint32(binary.NativeEndian.Uint16(b[2:]))
	case f.Carries == HopsInt && n >= 4:
		m.Hops = int(int32(binary.NativeEndian.Uint32(b)))
	case f.Carries == HopsByte && n >= 1:
		m.Hops = int(b[0])
	case f.Carries == ClassInt && n >= 4:
		m.Class = int(int32(binary.NativeEndian.Uint32(b)))
	case f.Carries == ClassByte && n >= 1:
		m.Class = int(b[0])
	case f.Carries == SizeShort && n >= 2:
		m.Segment = int(binary.NativeEndian.Uint16(b))
	case f.Carries == SizeInt && n >= 4:
		m.Segment = int(int32(binary.NativeEndian.Uint32(b)))
	case f.Carries == Nanos || f.Carries == Micros || f.Carries == MicrosInt:
		m.Time = f.time(b)
	case f.Carries == Drops && n >= 4:
		m.Dropped = binary.NativeEndian.Uint32(b)
	}
}

// time reads seconds and a part of one. The length tells how wide they are,
// as a processor of 32 bits has 32-bit times on some systems (I6); a time is
// never before 1970, which makes these last until 2106.
func (f *ControlField) time(b []byte) time.Time {
	var seconds, part uint64
	switch order := binary.NativeEndian; {
	case len(b) >= 16 && f.Carries == MicrosInt:
		seconds, part = order.Uint64(b), uint64(order.Uint32(b[8:]))
	case len(b) >= 16:
		seconds, part = order.Uint64(b), order.Uint64(b[8:])
	case len(b) >= 8:
		seconds, part = uint64(order.Uint32(b)), uint64(order.Uint32(b[4:]))
	default:
		return time.Time{}
	}
	if f.Carries != Nanos {
		part *= uint64(time.Microsecond)
	}
	return time.Unix(int64(seconds), int64(part))
}

// Append adds the control messages for a datagram of a family to b. Where the
// system has none for a field of m, that field is named as missing.
func (l *ControlLayout) Append(b []byte, m Meta, family Family) (control []byte, missing string) {
	local, index := m.Local.Family != FamilyNone, m.IfIndex != 0
	hops, class, segment := m.Hops != 0, m.Class != 0, m.Segment != 0
	for i := range l.Fields {
		f := &l.Fields[i]
		if !f.Sent || f.Family != FamilyNone && f.Family != family {
			continue
		}
		switch f.Carries {
		case PacketInfo4, PacketInfo6:
			if local || index {
				b, local, index = l.message(b, f, m), false, false
			}
		case Address4:
			if local {
				b, local = l.message(b, f, m), false
			}
		case HopsInt, HopsByte:
			if hops {
				b, hops = l.message(b, f, m), false
			}
		case ClassInt, ClassByte:
			if class {
				b, class = l.message(b, f, m), false
			}
		case SizeShort, SizeInt:
			if segment {
				b, segment = l.message(b, f, m), false
			}
		}
	}
	switch {
	case local:
		missing = "Src"
	case index:
		missing = "IfIndex"
	case hops:
		missing = "TTL"
	case class:
		missing = "TOS"
	case segment:
		missing = "Segment"
	}
	return b, missing
}

// message adds one message.
func (l *ControlLayout) message(b []byte, f *ControlField, m Meta) []byte {
	var data [20]byte
	n := f.write(&data, m)
	start, head := len(b), int(l.align(l.LenSize+8))
	for range int(l.align(uintptr(head + n))) {
		b = append(b, 0)
	}
	p := b[start:]
	if l.LenSize == 8 {
		binary.NativeEndian.PutUint64(p, uint64(head+n))
	} else {
		binary.NativeEndian.PutUint32(p, uint32(head+n))
	}
	binary.NativeEndian.PutUint32(p[l.LenSize:], uint32(f.Level))
	binary.NativeEndian.PutUint32(p[l.LenSize+4:], uint32(f.Type))
	copy(p[head:], data[:n])
	return b
}

func (f *ControlField) write(b *[20]byte, m Meta) int {
	switch f.Carries {
	case PacketInfo4:
		binary.NativeEndian.PutUint32(b[:], m.IfIndex)
		copy(b[4:8], m.Local.IP[:4])
		return 12
	case PacketInfo6:
		copy(b[:16], m.Local.IP[:])
		binary.NativeEndian.PutUint32(b[16:], max(m.IfIndex, m.Local.Scope))
		return 20
	case Address4:
		return copy(b[:4], m.Local.IP[:4])
	case HopsInt:
		binary.NativeEndian.PutUint32(b[:], uint32(m.Hops))
		return 4
	case HopsByte:
		b[0] = byte(m.Hops)
		return 1
	case ClassInt:
		binary.NativeEndian.PutUint32(b[:], uint32(m.Class))
		return 4
	case SizeShort:
		binary.NativeEndian.PutUint16(b[:], uint16(m.Segment))
		return 2
	case SizeInt:
		binary.NativeEndian.PutUint32(b[:], uint32(m.Segment))
		return 4
	}
	b[0] = byte(m.Class)
	return 1
}
