package net

import (
	"context"
	"io"
	stdnet "net"
	"syscall"

	"github.com/volt-net/volt/platform"
)

// UnixStream is a connection between two processes of one machine. It is a
// standard net.Conn.
type UnixStream struct{ stream }

var (
	_ stdnet.Conn   = (*UnixStream)(nil)
	_ syscall.Conn  = (*UnixStream)(nil)
	_ io.ReaderFrom = (*UnixStream)(nil)
	_ io.WriterTo   = (*UnixStream)(nil)
	_ Socket        = (*UnixStream)(nil)
)

// LocalAddress returns the local address: unnamed, unless the stream was
// accepted.
func (s *UnixStream) LocalAddress() UnixAddr { return unixFromSys(s.d.localAddr()) }

// PeerAddress returns the peer's address. It stays after the connection has
// ended (G14).
func (s *UnixStream) PeerAddress() UnixAddr { return unixFromSys(s.d.remote) }

// ConnectUnix connects to the listener at addr. While its queue is full,
// ConnectUnix waits and tries again (G11). Where the system does not tell a full
// queue from a socket that does not listen, that is given up after some seconds.
func ConnectUnix(addr UnixAddr) (*UnixStream, error) { return connectUnix(nil, addr) }

// ConnectUnixContext is ConnectUnix that ends with ctx, and only then gives up
// on a full queue.
func ConnectUnixContext(ctx context.Context, addr UnixAddr) (*UnixStream, error) {
	return connectUnix(ctx, addr)
}

func connectUnix(ctx context.Context, addr UnixAddr) (*UnixStream, error) {
	d, err := dialUnix(ctx, addr, platform.Stream, platform.UnixStream)
	if err != nil {
		return nil, opError("dial", "unix", nil, addr.std("unix"), err)
	}
	return &UnixStream{newStream(d)}, nil
}

// UnixStreamPair returns two streams that are connected to each other and have
// no names.
func UnixStreamPair() (*UnixStream, *UnixStream, error) {
	a, b, err := unixPair(platform.Stream, platform.UnixStream)
	if err != nil {
		return nil, nil, opError("socketpair", "unix", nil, nil, err)
	}
	return &UnixStream{newStream(a)}, &UnixStream{newStream(b)}, nil
}

// unixNetwork is the standard library's name for a kind of Unix socket.
func unixNetwork(kind platform.Kind) string {
	if kind == platform.Datagram {
		return "unixgram"
	}
	return "unix"
}

var unnamed = platform.Addr{Family: platform.Unix}

// newUnixDesc takes over fd.
func newUnixDesc(fd platform.FD, kind platform.Kind, typ platform.SocketType) *desc {
	d := newDesc(fd, platform.Unix, kind)
	d.typ = typ
	return d
}

func unixSocket(kind platform.Kind, typ platform.SocketType) (*desc, error) {
	fd, err := sys.Socket(platform.Unix, kind)
	if err != nil {
		return nil, err
	}
	return newUnixDesc(fd, kind, typ), nil
}

func unixPair(kind platform.Kind, typ platform.SocketType) (a, b *desc, err error) {
	f, g, err := sys.SocketPair(kind)
	if err != nil {
		return nil, nil, err
	}
	a, b = newUnixDesc(f, kind, typ), newUnixDesc(g, kind, typ)
	a.connected(typ, unnamed, unnamed)
	b.connected(typ, unnamed, unnamed)
	return a, b, nil
}

func dialUnix(ctx context.Context, addr UnixAddr, kind platform.Kind, typ platform.SocketType) (*desc, error) {
	sa, err := addr.sockaddr()
	if err != nil {
		return nil, err
	}
	d, err := unixSocket(kind, typ)
	if err != nil {
		return nil, err
	}
	if err := d.connectPath(ctx, sa); err != nil {
		d.close()
		return nil, err
	}
	d.connected(typ, sa, unnamed)
	return d, nil
}

// connectPath connects, again and again while the listener's queue is full: no
// event tells when it no longer is (G11).
func (d *desc) connectPath(ctx context.Context, sa platform.Addr) error {
	pause := newBackoff()
	for {
		if ctx != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		err := d.oneTry(func() error { return sys.Connect(d.fd, sa) })
		switch {
		case err == nil:
			return nil
		case err == platform.ErrInProgress: // no system does that so far (G12)
			return d.until(writing, &op{kind: opCall, ctx: ctx, call: func() error {
				d.slots[writing].clear()
				return d.connectDone()
			}})
		case err != ErrWouldBlock && !maybeFull(err, sa):
			return pathError(err)
		case err != ErrWouldBlock && ctx == nil && pause.last == pause.most:
			return pathError(err)
		}
		if err := d.pause(writing, ctx, pause.next()); err != nil {
			return err
		}
	}
}

// maybeFull reports whether a refusal can be that of a queue that is full.
func maybeFull(err error, sa platform.Addr) bool {
	return sys.Traits().FullRefuses && sys.Classify(err) == platform.ClassRefused && !isStale(sa)
}

// pathError gives a failed connect the class it has on every system: what is no
// socket answers as little as a socket that nobody listens on (G8), and what is
// a socket of another kind may say so by a number that means a reset elsewhere
// (G9).
func pathError(err error) error {
	switch sys.Classify(err) {
	case platform.ClassNotSocket:
		return withClass(err, platform.ClassRefused)
	case platform.ClassReset:
		return withClass(err, platform.ClassWrongType)
	}
	return err
}
