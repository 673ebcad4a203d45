package options

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/platform"
)

// Kind is a way to make a socket.
type Kind struct {
	Name   string
	Type   platform.SocketType
	Family platform.Family

	Fresh     bool // nothing has been done with it yet: options have their defaults
	Connected bool // it has a peer

	make func() (*sample, error)
}

// sample is a socket to try an option on, and what must be closed with it.
type sample struct {
	net.Socket
	listener *net.TCPListener // where the socket is one
	others   []func() error
}

// close gives up everything that was opened for the sample.
func (s *sample) close() error {
	// An option of the sample's may be to linger, and nobody reads.
	if d, ok := s.Socket.(interface{ Abort() error }); ok {
		d.Abort()
	}
	err := s.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	for _, end := range s.others {
		err = errors.Join(err, end())
	}
	return err
}

// family is one of the ways to make Internet sockets.
type family struct {
	name     string
	is       platform.Family
	tcp      func() (*net.TCPSocket, error)
	udp      func() (*net.UDPSocket, error)
	any      net.Address
	loopback net.Address
}

func families() []family {
	list := []family{{"IPv4", platform.Inet4, net.NewTCPSocketV4, net.UnboundUDP, net.LoopbackV4(0), net.LoopbackV4(0)}}
	if l, err := net.Listen(net.LoopbackV6(0).String()); err == nil {
		l.Close()
		list = append(list,
			family{"IPv6", platform.Inet6, net.NewTCPSocketV6, net.UnboundUDPv6, net.LoopbackV6(0), net.LoopbackV6(0)},
			family{"dual", platform.Inet6, net.NewTCPSocketDual, net.UnboundUDPDual, net.AnyV6(0), net.LoopbackV6(0)})
	}
	return list
}

// Kinds lists every kind of socket that this machine can make.
func Kinds() []Kind {
	var kinds []Kind
	for _, f := range families() {
		kinds = append(kinds,
			Kind{Name: f.name + " TCP socket", Type: platform.TCPSocket, Family: f.is, Fresh: true, make: alone(f.tcp)},
			Kind{Name: f.name + " TCP listener", Type: platform.TCPListener, Family: f.is, make: f.listener},
			Kind{Name: f.name + " TCP stream", Type: platform.TCPStream, Family: f.is, Connected: true, make: f.dialed},
			Kind{Name: f.name + " TCP stream that was accepted", Type: platform.TCPStream, Family: f.is, Connected: true, make: f.accepted},
			Kind{Name: f.name + " UDP socket", Type: platform.UDPSocket, Family: f.is, Fresh: true, make: alone(f.udp)},
		)
	}
	return append(kinds,
		Kind{Name: "Unix stream", Type: platform.UnixStream, Family: platform.Unix, Connected: true, make: twins(net.UnixStreamPair)},
		Kind{Name: "Unix listener", Type: platform.UnixListener, Family: platform.Unix, make: unixListener},
		Kind{Name: "Unix datagram", Type: platform.UnixDatagram, Family: platform.Unix, Connected: true, make: twins(net.UnixDatagramPair)},
	)
}

func alone[S net.Socket](make func() (S, error)) func() (*sample, error) {
	return func() (*sample, error) {
		s, err := make()
		if err != nil {
			return nil, err
		}
		return &sample{Socket: s}, nil
	}
}

func twins[S net.Socket](make func() (S, S, error)) func() (*sample, error) {
	return func() (*sample, error) {
		a, b, err := make()
		if err != nil {
			return nil, err
		}
		return &sample{Socket: a, others: []func() error{b.Close}}, nil
	}
}

func (f family) listener() (*sample, error) {
	s, err := f.tcp()
	if err != nil {
		return nil, err
	}
	l, err := s.ListenOn(f.any, 0)
	if err != nil {
		return nil, err
	}
	return &sample{Socket: l, listener: l}, nil
}

// patience is how long connecting to this machine may take.
const patience = 10 * time.Second

// ends connects to a listener, which stays open, and returns both ends.
func ends(l *net.TCPListener) (dialed, accepted *net.TCPStream, err error) {
	to := l.LocalAddress()
	if to.IsUnspecified() {
		to = net.LoopbackV6(to.Port())
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if dialed, err = net.ConnectContext(ctx, to.String()); err != nil {
		return nil, nil, err
	}
	if accepted, err = l.AcceptContext(ctx); err != nil {
		return nil, nil, errors.Join(err, dialed.Close())
	}
	return dialed, accepted, nil
}

func (f family) connection() (dialed, accepted *net.TCPStream, err error) {
	l, err := f.listener()
	if err != nil {
		return nil, nil, err
	}
	dialed, accepted, err = ends(l.listener)
	return dialed, accepted, errors.Join(err, l.close())
}

func (f family) dialed() (*sample, error) { return twins(f.connection)() }

func (f family) accepted() (*sample, error) {
	return twins(func() (a, b *net.TCPStream, err error) {
		b, a, err = f.connection()
		return a, b, err
	})()
}

func unixListener() (*sample, error) {
	dir, err := os.MkdirTemp("", "v")
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	path, err := net.UnixPath(filepath.Join(dir, "s"))
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	l, err := net.ListenUnix(path)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	return &sample{Socket: l, others: []func() error{remove}}, nil
}
