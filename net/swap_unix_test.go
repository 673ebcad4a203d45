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
