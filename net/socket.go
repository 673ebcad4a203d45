package net

import (
	stdnet "net"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/volt-net/volt/platform"
)

// Socket is any socket of this package. It is what [SetOption] and
// [GetOption] take.
type Socket interface {
	// SyscallConn gives access to the descriptor.
	SyscallConn() (syscall.RawConn, error)
	// With sets options in the order given, and stops at the first that fails.
	With(settings ...platform.Setting) error
	// Close closes the socket.
	Close() error

	descriptor() *desc
}

// socket is what all types have in common.
type socket struct{ d *desc }

func (s socket) descriptor() *desc { return s.d }

// Close closes the socket. Whoever is parked on it returns [ErrClosed], and so
// does a second Close. When Close returns, the descriptor is closed and its
// port free, unless a callback given to TryIO or SyscallConn is still running.
// Close does not wait for unsent data: with a Linger time that happens behind
// the caller's back.
func (s socket) Close() error { return s.d.fail("close", s.d.finish()) }

// finish closes, with the local address fetched while there is one: the
// standard library's connections have theirs for ever.
func (d *desc) finish() error {
	d.localAddr()
	return d.close()
}

// SetDeadline sets the time after which calls that wait return
// [os.ErrDeadlineExceeded], those that wait now included. The zero time means
// none.
func (s socket) SetDeadline(t time.Time) error {
	if err := s.d.setDeadline(reading, t); err != nil {
		return s.d.fail("set", err)
	}
	return s.d.fail("set", s.d.setDeadline(writing, t))
}

// SetReadDeadline is SetDeadline for reading and accepting.
func (s socket) SetReadDeadline(t time.Time) error {
	return s.d.fail("set", s.d.setDeadline(reading, t))
}

// SetWriteDeadline is SetDeadline for writing and connecting.
func (s socket) SetWriteDeadline(t time.Time) error {
	return s.d.fail("set", s.d.setDeadline(writing, t))
}

// TakeError returns the error pending on the socket, and clears it. If it is
// one that ended a connection, the read that comes to the end reports it too.
func (s socket) TakeError() error {
	d := s.d
	if err := d.acquire(); err != nil {
		return d.fail("read", err)
	}
	defer d.release()
	err := d.takeError("getsockopt")
	if d.kind == platform.Stream && d.has(flagConnected) && fatal(err) {
		d.keepReset(err)
	}
	return d.fail("read", err)
}

// takeError returns the pending error as that of call.
func (d *desc) takeError(call string) error {
	v, _, err := d.getValue(platform.PendingError.Info())
	if err == nil && v.Int != 0 {
		err = os.NewSyscallError(call, syscall.Errno(v.Int))
	}
	return err
}

// With sets options in the order given and stops at the first that fails.
// The error names the option.
func (s socket) With(settings ...platform.Setting) error {
	for _, set := range settings {
		if err := s.d.setValue(set.Info, set.Value); err != nil {
			return err
		}
	}
	return nil
}

// File returns a copy of the descriptor. Closing one does not affect the
// other, but both are the same socket: shutting down or setting options on
// either changes both.
func (s socket) File() (*os.File, error) {
	d := s.d
	if err := d.acquire(); err != nil {
		return nil, d.fail("file", err)
	}
	defer d.release()
	d.set(flagShared) // before there is a copy, so that no Close misses it
	fd, err := sys.Dup(d.fd)
	if err != nil {
		return nil, d.fail("file", err)
	}
	return os.NewFile(uintptr(fd), d.network()+":"+strconv.Itoa(int(fd))), nil
}

// fail gives an error of this socket its operation and addresses. d is nil
// where there is no socket.
func (d *desc) fail(op string, err error) error {
	switch {
	case err == nil || err == ErrWouldBlock:
		return err
	case d == nil:
		return opError(op, "", nil, nil, err)
	}
	return opError(op, d.network(), d.stdAddr(d.localAddr()), d.stdAddr(d.peer()), err)
}

// localAddr returns the address the socket is bound to, asking the kernel only
// once: the answer does not change, and some systems forget it (C37).
func (d *desc) localAddr() platform.Addr {
	if err := d.acquire(); err != nil {
		return d.knownLocal()
	}
	defer d.release()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.local.Family == platform.FamilyNone {
		if a, err := sys.LocalAddr(d.fd); err == nil && (a.Port != 0 || a.Family == platform.Unix) {
			d.local = a
		}
	}
	return d.local
}

// forgetLocal makes localAddr ask again: a Unix socket has an address, though
// no name, before it is bound.
func (d *desc) forgetLocal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.local = platform.Addr{}
}

// peer returns the address of the peer, if there is or was one. That of a
// stream never changes once others can see the stream.
func (d *desc) peer() platform.Addr {
	if d.kind == platform.Stream {
		return d.remote
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.remote
}

func (d *desc) knownLocal() platform.Addr {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.local
}

// stdAddr returns a as the standard library's type, or nil for no address.
func (d *desc) stdAddr(a platform.Addr) stdnet.Addr {
	switch {
	case a.Family == platform.FamilyNone:
		return nil
	case a.Family == platform.Unix:
		return unixFromSys(a).std(d.network())
	case d.kind == platform.Stream:
		return addressFromSys(a).TCPAddr()
	}
	return addressFromSys(a).UDPAddr()
}
