package net

import (
	"io"
	stdnet "net"

	"github.com/volt-net/volt/platform"
)

// stream is a connected byte stream: what TCPStream and UnixStream share. Its
// methods may be called from any number of goroutines, in any mixture of forms.
type stream struct {
	socket
	reader
	writer
}

func newStream(d *desc) stream { return stream{socket{d}, reader{d}, writer{d}} }

// LocalAddr returns the local address as the standard library's type.
func (s stream) LocalAddr() stdnet.Addr { return s.d.stdAddr(s.d.localAddr()) }

// RemoteAddr returns the peer's address as the standard library's type. It
// stays after the connection has ended.
func (s stream) RemoteAddr() stdnet.Addr { return s.d.stdAddr(s.d.remote) }

// ended is fail that leaves io.EOF as it is.
func (d *desc) ended(op string, err error) error {
	if err == io.EOF {
		return err
	}
	return d.fail(op, err)
}

// connected marks d as a stream to remote, from local if that is known.
func (d *desc) connected(typ platform.SocketType, remote, local platform.Addr) {
	d.typ, d.remote = typ, remote
	d.set(flagConnected)
	d.mu.Lock()
	d.local = local
	d.mu.Unlock()
	if sys.Traits().LocalAddrDies {
		d.localAddr()
	}
}
