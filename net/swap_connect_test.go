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

// secondAttempt makes s connect to where nobody answers, on another descriptor
// than its first (C51), and returns what Connect comes to.
func secondAttempt(t *testing.T, s *TCPSocket) <-chan error {
	t.Helper()
	inject(fault.Connect, fault.First(1), fault.Fail(syscall.EADDRNOTAVAIL))
	inject(fault.Connect, nil, fault.Fail(platform.ErrInProgress))
	result := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_, err := s.Connect(ctx, LoopbackV4(9))
		result <- err
	}()
	return result
}

// TestConnectAgainDeadline: a deadline holds for all attempts, whenever it was
// set.
func TestConnectAgainDeadline(t *testing.T) {
	for name, set := range map[string]func(*TCPSocket, time.Time) error{
		"SetDeadline":      (*TCPSocket).SetDeadline,
		"SetWriteDeadline": (*TCPSocket).SetWriteDeadline,
	} {
		t.Run(name+" before", func(t *testing.T) {
			unharmed(t)
			s := builder(t, NewTCPSocketV4)
			later := time.Now().Add(time.Hour)
			errorIs(t, name, set(s, later), nil)
			result := secondAttempt(t, s)
			onTwin(t, s)
			if got := s.own().deadlineOf(writing); !got.Equal(later) {
				t.Errorf("the second attempt has until %v, not %v", got, later)
			}
			errorIs(t, "Close", s.Close(), nil)
			errorIs(t, "Connect", soon(t, "Connect ends", result), ErrClosed)
		})
		t.Run(name+" meanwhile", func(t *testing.T) {
			unharmed(t)
			s := builder(t, NewTCPSocketV4)
			result := secondAttempt(t, s)
			onTwin(t, s)
			errorIs(t, name, set(s, time.Now()), nil)
			errorIs(t, "Connect", soon(t, "Connect ends", result), os.ErrDeadlineExceeded)
			errorIs(t, name+" after", set(s, time.Now()), ErrClosed)
		})
	}
	t.Run("of the stream", func(t *testing.T) {
		unharmed(t)
		l := mustListen(t, "127.0.0.1:0")
		inject(fault.Connect, fault.First(1), fault.Fail(syscall.EADDRNOTAVAIL))
		s := builder(t, NewTCPSocketV4)
		errorIs(t, "SetReadDeadline", s.SetReadDeadline(time.Now()), nil)
		c, err := s.Connect(context.Background(), l.LocalAddress())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		errorIs(t, "Read", second(c.ReadContext(ctx, make([]byte, 1))), os.ErrDeadlineExceeded)
	})
}

// TestConnectAgainClose: the socket is one, whichever descriptor it is at.
func TestConnectAgainClose(t *testing.T) {
	unharmed(t)
	s := builder(t, NewTCPSocketV4)
	result := secondAttempt(t, s)
	onTwin(t, s)
	_, err := s.NoDelay()
	errorIs(t, "NoDelay", err, nil)
	errorIs(t, "TakeError", s.TakeError(), nil)
	errorIs(t, "Close", s.Close(), nil)
	errorIs(t, "Connect", soon(t, "Connect ends", result), ErrClosed)
	errorIs(t, "second Close", s.Close(), ErrClosed)
}

// onTwin waits until Connect waits on its second descriptor.
func onTwin(t *testing.T, s *TCPSocket) {
	t.Helper()
	until(t, "the second attempt waits", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.twin != nil && s.twin.slots[writing].waiting()
	})
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
