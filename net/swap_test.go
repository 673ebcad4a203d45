//go:build swap

package net

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	stdnet "net"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/conformance/quirk"
	"github.com/volt-net/volt/platform"
)

// With the build tag swap all tests of the package run over the double. Those
// in the files swap*_test.go give it rules, so they do not run in parallel.
var double = fault.New(quirk.Choose(sys))

func init() { sys = double }

// unharmed begins a test with rules, and holds it to closing every descriptor
// once, with nobody using it.
func unharmed(t *testing.T) {
	t.Helper()
	double.Reset()
	t.Cleanup(func() {
		if diff := cmp.Diff([]string(nil), double.Problems()); diff != "" {
			t.Errorf("descriptors (-want +got):\n%s", diff)
		}
		double.Reset()
	})
}

// A failure is a call that may fail, and what its callers make of that.
type failure struct {
	call  fault.Call
	ops   []string // what the error may say was being done; none: nothing fails
	maybe bool     // not all occurrences matter
	errs  []error
}

func failures() []failure {
	return []failure{
		{call: fault.Socket, ops: []string{"socket"}, errs: []error{syscall.EMFILE, syscall.ENOBUFS, syscall.EACCES, syscall.EAFNOSUPPORT}},
		{call: fault.SetOption, ops: []string{"bind", "listen", "dial"}, errs: []error{syscall.EINVAL, syscall.ENOPROTOOPT}},
		{call: fault.Bind, ops: []string{"bind"}, errs: []error{syscall.EADDRINUSE, syscall.EADDRNOTAVAIL, syscall.EACCES}},
		{call: fault.Listen, ops: []string{"listen"}, errs: []error{syscall.EADDRINUSE, syscall.EOPNOTSUPP}},
		{call: fault.Connect, ops: []string{"dial"}, errs: []error{
			syscall.ECONNREFUSED, syscall.ETIMEDOUT, syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EPERM, syscall.EADDRINUSE}},
		{call: fault.GetOption, ops: []string{"dial"}, errs: []error{syscall.ENOBUFS, syscall.EINVAL}},
		{call: fault.PeerAddr, ops: []string{"dial"}, maybe: true, errs: []error{syscall.ENOBUFS}},
		{call: fault.LocalAddr, errs: []error{syscall.ENOBUFS}},
		{call: fault.Accept, errs: []error{syscall.EMFILE, syscall.ENFILE, syscall.ECONNABORTED}},
		{call: fault.Accept, ops: []string{"accept"}, errs: []error{syscall.ENOBUFS, syscall.EINVAL, syscall.EPERM}},
		{call: fault.Read, ops: []string{"read"}, errs: []error{syscall.ECONNRESET, syscall.ETIMEDOUT, syscall.EHOSTUNREACH, syscall.ENOBUFS}},
		{call: fault.Write, ops: []string{"write"}, errs: []error{
			syscall.ECONNRESET, syscall.EPIPE, syscall.EPROTOTYPE, syscall.ETIMEDOUT, syscall.ENETDOWN, syscall.ENOBUFS}},
		{call: fault.Shutdown, ops: []string{"shutdown"}, errs: []error{syscall.EINVAL, syscall.ENOBUFS}},
		{call: fault.Close, ops: []string{"close"}, maybe: true, errs: []error{syscall.EIO}},
		{call: fault.PollerAdd, ops: []string{"accept", "dial", "read", "write"}, errs: []error{syscall.ENOSPC, syscall.ENOMEM, syscall.EPERM}},
	}
}

// TestFailure lets each occurrence of each call fail in turn, while a client
// and a server talk.
func TestFailure(t *testing.T) {
	payload := noise(40 << 10)
	for _, f := range failures() {
		for _, errno := range f.errs {
			t.Run(fmt.Sprintf("%v/%s", f.call, errno), func(t *testing.T) {
				unharmed(t)
				for k := 1; k <= 8; k++ {
					double.Reset()
					rule := double.Inject(fault.Rule{Call: f.call, When: fault.Nth(k), Fault: fault.Fail(errno)})
					echo, errs := converse(t, "127.0.0.1:0", plain, payload)
					if rule.Fired() == 0 {
						return
					}
					f.judge(t, errno, errs)
					if len(errs) == 0 && !bytes.Equal(echo, payload) || !bytes.HasPrefix(payload, echo) {
						t.Errorf("occurrence %d: %d bytes came back, not what was sent", k, len(echo))
					}
					if diff := cmp.Diff([]string(nil), double.Problems()); diff != "" {
						t.Errorf("occurrence %d: descriptors (-want +got):\n%s", k, diff)
					}
				}
			})
		}
	}
}

