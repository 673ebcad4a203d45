package net

import (
	"context"
	"io"
	stdnet "net"
	"syscall"
)

// TCPStream is a TCP connection. It is a standard net.Conn.
type TCPStream struct{ stream }

var (
	_ stdnet.Conn   = (*TCPStream)(nil)
	_ syscall.Conn  = (*TCPStream)(nil)
	_ io.ReaderFrom = (*TCPStream)(nil)
	_ io.WriterTo   = (*TCPStream)(nil)
	_ Socket        = (*TCPStream)(nil)
)

// LocalAddress returns the local address.
func (s *TCPStream) LocalAddress() Address { return addressFromSys(s.d.localAddr()) }

// PeerAddress returns the peer's address. It stays after the connection has
// ended (C36).
func (s *TCPStream) PeerAddress() Address { return addressFromSys(s.d.remote) }

// SetKeepAliveConfig turns probing on, at the times that k sets.
func (s *TCPStream) SetKeepAliveConfig(k KeepAlive) error { return s.d.setKeepAlive(k) }

// Connect connects to a literal "host:port", such as "192.0.2.1:80" or
// "[2001:db8::1]:80", for as long as the system tries. A host by name is an
// [AddressError] here; see [ConnectHost].
func Connect(addr string) (*TCPStream, error) { return connectLiteral(nil, addr) }

// ConnectContext is Connect that also ends with ctx.
func ConnectContext(ctx context.Context, addr string) (*TCPStream, error) {
	return connectLiteral(ctx, addr)
}

func connectLiteral(ctx context.Context, addr string) (*TCPStream, error) {
	a, err := ParseAddress(addr)
	if err != nil {
		return nil, opError("dial", "tcp", nil, nil, err)
	}
	return connectAddress(ctx, a)
}

func connectAddress(ctx context.Context, a Address) (*TCPStream, error) {
	s, err := newTCPSocket(a.Family(), false)
	if err != nil {
		return nil, err
	}
	return s.Connect(ctx, a)
}
