package platform

import (
	"errors"
	"fmt"
	"syscall"
)

// Class names a condition that systems report by different error numbers.
// Which numbers belong to which class stands in the spec.
type Class uint8

const (
	ClassNone Class = iota
	ClassReset
	ClassRefused
	ClassNotConnected
	ClassIsConnected
	ClassAddrInUse
	ClassAddrNotAvailable
	ClassNoInterface
	ClassMessageTooLong
	ClassNoBuffers
	ClassTooManyFiles
	ClassUnreachable
	ClassNotFound
	ClassWrongType
	ClassNotSocket
	ClassPermission
	ClassAborted
	ClassTimedOut
	ClassInvalid
	ClassUnsupported
)

// ErrWouldBlock says that a call would have had to wait. It is not an expired
// deadline, although EAGAIN, which it wraps, claims Timeout() == true.
var ErrWouldBlock error = wouldBlock{}

type wouldBlock struct{}

func (wouldBlock) Error() string        { return "operation would block" }
func (wouldBlock) Timeout() bool        { return false }
func (wouldBlock) Temporary() bool      { return true }
func (wouldBlock) Is(target error) bool { return target == syscall.EAGAIN }

// ErrInProgress says that connect has begun and that writability tells its end.
var ErrInProgress = errors.New("connection in progress")

// RangeError reports an option value that some supported system would refuse,
// truncate or misread. It is made before the system call, on every system.
type RangeError struct {
	Option string // the option's name, such as "KeepAliveIdle"
	Got    string // the refused value
	Min    string // smallest and
	Max    string // largest allowed value
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("option %s: %s is out of range %s to %s", e.Option, e.Got, e.Min, e.Max)
}

// Is makes a RangeError match EINVAL.
func (e *RangeError) Is(target error) bool { return target == syscall.EINVAL }

// UnsupportedError reports an option or a call that this system, or this kind
// of socket, does not have.
type UnsupportedError struct {
	Option string // the option or call
	OS     string // the system that lacks it; empty where the socket is at fault
	Why    string
}

func (e *UnsupportedError) Error() string {
	s := e.Option + " is not supported"
	if e.OS != "" {
		s += " on " + e.OS
	}
	if e.Why != "" {
		s += ": " + e.Why
	}
	return s
}

// Is makes an UnsupportedError match [errors.ErrUnsupported].
func (e *UnsupportedError) Is(target error) bool { return target == errors.ErrUnsupported }