// judge looks for the one error that reports errno. Others may follow from it,
// such as the peer's.
func (f failure) judge(t *testing.T, errno error, errs []error) {
	t.Helper()
	reported := false
	for _, err := range errs {
		var op *stdnet.OpError
		if !errors.As(err, &op) {
			t.Errorf("%v (%T) has no operation", err, err)
			continue
		}
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("hangs: %v", err)
		}
		if !errors.Is(err, errno) || !slices.Contains(f.ops, op.Op) {
			continue
		}
		reported = true
		if c := sys.Classify(errno); c != platform.ClassNone && !errors.Is(err, classes[c]) {
			t.Errorf("%v is not %v", err, classes[c])
		}
	}
	if !reported && len(f.ops) > 0 && !f.maybe {
		t.Errorf("%v was not reported as one of %q, but: %v", errno, f.ops, errs)
	}
	if len(f.ops) == 0 && len(errs) > 0 {
		t.Errorf("%v should make no difference: %v", errno, errs)
	}
}

// noise is n bytes that are not all alike.
func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

// converse listens on addr, and lets a client send payload to a server that
// echoes it. It returns what came back and all errors that anybody met.
func converse(t *testing.T, addr string, style style, payload []byte) (echo []byte, errs []error) {
	t.Helper()
	l, err := Listen(addr)
	if err != nil {
		return nil, []error{err}
	}
	end := time.Now().Add(patience / 2)
	l.SetDeadline(end)
	served := make(chan []error, 1)
	go func() { served <- serveEcho(l, style, end) }()
	to := l.LocalAddress()
	for range 100 { // where LocalAddr fails, the next call asks again
		if to.IsValid() {
			break
		}
		to = l.LocalAddress()
	}
	echo, errs = askEcho(to.String(), style, payload, end)
	errs = append(errs, keep(l.Close())...)
	return echo, append(errs, soon(t, "the server ends", served)...)
}

// serveEcho serves one connection. It closes the listener if it cannot, so that
// the client does not wait.
func serveEcho(l *TCPListener, style style, end time.Time) []error {
	s, err := l.AcceptTCP()
	if errors.Is(err, ErrClosed) {
		return nil
	}
	if err != nil {
		return append(keep(err), keep(l.Close())...)
	}
	s.SetDeadline(end)
	b, err := style.receive(s)
	errs := keep(err)
	if err == nil {
		errs = keep(style.send(s, b))
	}
	return append(errs, keep(s.Close())...)
}

func askEcho(addr string, style style, payload []byte, end time.Time) (echo []byte, errs []error) {
	ctx, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	s, err := ConnectContext(ctx, addr)
	if err != nil {
		return nil, keep(err)
	}
	s.SetDeadline(end)
	if err = style.send(s, payload); err == nil {
		err = s.CloseWrite()
	}
	errs = keep(err)
	if err == nil {
		echo, err = style.receive(s)
		errs = keep(err)
	}
	return echo, append(errs, keep(s.Close())...)
}

// keep leaves out what says no more than that the other side closed first.
func keep(err error) []error {
	if err == nil || errors.Is(err, ErrClosed) {
		return nil
	}
	return []error{err}
}

// A style is one of the ways to use a stream.
type style struct {
	name    string
	send    func(*TCPStream, []byte) error
	receive func(*TCPStream) ([]byte, error)
}

var plain = style{
	name:    "plain",
	send:    func(s *TCPStream, p []byte) error { _, err := s.Write(p); return err },
	receive: func(s *TCPStream) ([]byte, error) { return io.ReadAll(s) },
}
