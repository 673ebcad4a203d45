package net

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	stdnet "net"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/volt-net/volt/platform"
)

func TestErrorClasses(t *testing.T) {
	for _, tt := range []struct {
		number syscall.Errno
		want   error
	}{
		{syscall.EPIPE, ErrReset},
		{syscall.ECONNRESET, ErrReset},
		{syscall.ECONNREFUSED, ErrRefused},
		{syscall.ENOTCONN, ErrNotConnected},
		{syscall.EISCONN, ErrIsConnected},
		{syscall.EADDRINUSE, ErrAddrInUse},
		{syscall.EADDRNOTAVAIL, ErrAddrNotAvailable},
		{syscall.ENODEV, ErrNoInterface},
		{syscall.ENXIO, ErrNoInterface},
		{syscall.EMSGSIZE, ErrMessageTooLong},
		{syscall.ENOBUFS, ErrNoBuffers},
		{syscall.EMFILE, ErrTooManyFiles},
		{syscall.ENFILE, ErrTooManyFiles},
		{syscall.ENETUNREACH, ErrUnreachable},
		{syscall.EHOSTUNREACH, ErrUnreachable},
		{syscall.ENOENT, ErrNotFound},
		{syscall.EACCES, ErrPermission},
		{syscall.EPERM, ErrPermission},
		{syscall.ECONNABORTED, ErrAborted},
		{syscall.EOPNOTSUPP, errors.ErrUnsupported},
	} {
		t.Run(tt.number.Error(), func(t *testing.T) {
			err := opError("read", "tcp", nil, nil, os.NewSyscallError("recvfrom", tt.number))
			if !errors.Is(err, tt.want) {
				t.Errorf("%v does not match %q", err, tt.want)
			}
			if !errors.Is(err, tt.number) {
				t.Errorf("%v does not match its own number", err)
			}
			var call *os.SyscallError
			if !errors.As(err, &call) || call.Syscall != "recvfrom" || call.Err != tt.number {
				t.Errorf("%v unwraps to %v, want the system call's error", err, call)
			}
			for class, other := range classes {
				if other != nil && other != tt.want && errors.Is(err, other) {
					t.Errorf("%v also matches class %d, %q", err, class, other)
				}
			}
		})
	}
}

func TestEveryClassHasASentinel(t *testing.T) {
	for class := platform.ClassNone + 1; class <= platform.ClassUnsupported; class++ {
		err := withClass(errors.New("x"), class)
		if classes[class] == nil || !errors.Is(err, classes[class]) {
			t.Errorf("class %d has no error to match", class)
		}
	}
}

