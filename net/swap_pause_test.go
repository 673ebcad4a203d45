//go:build swap

package net

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/volt-net/volt/conformance/fault"
)

// TestPauseGivenUp: a pause for want of something, given up, leaves the event
// that came before it to the next call.
func TestPauseGivenUp(t *testing.T) {
	t.Run("C23 Accept", func(t *testing.T) {
		unharmed(t)
		l := mustListen(t, "127.0.0.1:0")
		defer l.Close()
		accepts := func(ctx context.Context) <-chan error {
			return park(func() error {
				c, err := l.AcceptContext(ctx)
				if err == nil {
					c.Close()
				}
				return err
			})
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		done := accepts(ctx)
		parked(t, l.d, reading)
		short := inject(fault.Accept, nil, fault.Fail(syscall.EMFILE))
		dialWithoutAccept(t, l, 1)
		until(t, "Accept lacks a descriptor", func() bool { return short.Fired() > 0 })
		parked(t, l.d, reading)
		cancel()
		errorIs(t, "Accept", soon(t, "Accept", done), context.Canceled)
		double.Reset()
		errorIs(t, "Accept again", soon(t, "Accept again", accepts(context.Background())), nil)
	})
	t.Run("D7 Send", func(t *testing.T) {
		unharmed(t)
		s := bound(t, LoopbackV4(0))
		to := s.LocalAddress()
		sends := func() <-chan error { return park(func() error { return second(s.SendTo([]byte("x"), to)) }) }
		inject(fault.SendTo, fault.First(1), fault.WouldBlock()) // so that a poller watches
		errorIs(t, "Send", soon(t, "Send", sends()), nil)
		inject(fault.SendTo, nil, fault.Fail(syscall.ENOBUFS))
		done := sends()
		parked(t, s.d, writing)
		s.SetDeadline(time.Now())
		errorIs(t, "Send", soon(t, "Send", done), errDeadline)
		double.Reset()
		s.SetDeadline(time.Time{})
		errorIs(t, "Send again", soon(t, "Send again", sends()), nil)
	})
}
