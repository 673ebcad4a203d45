package net

import (
	"os"

	"github.com/volt-net/volt/platform"
)

const unixTypes = platform.UnixStream | platform.UnixListener | platform.UnixDatagram

// UnixStreamFromFD takes over a descriptor from elsewhere, which must be a Unix
// stream socket, connected or not. It becomes non-blocking and close-on-exec.
// If the call fails, the descriptor is still the caller's.
func UnixStreamFromFD(fd int) (*UnixStream, error) {
	d, err := adopt(platform.FD(fd), platform.UnixStream)
	if err != nil {
		return nil, opError("file", "unix", nil, nil, err)
	}
	return &UnixStream{newStream(d)}, nil
}

// UnixStreamFromFile makes a stream of a copy of f's descriptor. f stays the
// caller's to close.
func UnixStreamFromFile(f *os.File) (*UnixStream, error) {
	d, err := adoptFile(f, platform.UnixStream)
	if err != nil {
		return nil, opError("file", "unix", nil, nil, err)
	}
	return &UnixStream{newStream(d)}, nil
}

// UnixListenerFromFD takes over a descriptor from elsewhere, which must be a
// listening Unix socket; a service manager passes such. Close leaves its file.
func UnixListenerFromFD(fd int) (*UnixListener, error) {
	d, err := adopt(platform.FD(fd), platform.UnixListener)
	if err != nil {
		return nil, opError("file", "unix", nil, nil, err)
	}
	return &UnixListener{listener: listener{socket{d}}}, nil
}

// UnixListenerFromFile makes a listener of a copy of f's descriptor. f stays
// the caller's to close. Close leaves the socket's file.
func UnixListenerFromFile(f *os.File) (*UnixListener, error) {
	d, err := adoptFile(f, platform.UnixListener)
	if err != nil {
		return nil, opError("file", "unix", nil, nil, err)
	}
	return &UnixListener{listener: listener{socket{d}}}, nil
}

// adoptUnix is adopt for Unix sockets.
func adoptUnix(fd platform.FD, typ platform.SocketType) (*desc, error) {
	local, err := sys.LocalAddr(fd)
	if err != nil {
		return nil, err
	}
	kind, err := kindOf(fd)
	if err != nil {
		return nil, err
	}
	want := platform.Stream
	if typ == platform.UnixDatagram {
		want = platform.Datagram
	}
	if local.Family != platform.Unix || kind != want {
		return nil, &UnsupportedError{Option: local.Family.String() + " " + kind.String() + " socket", Why: "not a Unix " + want.String() + " socket"}
	}
	peer, err := sys.PeerAddr(fd)
	if typ == platform.UnixListener && err == nil {
		return nil, &UnsupportedError{Option: "connected socket", Why: "not a listener"}
	}
	if err := sys.Adopt(fd); err != nil {
		return nil, err
	}
	d := newUnixDesc(fd, kind, typ)
	d.set(flagShared)
	if err == nil {
		if peer.Family == platform.FamilyNone {
			peer = unnamed
		}
		d.connected(typ, peer, local)
	}
	return d, nil
}
