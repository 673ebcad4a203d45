package net

import (
	"io/fs"
	stdnet "net"
	"os"
	"sync"

	"github.com/volt-net/volt/platform"
)

// UnixDatagram sends and receives datagrams within one machine: none is lost,
// and those of one sender keep their order (G22). It is a standard
// net.PacketConn and, with a peer, a standard net.Conn.
//
// Datagrams of 8,192 bytes can be sent on every system; what is larger than the
// system takes is [ErrMessageTooLong] (G17). A receiver that does not keep up
// makes senders wait. Once a peer is gone, sending to it is [ErrReset], and
// [ErrNotConnected] after (G18); receiving from it is not the end (G19).
type UnixDatagram struct {
	datagram

	mu   sync.Mutex  // held while binding, naming a peer and closing
	file *socketFile // what Close removes; nil: nothing
}

var (
	_ stdnet.Conn       = (*UnixDatagram)(nil)
	_ stdnet.PacketConn = (*UnixDatagram)(nil)
	_ Socket            = (*UnixDatagram)(nil)
)

// UnixDatagramConfig says how to bind a datagram socket. The zero value is what
// [BindUnixDatagram] does.
type UnixDatagramConfig struct {
	Replace bool        // as in [UnixListenConfig]
	Mode    fs.FileMode // as in [UnixListenConfig], though not before the first datagram
}

// BindUnixDatagram makes a socket that receives at addr. A file that is there
// already is not touched: the address is in use then (G6). Close removes the
// file that BindUnixDatagram made.
func BindUnixDatagram(addr UnixAddr) (*UnixDatagram, error) {
	return UnixDatagramConfig{}.Bind(addr)
}

// Bind makes a socket that receives at addr.
func (c UnixDatagramConfig) Bind(addr UnixAddr) (*UnixDatagram, error) {
	s, err := UnboundUnixDatagram()
	if err != nil {
		return nil, err
	}
	if err := s.bind(addr, c); err != nil {
		s.Close()
		return nil, opError("listen", "unixgram", nil, addr.std("unixgram"), err)
	}
	return s, nil
}

// Bind gives a socket that has none an address to receive at, as
// [BindUnixDatagram] does.
func (s *UnixDatagram) Bind(addr UnixAddr) error {
	return opError("bind", "unixgram", nil, addr.std("unixgram"), s.bind(addr, UnixDatagramConfig{}))
}

func (s *UnixDatagram) bind(addr UnixAddr, c UnixDatagramConfig) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.d.oneTry(func() error {
		file, err := s.d.bindPath(addr, c.Replace, c.Mode)
		if file != nil {
			s.file = file
		}
		s.d.forgetLocal()
		return err
	})
}

// UnboundUnixDatagram makes a socket without an address: it can send, but
// nobody can answer.
func UnboundUnixDatagram() (*UnixDatagram, error) {
	d, err := unixSocket(platform.Datagram, platform.UnixDatagram)
	if err != nil {
		return nil, opError("socket", "unixgram", nil, nil, err)
	}
	if err := d.makeRoom(); err != nil {
		d.close()
		return nil, opError("socket", "unixgram", nil, nil, err)
	}
	return &UnixDatagram{datagram: datagram{socket{d}}}, nil
}

// UnixDatagramPair returns two sockets that are each other's peers and have no
// names.
func UnixDatagramPair() (*UnixDatagram, *UnixDatagram, error) {
	a, b, err := unixPair(platform.Datagram, platform.UnixDatagram)
	if err == nil {
		if err = a.makeRoom(); err == nil {
			err = b.makeRoom()
		}
		if err != nil {
			a.close()
			b.close()
		}
	}
	if err != nil {
		return nil, nil, opError("socketpair", "unixgram", nil, nil, err)
	}
	return &UnixDatagram{datagram: datagram{socket{a}}}, &UnixDatagram{datagram: datagram{socket{b}}}, nil
}

// UnixDatagramFromFD takes over a descriptor from elsewhere, which must be a
// Unix datagram socket. It becomes non-blocking and close-on-exec. If the call
// fails, the descriptor is still the caller's.
func UnixDatagramFromFD(fd int) (*UnixDatagram, error) {
	d, err := adopt(platform.FD(fd), platform.UnixDatagram)
	if err != nil {
		return nil, opError("file", "unixgram", nil, nil, err)
	}
	return &UnixDatagram{datagram: datagram{socket{d}}}, nil
}

// UnixDatagramFromFile makes a socket of a copy of f's descriptor. f stays the
// caller's to close. Close leaves the socket's file.
func UnixDatagramFromFile(f *os.File) (*UnixDatagram, error) {
	d, err := adoptFile(f, platform.UnixDatagram)
	if err != nil {
		return nil, opError("file", "unixgram", nil, nil, err)
	}
	return &UnixDatagram{datagram: datagram{socket{d}}}, nil
}

// Close closes the socket, and removes its file if that is still the one that
// it made. Whoever waits on it returns [ErrClosed], and so does a second Close.
func (s *UnixDatagram) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file.remove() // first, as UnixListener does
	return s.socket.Close()
}

// KeepFile makes Close leave the file, for another process that has a copy of
// the socket.
func (s *UnixDatagram) KeepFile() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file.keep()
}

// LocalAddress returns the address the socket receives at.
func (s *UnixDatagram) LocalAddress() UnixAddr { return unixFromSys(s.d.localAddr()) }

// PeerAddress returns the address that Connect has named; it is unnamed for a
// pair, and without a peer.
func (s *UnixDatagram) PeerAddress() UnixAddr { return unixFromSys(s.d.peer()) }

// Connect names the only peer that the socket sends to, until Disconnect or
// another Connect. Some systems refuse a peer that has another one (G20).
func (s *UnixDatagram) Connect(addr UnixAddr) error {
	sa, err := addr.sockaddr()
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		err = s.d.oneTry(func() error { return pathError(s.d.setPeer(sa)) })
	}
	return opError("dial", s.d.network(), nil, addr.std(s.d.network()), err)
}

// Disconnect lets the socket send to anyone again. Without a peer it does
// nothing.
func (s *UnixDatagram) Disconnect() error {
	d := s.d
	s.mu.Lock()
	defer s.mu.Unlock()
	return d.fail("disconnect", d.oneTry(func() error {
		if !d.has(flagConnected) {
			return nil
		}
		return d.setPeer(platform.Addr{})
	}))
}
