package net

import (
	"fmt"
	stdnet "net"
	"strings"

	"github.com/volt-net/volt/platform"
)

// UnixAddr is the address of a Unix socket: a path, an abstract name, or none.
// It is a value: comparable with == and usable as a map key. The zero UnixAddr
// is unnamed, which is what a socket is that was never bound.
type UnixAddr struct {
	name     string
	abstract bool
}

var _ stdnet.Addr = UnixAddr{}

// PathTooLongError reports a path or an abstract name that does not fit into
// this system's socket addresses (G1). It matches [ErrPathTooLong].
type PathTooLongError struct {
	Path string
	Len  int // bytes of Path
	Max  int // how many bytes this system takes
}

func (e *PathTooLongError) Error() string {
	return fmt.Sprintf("unix socket path %q has %d bytes; the limit is %d", e.Path, e.Len, e.Max)
}

// Is makes a PathTooLongError match [ErrPathTooLong].
func (e *PathTooLongError) Is(target error) bool { return target == ErrPathTooLong }

const (
	whyEmptyPath    = "empty path"
	whyEmptyName    = "empty abstract name"
	whyNUL          = "a path cannot hold a NUL byte"
	whyUnnamed      = "the address has no name"
	whyNotUnix      = "not the address of a Unix socket"
	whyNoAbstract   = "names of Unix sockets are paths here"
	abstractAddress = "abstract Unix address"
)

// UnixPath returns the address of the socket at path p, taken literally:
// "@x" is a file of that name on every system (G2). A path that is empty or
// holds NUL is an [AddressError]; one that is too long for this system is a
// [PathTooLongError].
func UnixPath(p string) (UnixAddr, error) { return UnixAddr{name: p}.check(sys.Traits()) }

// UnixAbstract returns the address of the socket that is called name outside
// the file system; every byte counts, NUL too. A system without such names
// returns an [UnsupportedError].
func UnixAbstract(name string) (UnixAddr, error) {
	return UnixAddr{name: name, abstract: true}.check(sys.Traits())
}

// UnixAddrOf returns the UnixAddr that a standard address holds: a UnixAddr or
// a [stdnet.UnixAddr]. In the latter, as in the standard library, a leading
// "@" or NUL marks an abstract name where the system has those.
func UnixAddrOf(addr stdnet.Addr) (UnixAddr, error) {
	switch v := addr.(type) {
	case nil:
	case UnixAddr:
		return v, nil
	case *stdnet.UnixAddr:
		if v != nil {
			return unixFromStd(v.Name, sys.Traits())
		}
	default:
		return UnixAddr{}, &AddressError{Input: addr.String(), Why: whyNotUnix}
	}
	return UnixAddr{}, &AddressError{Why: whyNone}
}

func unixFromStd(name string, t *platform.Traits) (UnixAddr, error) {
	switch {
	case name == "":
		return UnixAddr{}, nil
	case (name[0] == '@' || name[0] == 0) && t.Sockaddr != nil && t.Sockaddr.Abstract:
		return UnixAddr{name: name[1:], abstract: true}.check(t)
	}
	return UnixAddr{name: name}.check(t)
}

// check returns a if it can be bound or connected to on the system of t.
func (a UnixAddr) check(t *platform.Traits) (UnixAddr, error) {
	var err error
	switch {
	case t.Sockaddr == nil:
		err = &UnsupportedError{Option: "Unix sockets", OS: t.OS}
	case a.abstract && !t.Sockaddr.Abstract:
		err = &UnsupportedError{Option: abstractAddress, OS: t.OS, Why: whyNoAbstract}
	case a.abstract && a.name == "":
		err = &AddressError{Why: whyEmptyName}
	case a.name == "":
		err = &AddressError{Why: whyEmptyPath}
	case !a.abstract && strings.IndexByte(a.name, 0) >= 0:
		err = &AddressError{Input: a.name, Why: whyNUL}
	// An abstract name needs no final NUL, but a leading one: the same room.
	case len(a.name) > t.Sockaddr.MaxPath():
		err = &PathTooLongError{Path: a.name, Len: len(a.name), Max: t.Sockaddr.MaxPath()}
	default:
		return a, nil
	}
	return UnixAddr{}, err
}

// Path returns the path, or "" if a is abstract or unnamed.
func (a UnixAddr) Path() string {
	if a.abstract {
		return ""
	}
	return a.name
}

// Name returns the abstract name, or "" if a is a path or unnamed.
func (a UnixAddr) Name() string {
	if a.abstract {
		return a.name
	}
	return ""
}

// IsAbstract reports whether a is a name outside the file system.
func (a UnixAddr) IsAbstract() bool { return a.abstract }

// IsUnnamed reports whether a is the address of a socket that was never bound
// (G4).
func (a UnixAddr) IsUnnamed() bool { return a == UnixAddr{} }

// Network returns "unix".
func (a UnixAddr) Network() string { return "unix" }

// String returns the path, "@" and the abstract name, or "". A path that
// begins with "@" is shown as "./@…", the same file, to tell the two apart.
func (a UnixAddr) String() string {
	switch {
	case a.abstract:
		return "@" + a.name
	case strings.HasPrefix(a.name, "@"):
		return "./" + a.name
	}
	return a.name
}

// UnixAddr returns a as the type that users of net.Conn assert on, of network
// "unix" and with the name as [UnixAddr.String] shows it.
func (a UnixAddr) UnixAddr() *stdnet.UnixAddr { return a.std("unix") }

// std is UnixAddr for the networks "unixgram" and "unixpacket" as well.
func (a UnixAddr) std(network string) *stdnet.UnixAddr {
	return &stdnet.UnixAddr{Name: a.String(), Net: network}
}

// sockaddr returns a for bind and connect. The unnamed address is refused:
// only one system would choose a name (G3).
func (a UnixAddr) sockaddr() (platform.Addr, error) {
	if a.IsUnnamed() {
		return platform.Addr{}, &AddressError{Why: whyUnnamed}
	}
	if _, err := a.check(sys.Traits()); err != nil {
		return platform.Addr{}, err
	}
	name := a.name
	if a.abstract {
		name = "\x00" + name
	}
	return platform.Addr{Family: platform.Unix, Path: name}, nil
}

// unixFromSys is the way back from a kernel's address.
func unixFromSys(from platform.Addr) UnixAddr {
	if name, ok := strings.CutPrefix(from.Path, "\x00"); ok {
		return UnixAddr{name: name, abstract: true}
	}
	return UnixAddr{name: from.Path}
}
