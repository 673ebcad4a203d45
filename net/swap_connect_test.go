//go:build swap

package net

import (
	"context"
	"errors"
	stdnet "net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// TestConnectLater lets connect begin well and end badly (C1, C54).
func TestConnectLater(t *testing.T) {
	for _, errno := range []syscall.Errno{
		syscall.ECONNREFUSED, syscall.ETIMEDOUT, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ECONNRESET} {
		t.Run(errno.Error(), func(t *testing.T) {
			unharmed(t)
			l := mustListen(t, "127.0.0.1:0")
			defer l.Close()
			inject(fault.Connect, nil, fault.Late(errno))
			_, err := Connect(l.LocalAddress().String())
			errorIs(t, "Connect", err, errno)
			if want := classes[sys.Classify(errno)]; want != nil {
				errorIs(t, "Connect", err, want)
			}
			var op *stdnet.OpError
			if !errors.As(err, &op) {
				t.Fatalf("Connect: %T is no OpError", err)
			}
			if diff := cmp.Diff([]string{"dial", l.LocalAddress().String()}, []string{op.Op, op.Addr.String()}); diff != "" {
				t.Errorf("operation and address (-want +got):\n%s", diff)
			}
			var call *os.SyscallError
			if !errors.As(err, &call) || call.Syscall != "connect" {
				t.Errorf("Connect: %v is not said to be connect's", err)
			}
		})
	}
}

// TestConnectNever ends an attempt that nobody answers.
func TestConnectNever(t *testing.T) {
	ends := map[string]struct {
		want  error
		begin func(*TCPSocket, context.CancelFunc)
	}{
		"context":  {context.Canceled, func(_ *TCPSocket, cancel context.CancelFunc) { cancel() }},
		"deadline": {os.ErrDeadlineExceeded, func(s *TCPSocket, _ context.CancelFunc) { s.SetWriteDeadline(time.Now()) }},
		"close":    {ErrClosed, func(s *TCPSocket, _ context.CancelFunc) { s.Close() }},
	}
	for name, tt := range ends {
		t.Run(name, func(t *testing.T) {
			unharmed(t)
			inject(fault.Connect, nil, fault.Fail(platform.ErrInProgress))
			s, err := NewTCPSocketV4()
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			result := make(chan error, 1)
			go func() {
				_, err := s.Connect(ctx, LoopbackV4(9))
				result <- err
			}()
			parked(t, s.d, writing)
			tt.begin(s, cancel)
			errorIs(t, "Connect", soon(t, "Connect ends", result), tt.want)
			s.Close()
		})
	}
}

// TestConnectAgain makes another socket where the first met the loopback's
// lack of ports, and gives it the first one's options (C51).
func TestConnectAgain(t *testing.T) {
	unharmed(t)
	l := mustListen(t, "127.0.0.1:0")
	defer l.Close()
	inject(fault.Connect, fault.First(2), fault.Fail(syscall.EADDRNOTAVAIL))
	s, err := NewTCPSocketV4()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.SetKeepAliveIdle(77*time.Second), s.SetNoDelay(false)); err != nil {
		t.Fatal(err)
	}
	c, err := s.Connect(context.Background(), l.LocalAddress())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	idle, e1 := c.KeepAliveIdle()
	delay, e2 := c.NoDelay()
	if diff := cmp.Diff([]any{77 * time.Second, false, nil, nil}, []any{idle, delay, e1, e2}); diff != "" {
		t.Errorf("options of the third socket (-want +got):\n%s", diff)
	}

	double.Reset()
	inject(fault.Connect, nil, fault.Fail(syscall.EADDRNOTAVAIL))
	_, err = Connect(l.LocalAddress().String())
	errorIs(t, "Connect without end", err, ErrAddrNotAvailable)
	double.Reset()
	inject(fault.Connect, nil, fault.Fail(syscall.EADDRNOTAVAIL))
	inject(fault.Socket, fault.Nth(2), fault.Fail(syscall.EMFILE))
	_, err = Connect(l.LocalAddress().String())
	errorIs(t, "Connect without a second socket", err, ErrTooManyFiles)
}

// TestFamilyMissing is a machine without IPv6 (F9).
func TestFamilyMissing(t *testing.T) {
	unharmed(t)
	inject(fault.Socket, fault.First(1), fault.Fail(syscall.EAFNOSUPPORT))
	l, err := ListenPort(0)
	if err != nil {
		t.Fatal(err)
	}
	if got := l.LocalAddress().Family(); got != platform.Inet4 {
		t.Errorf("listens on %v", got)
	}
	l.Close()

	double.Reset()
	double.Inject(fault.Rule{Call: fault.SetOption, Option: platform.V6Only.Info(), Fault: fault.Fail(syscall.EINVAL)})
	if _, err := NewTCPSocketDual(); errors.Is(err, syscall.EINVAL) {
		errorIs(t, "a socket that keeps IPv4 off", err, ErrInvalidState)
	} else {
		t.Logf("no IPv6 here: %v", err)
	}
}
