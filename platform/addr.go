package platform

import (
	"encoding/binary"
	"syscall"
)

// Addr is a socket address in portable form: comparable, and free of the
// kernels' layouts. Which fields count depends on Family.
type Addr struct {
	Family Family
	Port   uint16
	Scope  uint32   // Inet6: interface index of a link-local address
	IP     [16]byte // Inet4 uses the first four bytes
	Path   string   // Unix: "" is unnamed, a leading NUL marks an abstract name
}

// MaxSockaddr is enough for every address of every system: the size of
// sockaddr_storage (D26).
const MaxSockaddr = 128

// Sockaddr is raw memory for one kernel address, aligned as sockaddr_storage.
type Sockaddr struct {
	_ [0]uint64
	b [MaxSockaddr]byte
}

// SockaddrLayout holds what differs between the systems' socket addresses
// (I4, G1). Each backend has one, generated from the spec.
type SockaddrLayout struct {
	Inet4, Inet6, Unix uint8 // address family numbers
	HasLen             bool  // the first byte is the length, the second the family
	PathSize           int   // size of sun_path
	Abstract           bool  // names that begin with NUL live outside the file system
}

const (
	sizeInet4 = 16
	sizeInet6 = 28
	offPath   = 2

	unspecified = 0 // AF_UNSPEC, on every system (I4)
)

// MaxPath is the longest Unix path that every release of the system takes,
// leaving room for the final NUL (G1).
func (l *SockaddrLayout) MaxPath() int { return l.PathSize - 1 }

// Bytes returns the memory itself; a system call fills or reads it.
func (s *Sockaddr) Bytes() []byte { return s.b[:] }

// Encode writes a in the kernel's layout and returns the number of bytes.
// An address that has no such form is EINVAL, a family unknown here
// EAFNOSUPPORT; package net refuses both before they get here. The zero Addr is
// what connect takes for "no peer" (D12).
func (l *SockaddrLayout) Encode(s *Sockaddr, a Addr) (int, error) {
	switch a.Family {
	case Inet4:
		l.header(s, l.Inet4, sizeInet4)
		binary.BigEndian.PutUint16(s.b[2:], a.Port)
		copy(s.b[4:8], a.IP[:4])
		clear(s.b[8:sizeInet4])
		return sizeInet4, nil
	case Inet6:
		l.header(s, l.Inet6, sizeInet6)
		binary.BigEndian.PutUint16(s.b[2:], a.Port)
		clear(s.b[4:8]) // flowinfo: 13.2 refuses others (F7)
		copy(s.b[8:24], a.IP[:])
		binary.NativeEndian.PutUint32(s.b[24:], a.Scope)
		return sizeInet6, nil
	case Unix:
		return l.encodeUnix(s, a.Path)
	case FamilyNone:
		clear(s.b[:sizeInet4])
		l.header(s, unspecified, sizeInet4)
		return sizeInet4, nil
	}
	return 0, syscall.EAFNOSUPPORT
}

func (l *SockaddrLayout) encodeUnix(s *Sockaddr, path string) (int, error) {
	abstract := len(path) > 0 && path[0] == 0
	size := offPath + len(path)
	switch {
	case abstract && (!l.Abstract || len(path) > l.PathSize):
		return 0, syscall.EINVAL
	case !abstract && len(path) > l.MaxPath():
		return 0, syscall.ENAMETOOLONG
	case !abstract && len(path) > 0:
		size++ // the final NUL
	}
	clear(s.b[:])
	copy(s.b[offPath:], path)
	l.header(s, l.Unix, uint8(size))
	return size, nil
}

func (l *SockaddrLayout) header(s *Sockaddr, family, size uint8) {
	if l.HasLen {
		s.b[0], s.b[1] = size, family
		return
	}
	binary.NativeEndian.PutUint16(s.b[:], uint16(family))
}

// Decode reads an address of n bytes. What it cannot read (nothing at all, a
// short or foreign address) is the zero Addr; an unnamed Unix peer is
// Addr{Family: Unix} on every system (G4).
func (l *SockaddrLayout) Decode(s *Sockaddr, n int) Addr {
	if n < 2 || n > MaxSockaddr {
		return Addr{}
	}
	family := uint16(s.b[1])
	if !l.HasLen {
		family = binary.NativeEndian.Uint16(s.b[:])
	}
	switch {
	case family == uint16(l.Inet4) && n >= sizeInet4:
		a := Addr{Family: Inet4, Port: binary.BigEndian.Uint16(s.b[2:])}
		copy(a.IP[:4], s.b[4:8])
		return a
	case family == uint16(l.Inet6) && n >= sizeInet6:
		a := Addr{Family: Inet6, Port: binary.BigEndian.Uint16(s.b[2:]), Scope: binary.NativeEndian.Uint32(s.b[24:])}
		copy(a.IP[:], s.b[8:24])
		return a
	case family == uint16(l.Unix):
		return Addr{Family: Unix, Path: l.decodePath(s.b[offPath:n])}
	}
	return Addr{}
}

// decodePath trims what systems append to a path (G5). An abstract name is
// exact: NULs in it count.
func (l *SockaddrLayout) decodePath(b []byte) string {
	if len(b) > 0 && b[0] == 0 {
		if l.Abstract && len(b) > 1 {
			return string(b)
		}
		return ""
	}
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
