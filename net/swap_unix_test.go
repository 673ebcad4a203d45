//go:build swap

package net

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/volt-net/volt/conformance/fault"
)

// TestG11Retries: a connect to a full queue is repeated, other failures are
// not.
func TestG11Retries(t *testing.T) {
	l := mustListenUnix(t, freshPath(t))
	for _, tt := range []struct {
		name  string
		fault fault.Fault
		want  error
	}{
		{"full", fault.WouldBlock(), nil},
		{"G12 in progress, then refused", fault.Late(syscall.ECONNREFUSED), ErrRefused},
		{"G8 no socket", fault.Fail(syscall.ENOTSOCK), ErrRefused},
		{"G9 wrong type", fault.Fail(syscall.EPROTOTYPE), ErrWrongType},
		{"G9 wrong type, as a reset", fault.Fail(syscall.EPIPE), ErrWrongType},
		{"not allowed", fault.Fail(syscall.EACCES), ErrPermission},
	} {
		t.Run(tt.name, func(t *testing.T) {
			unharmed(t)
			double.Inject(fault.Rule{Call: fault.Connect, When: fault.Nth(1), Fault: tt.fault})
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			s, err := ConnectUnixContext(ctx, l.LocalAddress())
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

// TestG16NoBuffers: some systems say so of a full queue, and give no event when
// there is room (G16).
func TestG16NoBuffers(t *testing.T) {
	for call, send := range map[fault.Call]func(s, to *UnixDatagram) (try, parked func() (int, error)){
		fault.Send: func(s, to *UnixDatagram) (try, parked func() (int, error)) {
			if err := s.Connect(to.LocalAddress()); err != nil {
				t.Fatal(err)
			}
			return func() (int, error) { return s.TrySend([]byte("x")) }, func() (int, error) { return s.Send([]byte("x")) }
		},
		fault.SendTo: func(s, to *UnixDatagram) (try, parked func() (int, error)) {
			a := to.LocalAddress()
			return func() (int, error) { return s.TrySendTo([]byte("x"), a) }, func() (int, error) { return s.SendTo([]byte("x"), a) }
		},
	} {
		t.Run(call.String(), func(t *testing.T) {
			unharmed(t)
			s, to := unboundUnix(t), bindUnix(t, freshPath(t))
			try, parked := send(s, to)
			double.Inject(fault.Rule{Call: call, When: fault.First(1), Fault: fault.Fail(syscall.ENOBUFS)})
			errorIs(t, "Try", second(try()), ErrWouldBlock)
			double.Reset()
			double.Inject(fault.Rule{Call: call, When: fault.First(3), Fault: fault.Fail(syscall.ENOBUFS)})
			if _, err := parked(); err != nil {
				t.Error(err)
			}
			if n, err := to.Recv(make([]byte, 2)); n != 1 || err != nil {
				t.Error(n, err)
			}
		})
	}
}
