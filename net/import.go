package net

import (
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/volt-net/volt/platform"
)

// TCPStreamFromFD takes over a descriptor from elsewhere, which must be a TCP
// socket, connected or not. It becomes non-blocking and close-on-exec. If the
// call fails, the descriptor is still the caller's.
func TCPStreamFromFD(fd int) (*TCPStream, error) {
	d, err := adopt(platform.FD(fd), platform.TCPStream)
	if err != nil {
		return nil, opError("file", "tcp", nil, nil, err)
	}
	return &TCPStream{newStream(d)}, nil
}

// TCPStreamFromFile makes a stream of a copy of f's descriptor. f stays the
// caller's to close.
func TCPStreamFromFile(f *os.File) (*TCPStream, error) {
	d, err := adoptFile(f, platform.TCPStream)
	if err != nil {
		return nil, opError("file", "tcp", nil, nil, err)
	}
	return &TCPStream{newStream(d)}, nil
}

// TCPListenerFromFD takes over a descriptor from elsewhere, which must be a
// listening TCP socket; a service manager passes such.
func TCPListenerFromFD(fd int) (*TCPListener, error) {
	d, err := adopt(platform.FD(fd), platform.TCPListener)
	if err != nil {
		return nil, opError("file", "tcp", nil, nil, err)
	}
	return &TCPListener{listener{socket{d}}}, nil
}

// TCPListenerFromFile makes a listener of a copy of f's descriptor. f stays
// the caller's to close.
func TCPListenerFromFile(f *os.File) (*TCPListener, error) {
	d, err := adoptFile(f, platform.TCPListener)
	if err != nil {
		return nil, opError("file", "tcp", nil, nil, err)
	}
	return &TCPListener{listener{socket{d}}}, nil
}

func adoptFile(f *os.File, typ platform.SocketType) (*desc, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	fd, dupErr := platform.NoFD, error(nil)
	if err := raw.Control(func(n uintptr) { fd, dupErr = sys.Dup(platform.FD(n)) }); err != nil {
		return nil, err
	}
	if dupErr != nil {
		return nil, dupErr
	}
	d, err := adopt(fd, typ)
	if err != nil {
		sys.Close(fd)
	}
	return d, err
}

// adopt checks what fd is before it changes anything. The family comes from
// the local address and the peer from its absence: not all systems have the
// options that tell (B25).
func adopt(fd platform.FD, typ platform.SocketType) (*desc, error) {
	if fd != platform.FD(int32(fd)) { // the kernel would take the lower half for a number
		return nil, &RangeError{Option: "descriptor", Got: strconv.Itoa(int(fd)), Min: "0", Max: strconv.Itoa(math.MaxInt32)}
	}
	if typ&unixTypes != 0 {
		return adoptUnix(fd, typ)
	}
	local, err := sys.LocalAddr(fd)
	if err != nil {
		return nil, err
	}
	kind, err := kindOf(fd)
	if err != nil {
		return nil, err
	}
	inet := local.Family == platform.Inet4 || local.Family == platform.Inet6
	want, network := platform.Stream, "tcp"
	if typ == platform.UDPSocket {
		want, network = platform.Datagram, "udp"
	}
	if !inet || kind != want {
		return nil, &UnsupportedError{Option: local.Family.String() + " " + kind.String() + " socket", Why: "not a " + strings.ToUpper(network) + " socket"}
	}
	if err := sys.Adopt(fd); err != nil {
		return nil, err
	}
	d := newDesc(fd, local.Family, kind)
	d.typ = platform.TCPSocket | platform.UDPSocket // which have the option, as streams have not
	if only, err := getOption(d, platform.V6Only); err == nil {
		d.dual = !only
	}
	d.typ = typ
	d.set(flagShared)
	peer, err := sys.PeerAddr(fd)
	if typ == platform.TCPListener && err == nil {
		return nil, &UnsupportedError{Option: "connected socket", Why: "not a listener"}
	}
	if err == nil {
		d.connected(typ, peer, local)
	}
	return d, nil
}

// kindOf asks SO_TYPE, whose SOCK_STREAM and SOCK_DGRAM are our Stream and
// Datagram on every system.
func kindOf(fd platform.FD) (platform.Kind, error) {
	row := platform.KernelType.Info().Row(sys.Traits().Options)
	var buf platform.OptionBuffer
	n, err := sys.GetOption(fd, row.Level, row.Name, buf[:row.Wire.Size()])
	if err != nil {
		return platform.KindNone, err
	}
	v, err := row.Decode(buf[:n])
	return platform.Kind(v.Int), err
}
