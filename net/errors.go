package net

import (
	"errors"
	"io"
	"io/fs"
	stdnet "net"
	"os"

	"github.com/volt-net/volt/platform"
)

type (
	// RangeError reports an option value that some supported system would
	// refuse, truncate or misread. It matches EINVAL. Its fields, all strings,
	// are Option, Got, Min and Max.
	RangeError = platform.RangeError

	// UnsupportedError reports an option or a call that this system, or this
	// kind of socket, does not have. It matches [errors.ErrUnsupported]. Its
	// fields are Option, OS, which is empty where the socket is at fault, and Why.
	UnsupportedError = platform.UnsupportedError
)

// ErrClosed is the standard library's: the socket was closed, before the call
// or while it waited.
var ErrClosed = stdnet.ErrClosed

// ErrWouldBlock says that a Try call would have had to wait. It is neither an
// expired deadline nor the end of a stream.
var ErrWouldBlock = platform.ErrWouldBlock

// Mistakes that are found before the kernel is asked.
var (
	ErrInvalidAddress = errors.New("invalid address")
	ErrPathTooLong    = errors.New("path too long")
)

// Conditions that systems report by different error numbers. An error of this
// package matches one of them through [errors.Is], and still unwraps to the
// *os.SyscallError with the number.
var (
	ErrReset            = errors.New("connection reset or closed by peer")
	ErrRefused          = errors.New("connection refused")
	ErrNotConnected     = errors.New("not connected")
	ErrIsConnected      = errors.New("already connected")
	ErrAddrInUse        = errors.New("address in use")
	ErrAddrNotAvailable = errors.New("address not available")
	ErrNoInterface      = errors.New("no such interface")
	ErrMessageTooLong   = errors.New("message too long")
	ErrNoBuffers        = errors.New("no buffer space")
	ErrTooManyFiles     = errors.New("too many open files")
	ErrUnreachable      = errors.New("network or host unreachable")
	ErrWrongType        = errors.New("wrong type of socket")
	ErrAborted          = errors.New("connection aborted")
	ErrTimedOut         = errors.New("connection timed out") // by the kernel; a deadline is os.ErrDeadlineExceeded
	ErrInvalidState     = errors.New("invalid argument or state")
	ErrNotFound         = fs.ErrNotExist
	ErrPermission       = fs.ErrPermission
)

// classes is indexed by platform.Class.
var classes = [...]error{
	platform.ClassReset:            ErrReset,
	platform.ClassRefused:          ErrRefused,
	platform.ClassNotConnected:     ErrNotConnected,
	platform.ClassIsConnected:      ErrIsConnected,
	platform.ClassAddrInUse:        ErrAddrInUse,
	platform.ClassAddrNotAvailable: ErrAddrNotAvailable,
	platform.ClassNoInterface:      ErrNoInterface,
	platform.ClassMessageTooLong:   ErrMessageTooLong,
	platform.ClassNoBuffers:        ErrNoBuffers,
	platform.ClassTooManyFiles:     ErrTooManyFiles,
	platform.ClassUnreachable:      ErrUnreachable,
	platform.ClassNotFound:         ErrNotFound,
	platform.ClassWrongType:        ErrWrongType,
	platform.ClassNotSocket:        ErrWrongType,
	platform.ClassPermission:       ErrPermission,
	platform.ClassAborted:          ErrAborted,
	platform.ClassTimedOut:         ErrTimedOut,
	platform.ClassInvalid:          ErrInvalidState,
	platform.ClassUnsupported:      errors.ErrUnsupported,
}

// opError is the one place where an error gets its operation and addresses.
// nil, io.EOF and ErrWouldBlock stay as they are, being part of normal work,
// and so does an error that has its operation already.
func opError(op, network string, source, addr stdnet.Addr, err error) error {
	if err == nil || err == io.EOF || err == ErrWouldBlock {
		return err
	}
	if _, ok := err.(*stdnet.OpError); ok {
		return err
	}
	return &stdnet.OpError{Op: op, Net: network, Source: known(source), Addr: known(addr), Err: classify(err)}
}

// known returns nil for an address that holds nothing, which would be printed
// as if it did.
func known(addr stdnet.Addr) stdnet.Addr {
	switch v := addr.(type) {
	case Address:
		if !v.IsValid() {
			return nil
		}
	case *stdnet.TCPAddr:
		if v == nil {
			return nil
		}
	case *stdnet.UDPAddr:
		if v == nil {
			return nil
		}
	case *stdnet.UnixAddr:
		if v == nil {
			return nil
		}
	}
	return addr
}

// classify gives a kernel's error its class. Others return unchanged, as does
// what has a class already, perhaps further in.
func classify(err error) error {
	var before *classified
	if errors.As(err, &before) {
		return err
	}
	class := sys.Classify(err)
	if class == platform.ClassNone && !blocked(err) {
		return err
	}
	return &classified{class, err}
}

// withClass says that err is of class c whatever the kernel's number usually
// means, as EPIPE on a socket that was never connected is ErrNotConnected
// (C34). It is for errors that opError has not seen yet.
func withClass(err error, c platform.Class) error {
	if err == nil {
		return nil
	}
	if before, ok := err.(*classified); ok {
		err = before.err
	}
	return &classified{c, err}
}

// classified is an error of the kernel that also matches its class.
type classified struct {
	class platform.Class
	err   error
}

func (e *classified) Error() string { return e.err.Error() }
func (e *classified) Unwrap() error { return e.err }

func (e *classified) Is(target error) bool {
	return e.class != platform.ClassNone && classes[e.class] == target
}

// Timeout passes on what the number says, except that EAGAIN claims to be a
// timeout and would be taken for an expired deadline.
func (e *classified) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.err, &t) && t.Timeout() && !blocked(e.err)
}

// Temporary is what keeps servers such as net/http accepting when descriptors
// or memory run out.
func (e *classified) Temporary() bool {
	switch e.class {
	case platform.ClassTooManyFiles, platform.ClassNoBuffers, platform.ClassAborted:
		return true
	}
	var t interface{ Temporary() bool }
	return errors.As(e.err, &t) && t.Temporary()
}

// blocked reports whether err is the number that ErrWouldBlock stands for.
func blocked(err error) bool {
	var call *os.SyscallError
	return errors.As(err, &call) && errors.Is(ErrWouldBlock, call.Err)
}