func TestOpErrorStructure(t *testing.T) {
	local, remote := LoopbackV4(1), LoopbackV4(2)
	reset := os.NewSyscallError("write", syscall.EPIPE)
	unknown := os.NewSyscallError("write", syscall.ENOSYS)
	outOfRange := &RangeError{Option: "TTL", Got: "0", Min: "1", Max: "255"}
	done := &stdnet.OpError{Op: "read", Net: "tcp", Err: ErrClosed}
	for _, tt := range []struct {
		name         string
		source, addr stdnet.Addr
		err, want    error
		text         string
	}{
		{"nil", local, remote, nil, nil, ""},
		{"end", local, remote, io.EOF, io.EOF, "EOF"},
		{"would block", local, remote, ErrWouldBlock, ErrWouldBlock, "operation would block"},
		{"already complete", local, remote, done, done, "read tcp: use of closed network connection"},
		{"closed", local, remote, ErrClosed, &stdnet.OpError{Op: "write", Net: "tcp", Source: local, Addr: remote, Err: ErrClosed},
			"write tcp 127.0.0.1:1->127.0.0.1:2: use of closed network connection"},
		{"deadline", local, nil, os.ErrDeadlineExceeded, &stdnet.OpError{Op: "write", Net: "tcp", Source: local, Err: os.ErrDeadlineExceeded},
			"write tcp 127.0.0.1:1: i/o timeout"},
		{"range", nil, nil, outOfRange, &stdnet.OpError{Op: "write", Net: "tcp", Err: outOfRange},
			"write tcp: option TTL: 0 is out of range 1 to 255"},
		{"no class", nil, nil, unknown, &stdnet.OpError{Op: "write", Net: "tcp", Err: unknown},
			"write tcp: write: " + syscall.ENOSYS.Error()},
		{"class", nil, remote, reset, &stdnet.OpError{Op: "write", Net: "tcp", Addr: remote, Err: &classified{platform.ClassReset, reset}},
			"write tcp 127.0.0.1:2: write: " + syscall.EPIPE.Error()},
		{"zero addresses", Address{}, (*stdnet.TCPAddr)(nil), ErrClosed, &stdnet.OpError{Op: "write", Net: "tcp", Err: ErrClosed},
			"write tcp: use of closed network connection"},
		{"nil addresses", (*stdnet.UDPAddr)(nil), (*stdnet.UnixAddr)(nil), ErrClosed, &stdnet.OpError{Op: "write", Net: "tcp", Err: ErrClosed},
			"write tcp: use of closed network connection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := opError("write", "tcp", tt.source, tt.addr, tt.err)
			// Sentinels compare by identity, everything around them field by field.
			opts := cmp.Options{
				equateAddresses, cmp.AllowUnexported(classified{}),
				cmp.FilterValues(isSentinel, cmpopts.EquateErrors()),
			}
			if diff := cmp.Diff(tt.want, got, opts); diff != "" {
				t.Fatal(diff)
			}
			if got == nil {
				return
			}
			if diff := cmp.Diff(tt.text, got.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func isSentinel(x, y error) bool {
	for _, s := range []error{io.EOF, ErrWouldBlock, ErrClosed, os.ErrDeadlineExceeded} {
		if x == s || y == s {
			return true
		}
	}
	return false
}

func TestErrorTimeouts(t *testing.T) {
	for _, tt := range []struct {
		name               string
		err                error
		timeout, temporary bool
	}{
		{"deadline", os.ErrDeadlineExceeded, true, true},
		{"context deadline", context.DeadlineExceeded, true, true},
		{"canceled", context.Canceled, false, false},
		{"closed", ErrClosed, false, false},
		{"peer does not answer", os.NewSyscallError("read", syscall.ETIMEDOUT), true, true},
		{"no answer, with a class", withClass(os.NewSyscallError("read", syscall.ETIMEDOUT), platform.ClassUnreachable), true, true},
		{"raw EAGAIN", os.NewSyscallError("connect", syscall.EAGAIN), false, true},
		{"EAGAIN with a class", withClass(os.NewSyscallError("connect", syscall.EAGAIN), platform.ClassRefused), false, true},
		{"would block with a class", withClass(ErrWouldBlock, platform.ClassRefused), false, true},
		{"reset", os.NewSyscallError("read", syscall.ECONNRESET), false, false},
		{"out of descriptors", os.NewSyscallError("accept", syscall.EMFILE), false, true},
		{"out of memory", os.NewSyscallError("accept", syscall.ENOBUFS), false, true},
		{"aborted", os.NewSyscallError("accept", syscall.ECONNABORTED), false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var err stdnet.Error
			if !errors.As(opError("accept", "tcp", nil, nil, tt.err), &err) {
				t.Fatal("not a net.Error")
			}
			got := []bool{err.Timeout(), err.Temporary()} //nolint:staticcheck // servers still ask
			if diff := cmp.Diff([]bool{tt.timeout, tt.temporary}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrWouldBlock(t *testing.T) {
	err, ok := ErrWouldBlock.(stdnet.Error)
	if !ok || err.Timeout() {
		t.Error("ErrWouldBlock looks like an expired deadline")
	}
	got := []bool{
		errors.Is(ErrWouldBlock, syscall.EAGAIN), errors.Is(ErrWouldBlock, os.ErrDeadlineExceeded),
		errors.Is(ErrWouldBlock, io.EOF), errors.Is(ErrWouldBlock, ErrNoBuffers),
	}
	if diff := cmp.Diff([]bool{true, false, false, false}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWithClass(t *testing.T) {
	broken := os.NewSyscallError("write", syscall.EPIPE)
	for _, tt := range []struct {
		name string
		in   error
	}{
		{"bare", broken},
		{"classified before", classify(broken)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := opError("write", "tcp", nil, nil, withClass(tt.in, platform.ClassNotConnected))
			got := []bool{errors.Is(err, ErrNotConnected), errors.Is(err, ErrReset), errors.Is(err, syscall.EPIPE)}
			if diff := cmp.Diff([]bool{true, false, true}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	inside := fmt.Errorf("option TTL: %w", withClass(broken, platform.ClassNotConnected))
	if err := opError("set", "tcp", nil, nil, inside); errors.Is(err, ErrReset) || !errors.Is(err, ErrNotConnected) {
		t.Errorf("opError gave %v a second class", err)
	}
	if err := withClass(nil, platform.ClassReset); err != nil {
		t.Errorf("withClass(nil) = %v", err)
	}
}

func TestErrorsAreTheStandardLibrarys(t *testing.T) {
	wrap := func(err error) error { return opError("dial", "unix", nil, UnixAddr{name: "/x"}, err) }
	for _, tt := range []struct {
		name      string
		err, want error
	}{
		{"closed", wrap(ErrClosed), stdnet.ErrClosed},
		{"deadline", wrap(os.ErrDeadlineExceeded), os.ErrDeadlineExceeded},
		{"canceled", wrap(context.Canceled), context.Canceled},
		{"missing", wrap(os.NewSyscallError("connect", syscall.ENOENT)), fs.ErrNotExist},
		{"forbidden", wrap(os.NewSyscallError("connect", syscall.EACCES)), fs.ErrPermission},
		{"range", wrap(&RangeError{Option: "TTL"}), syscall.EINVAL},
		{"unsupported", wrap(&UnsupportedError{Option: "Cork"}), errors.ErrUnsupported},
		{"path", wrap(&PathTooLongError{}), ErrPathTooLong},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v does not match %v", tt.name, tt.err, tt.want)
		}
	}
}
