package net

import (
	"context"
	stdnet "net"

	"github.com/volt-net/volt/platform"
)

// TCPListener accepts TCP connections. It is a standard net.Listener.
type TCPListener struct{ listener }

var (
	_ stdnet.Listener = (*TCPListener)(nil)
	_ Socket          = (*TCPListener)(nil)
)

// Listen listens on a literal "host:port". An empty host is all interfaces,
// IPv6 and IPv4; port 0 is one that the system picks, and LocalAddress tells. A
// host by name is an [AddressError]. To set options first, see [TCPSocket].
func Listen(addr string) (*TCPListener, error) {
	a, dual, err := parseListen(addr)
	if err != nil {
		return nil, opError("listen", "tcp", nil, nil, err)
	}
	return listenTCP(a, dual)
}

// ListenPort listens on all interfaces, IPv6 and IPv4, or IPv4 alone on a
// machine without IPv6 (F9).
func ListenPort(port uint16) (*TCPListener, error) { return listenTCP(AnyV6(port), true) }

// listenTCP falls back to IPv4 on a machine without IPv6 (F9).
func listenTCP(a Address, dual bool) (*TCPListener, error) {
	l, err := listenFamily(a, a.Family(), dual)
	if dual && err != nil && lacksFamily(err) {
		return listenFamily(AnyV4(a.Port()), platform.Inet4, false)
	}
	return l, err
}

func listenFamily(a Address, family platform.Family, dual bool) (*TCPListener, error) {
	s, err := newTCPSocket(family, dual)
	if err != nil {
		return nil, err
	}
	return s.ListenOn(a, 0)
}

// lacksFamily reports an error of a machine without IPv6.
func lacksFamily(err error) bool {
	c := sys.Classify(err)
	return c == platform.ClassUnsupported || c == platform.ClassAddrNotAvailable
}

// TryAccept returns a connection that waits, and the peer's address, or
// [ErrWouldBlock]. Out of descriptors it is [ErrTooManyFiles].
func (l *TCPListener) TryAccept() (*TCPStream, Address, error) {
	c, err := l.tryOne(platform.TCPStream)
	if err != nil {
		return nil, Address{}, err
	}
	s := &TCPStream{newStream(c)}
	return s, s.PeerAddress(), nil
}

// AcceptTCP waits for a connection. Out of descriptors it waits until there
// are some; TryAccept reports that.
func (l *TCPListener) AcceptTCP() (*TCPStream, error) { return l.accept(nil) }

// AcceptContext is AcceptTCP that also ends with ctx.
func (l *TCPListener) AcceptContext(ctx context.Context) (*TCPStream, error) { return l.accept(ctx) }

// Accept is AcceptTCP for the standard interface.
func (l *TCPListener) Accept() (stdnet.Conn, error) {
	s, err := l.accept(nil)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (l *TCPListener) accept(ctx context.Context) (*TCPStream, error) {
	c, err := l.d.accept(ctx, platform.TCPStream)
	if err != nil {
		return nil, l.d.fail("accept", err)
	}
	return &TCPStream{newStream(c)}, nil
}

// LocalAddress returns the address listened on, with the port that the system
// picked.
func (l *TCPListener) LocalAddress() Address { return addressFromSys(l.d.localAddr()) }

// SetKeepAliveConfig turns probing on for the connections accepted from now
// on, at the times that k sets.
func (l *TCPListener) SetKeepAliveConfig(k KeepAlive) error { return l.d.setKeepAlive(k) }
