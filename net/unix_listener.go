package net

import (
	"context"
	"io/fs"
	stdnet "net"

	"github.com/volt-net/volt/platform"
)

// UnixListener accepts Unix streams. It is a standard net.Listener.
type UnixListener struct {
	listener
	file *socketFile // what Close removes; nil: nothing
}

var (
	_ stdnet.Listener = (*UnixListener)(nil)
	_ Socket          = (*UnixListener)(nil)
)

// UnixListenConfig says how to listen on a Unix address. The zero value is
// what [ListenUnix] does.
type UnixListenConfig struct {
	// Backlog is the least number of connections that wait to be accepted; 0
	// is the system's maximum.
	Backlog int

	// Replace takes the place of a socket that its owner left behind: a file
	// that is a socket and that no process has open. Anything else stays, and
	// the address is in use. Two processes must not replace the same socket
	// at once.
	Replace bool

	// Mode is the permissions of the socket's file, in effect before the first
	// connection is possible; 0 leaves them to the umask. To connect takes the
	// permission to write (G29).
	Mode fs.FileMode
}

// ListenUnix listens on addr. A file that is there already is not touched: the
// address is in use then (G6). Close removes the file that ListenUnix made.
func ListenUnix(addr UnixAddr) (*UnixListener, error) { return UnixListenConfig{}.Listen(addr) }

// Listen listens on addr.
func (c UnixListenConfig) Listen(addr UnixAddr) (*UnixListener, error) {
	l, err := c.listen(addr)
	if err != nil {
		return nil, opError("listen", "unix", nil, addr.std("unix"), err)
	}
	return l, nil
}

func (c UnixListenConfig) listen(addr UnixAddr) (*UnixListener, error) {
	d, err := unixSocket(platform.Stream, platform.UnixListener)
	if err != nil {
		return nil, err
	}
	file, err := d.bindPath(addr, c.Replace, c.Mode)
	if err == nil {
		err = d.listen(c.Backlog)
	}
	if err != nil {
		file.remove()
		d.close()
		return nil, err
	}
	return &UnixListener{listener{socket{d}}, file}, nil
}

// Close closes the listener, and removes its file if that is still the one
// that it made. Whoever waits in Accept returns [ErrClosed], and so does a
// second Close.
func (l *UnixListener) Close() error {
	// The file goes first: as long as the listener is open, nobody takes it
	// for one left behind, and no other file has its identity.
	l.file.remove()
	return l.socket.Close()
}

// KeepFile makes Close leave the file, for another process that has a copy of
// the listener.
func (l *UnixListener) KeepFile() { l.file.keep() }

// LocalAddress returns the address listened on.
func (l *UnixListener) LocalAddress() UnixAddr { return unixFromSys(l.d.localAddr()) }

// TryAccept returns a connection that waits, and the peer's address, or
// [ErrWouldBlock]. Out of descriptors it is [ErrTooManyFiles].
func (l *UnixListener) TryAccept() (*UnixStream, UnixAddr, error) {
	c, err := l.tryOne(platform.UnixStream)
	if err != nil {
		return nil, UnixAddr{}, err
	}
	s := acceptedUnix(c)
	return s, s.PeerAddress(), nil
}

// AcceptUnix waits for a connection. Out of descriptors it waits until there
// are some; TryAccept reports that.
func (l *UnixListener) AcceptUnix() (*UnixStream, error) { return l.accept(nil) }

// AcceptContext is AcceptUnix that also ends with ctx.
func (l *UnixListener) AcceptContext(ctx context.Context) (*UnixStream, error) { return l.accept(ctx) }

// Accept is AcceptUnix for the standard interface.
func (l *UnixListener) Accept() (stdnet.Conn, error) {
	s, err := l.accept(nil)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (l *UnixListener) accept(ctx context.Context) (*UnixStream, error) {
	c, err := l.d.accept(ctx, platform.UnixStream)
	if err != nil {
		return nil, l.d.fail("accept", err)
	}
	return acceptedUnix(c), nil
}

// acceptedUnix finishes a stream that was accepted. The kernel may give a peer
// without a name no address at all (G4).
func acceptedUnix(c *desc) *UnixStream {
	if c.remote.Family == platform.FamilyNone {
		c.remote = unnamed
	}
	return &UnixStream{newStream(c)}
}
