package net

import (
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/volt-net/volt/platform"
)

// TCPSocket is a TCP socket that is neither connected nor listening yet: the
// place to set options. Connect or Listen uses it up, whether it succeeds or
// not; without either it must be closed.
type TCPSocket struct {
	socket
	used atomic.Bool // by Connect or Listen, which may still be at it
	gone atomic.Bool // what it was belongs to a stream or a listener

	mu     sync.Mutex // guards what follows, and setting deadlines
	closed bool       // Close was called
	twin   *desc      // the descriptor that Connect went on with, if it had to
}

// Close closes the socket. Once Connect or Listen has made something of it,
// that is untouched and the error is [ErrClosed], so that Close can be
// deferred; while Connect waits, it returns [ErrClosed].
func (s *TCPSocket) Close() error {
	if s.gone.Load() {
		return s.d.fail("close", ErrClosed)
	}
	s.mu.Lock()
	s.closed = true
	d := s.ownBare()
	s.mu.Unlock()
	return socket{d}.Close()
}

// own is the builder's descriptor: a closed one, once what it was belongs to a
// stream or a listener.
func (s *TCPSocket) own() *desc {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ownBare()
}

// ownBare is own for a caller who holds mu.
func (s *TCPSocket) ownBare() *desc {
	switch {
	case s.gone.Load():
	case s.twin != nil:
		return s.twin
	default:
		return s.d
	}
	d := newDesc(platform.NoFD, s.d.family, s.d.kind)
	d.typ = platform.TCPSocket
	d.lock.close()
	return d
}

func (s *TCPSocket) descriptor() *desc { return s.own() }

// With sets options in the order given and stops at the first that fails.
// The error names the option.
func (s *TCPSocket) With(settings ...platform.Setting) error {
	return socket{s.own()}.With(settings...)
}

// SetDeadline sets the time after which Connect returns
// [os.ErrDeadlineExceeded], also while it waits. The zero time means none.
func (s *TCPSocket) SetDeadline(t time.Time) error {
	s.mu.Lock() // so that no deadline is set on a descriptor that replace has read
	defer s.mu.Unlock()
	return socket{s.ownBare()}.SetDeadline(t)
}

// SetReadDeadline is for the stream that Connect makes.
func (s *TCPSocket) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return socket{s.ownBare()}.SetReadDeadline(t)
}

// SetWriteDeadline is SetDeadline for connecting.
func (s *TCPSocket) SetWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return socket{s.ownBare()}.SetWriteDeadline(t)
}

// File returns a copy of the descriptor, which is the same socket.
func (s *TCPSocket) File() (*os.File, error) { return socket{s.own()}.File() }

// SyscallConn returns the descriptor for use by callbacks.
func (s *TCPSocket) SyscallConn() (syscall.RawConn, error) { return socket{s.own()}.SyscallConn() }

// TakeError returns the error pending on the socket, and clears it. While
// Connect waits that is for it to report, and TakeError returns nil.
func (s *TCPSocket) TakeError() error {
	if s.used.Load() {
		return s.d.fail("read", s.own().alive())
	}
	return s.socket.TakeError()
}

// NewTCPSocketV4 makes a socket for IPv4.
func NewTCPSocketV4() (*TCPSocket, error) { return newTCPSocket(platform.Inet4, false) }

// NewTCPSocketV6 makes a socket for IPv6 only.
func NewTCPSocketV6() (*TCPSocket, error) { return newTCPSocket(platform.Inet6, false) }

// NewTCPSocketDual makes a socket for IPv6 and IPv4. IPv4 peers show as IPv4
// addresses.
func NewTCPSocketDual() (*TCPSocket, error) { return newTCPSocket(platform.Inet6, true) }

func newTCPSocket(family platform.Family, dual bool) (*TCPSocket, error) {
	d, err := newTCPDesc(family, dual)
	if err != nil {
		return nil, opError("socket", "tcp", nil, nil, err)
	}
	return &TCPSocket{socket: socket{d}}, nil
}

// newTCPDesc makes the descriptor. IPV6_V6ONLY is always set, because the
// default is not the same everywhere (F1).
func newTCPDesc(family platform.Family, dual bool) (*desc, error) {
	fd, err := sys.Socket(family, platform.Stream)
	if err != nil {
		return nil, err
	}
	d := newDesc(fd, family, platform.Stream)
	d.typ, d.dual = platform.TCPSocket, dual
	d.set(flagFresh)
	if family == platform.Inet6 {
		if err := d.force(platform.V6Only.Info(), platform.Pack(!dual)); err != nil {
			d.close()
			return nil, err
		}
	}
	return d, nil
}

