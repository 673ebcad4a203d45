package net

import (
	"context"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"

	"github.com/volt-net/volt/platform"
)

// TCPSocket is a TCP socket that is neither connected nor listening yet: the
// place to set options. Connect or Listen uses it up, whether it succeeds or
// not; without either it must be closed.
type TCPSocket struct {
	socket
	used atomic.Bool // by Connect or Listen, which may still be at it
	gone atomic.Bool // what it was belongs to a stream or a listener
}

// Close closes the socket. Once Connect or Listen has made something of it,
// that is untouched and the error is [ErrClosed], so that Close can be
// deferred; while Connect waits, it returns [ErrClosed].
func (s *TCPSocket) Close() error {
	if s.gone.Load() {
		return s.d.fail("close", ErrClosed)
	}
	return s.socket.Close()
}

// TakeError returns the error pending on the socket, and clears it. While
// Connect waits that is for it to report, and TakeError returns nil.
func (s *TCPSocket) TakeError() error {
	if s.used.Load() {
		return s.d.fail("read", s.d.alive())
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
	d := newDesc(fd, family, platform.Stream, "tcp")
	d.typ, d.dual = platform.TCPSocket, dual
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

// SetKeepAliveConfig turns probing on, with what k sets.
func (s *TCPSocket) SetKeepAliveConfig(k KeepAlive) error { return s.d.setKeepAlive(k) }

// LocalAddress returns the address the socket is bound to, or the zero Address.
func (s *TCPSocket) LocalAddress() Address { return addressFromSys(s.d.localAddr()) }

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
	return opError("bind", d.network, nil, addr.TCPAddr(), d.bind(addr))
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
	return sys.Listen(d.fd, backlog)
}

// Connect connects to addr, parking the goroutine until the connection stands
// or has failed, or ctx is done. The unspecified address is the loopback (C6).
func (s *TCPSocket) Connect(ctx context.Context, addr Address) (*TCPStream, error) {
	d, err := s.take()
	if err != nil {
		return nil, s.d.fail("dial", err)
	}
	d, err = d.connectTCP(ctx, addr)
	if err != nil {
		return nil, opError("dial", "tcp", nil, known(addr.TCPAddr()), err)
	}
	s.gone.Store(true)
	return &TCPStream{newStream(d)}, nil
}

// connectTCP connects d, or another descriptor made in its image where the
// first attempt met an oddity of the loopback (C46, C51). It closes d if it
// fails.
func (d *desc) connectTCP(ctx context.Context, addr Address) (*desc, error) {
	sa, err := d.target(addr)
	for attempt := 0; err == nil; attempt++ {
		if err = d.oneTry(func() error { return d.unlessAsked(platform.NoDelay) }); err != nil {
			break
		}
		bound := d.localAddr().Port != 0
		err = d.connect(ctx, sa)
		again := err == nil && d.toItself() || sys.Classify(err) == platform.ClassAddrNotAvailable
		if !again || bound || attempt == 2 {
			break
		}
		var fresh *desc
		if fresh, err = d.twin(); err == nil {
			d.close()
			d = fresh
		}
	}
	if err != nil {
		d.close()
		return nil, err
	}
	d.connected(platform.TCPStream, sa)
	return d, nil
}

func (d *desc) target(addr Address) (platform.Addr, error) {
	addr, err := checkRemote(addr, d.kind)
	if err != nil {
		return platform.Addr{}, err
	}
	return addr.sockaddr(d.family, d.dual)
}

// toItself reports whether the port the kernel picked happens to be the one
// asked for, so that the socket is connected to itself (C46).
func (d *desc) toItself() bool {
	if d.acquire() != nil {
		return false
	}
	defer d.release()
	local, e1 := sys.LocalAddr(d.fd)
	peer, e2 := sys.PeerAddr(d.fd)
	return e1 == nil && e2 == nil && local == peer
}

// twin makes a socket with the options of d.
func (d *desc) twin() (*desc, error) {
	fresh, err := newTCPDesc(d.family, d.dual)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	settings := d.settings // replaced when it changes, so it may be read on
	d.mu.Unlock()
	for _, s := range settings {
		if err := fresh.setValue(s.Info, s.Value); err != nil {
			fresh.close()
			return nil, err
		}
	}
	return fresh, nil
}

// connect waits for the connection. Which of the three answers connect(2)
// gives on the loopback is a matter of timing (C54).
func (d *desc) connect(ctx context.Context, sa platform.Addr) error {
	if ctx != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	started := false
	return d.until(writing, &op{kind: opCall, ctx: ctx, call: func() error {
		d.slots[writing].clear()
		if !started {
			started = true
			err := sys.Connect(d.fd, sa)
			switch err {
			case platform.ErrInProgress:
				return ErrWouldBlock
			case ErrWouldBlock:
				return errNoPort
			case nil:
				d.slots[writing].signal(true)
			}
			return err
		}
		return d.connectDone()
	}})
}

// connectDone asks how the attempt ended. SO_ERROR tells it once only (C1); 0
// may also mean that the wake-up came early, and then there is no peer yet.
func (d *desc) connectDone() error {
	if err := d.takeError("connect"); err != nil {
		return err
	}
	_, err := sys.PeerAddr(d.fd)
	switch {
	case err == nil:
		d.slots[writing].signal(true)
		return nil
	case sys.Classify(err) == platform.ClassNotConnected:
		return ErrWouldBlock
	}
	// The attempt failed between the two questions: one system then says
	// EINVAL for want of a peer (C36), and has the reason pending.
	if reason := d.takeError("connect"); reason != nil {
		return reason
	}
	return err
}