// force sets an option without remembering it as the caller's wish.
func (d *desc) force(i *platform.OptionInfo, v platform.Value) error {
	row, err := d.optionRow(i)
	if err != nil {
		return err
	}
	return d.apply(row, v)
}

// unlessAsked sets a default that the caller has not set otherwise.
func (d *desc) unlessAsked(o platform.Option[bool]) error {
	if d.asked(o.Info()) {
		return nil
	}
	return d.force(o.Info(), platform.Pack(true))
}

// SetKeepAliveConfig turns probing on, at the times that k sets.
func (s *TCPSocket) SetKeepAliveConfig(k KeepAlive) error { return s.own().setKeepAlive(k) }

// LocalAddress returns the address the socket is bound to, or the zero Address.
func (s *TCPSocket) LocalAddress() Address { return addressFromSys(s.own().localAddr()) }

// Bind gives the socket its local address. Unless ReuseAddr was set by the
// caller it is turned on, so that a listener can take the place of one that has
// just been closed (C15).
func (s *TCPSocket) Bind(addr Address) error {
	d := s.d
	if s.used.Load() {
		return d.fail("bind", ErrClosed)
	}
	if err := d.acquire(); err != nil {
		return d.fail("bind", err)
	}
	defer d.release()
	return opError("bind", d.network(), nil, addr.TCPAddr(), d.bind(addr))
}

func (d *desc) bind(addr Address) error {
	if err := checkLocal(addr); err != nil {
		return err
	}
	if d.kind == platform.Stream && (addr.IsMulticast() || addr.IP() == broadcast) {
		return &AddressError{Input: addr.String(), Why: "not an address of this machine"} // systems differ (E12)
	}
	sa, err := addr.sockaddr(d.family, d.dual)
	if err != nil {
		return err
	}
	if d.kind == platform.Stream { // of datagrams, it would give another's to this socket (D16)
		if err := d.unlessAsked(platform.ReuseAddr); err != nil {
			return err
		}
	}
	d.set(flagBound)
	err = sys.Bind(d.fd, sa)
	if err == ErrWouldBlock {
		err = errNoPort
	}
	return err
}

// errNoPort is EAGAIN of bind and connect, for which there is nothing to wait:
// no port is left to pick.
var errNoPort = withClass(os.NewSyscallError("bind", syscall.EAGAIN), platform.ClassAddrNotAvailable)

// take uses the socket up: the descriptor is the caller's from here.
func (s *TCPSocket) take() (*desc, error) {
	if s.used.Swap(true) || s.d.lock.closed() {
		return nil, ErrClosed
	}
	return s.d, nil
}

// Listen begins to accept connections. A backlog of 0 is the system's maximum;
// others are the least number of connections that wait to be accepted (C26).
func (s *TCPSocket) Listen(backlog int) (*TCPListener, error) {
	d, err := s.take()
	if err != nil {
		return nil, s.d.fail("listen", err)
	}
	if err := d.listen(backlog); err != nil {
		err = d.fail("listen", err)
		d.close()
		return nil, err
	}
	d.typ = platform.TCPListener
	s.gone.Store(true)
	return &TCPListener{listener: listener{socket{d}}}, nil
}

// ListenOn is Bind and Listen in one.
func (s *TCPSocket) ListenOn(addr Address, backlog int) (*TCPListener, error) {
	if err := s.Bind(addr); err != nil {
		if _, e := s.take(); e == nil {
			s.d.close()
		}
		return nil, err
	}
	return s.Listen(backlog)
}

// maxBacklog is more than any system allows; all cut it down.
const maxBacklog = 65535

func (d *desc) listen(backlog int) error {
	switch {
	case backlog < 0 || backlog > maxBacklog:
		return &RangeError{Option: "Backlog", Got: strconv.Itoa(backlog), Min: "0", Max: strconv.Itoa(maxBacklog)}
	case backlog == 0:
		backlog = maxBacklog
	}
	if err := d.acquire(); err != nil {
		return err
	}
	defer d.release()
	if d.typ == platform.TCPSocket {
		if err := d.unlessAsked(platform.NoDelay); err != nil {
			return err
		}
	}
	d.flags.And(^flagFresh)
	return sys.Listen(d.fd, backlog)
}
