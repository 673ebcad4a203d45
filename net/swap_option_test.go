//go:build swap

package net

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// TestRefusedWithoutCalls: what is out of range, is not of this kind of
// socket, or is not of this system, is refused before the kernel is asked.
func TestRefusedWithoutCalls(t *testing.T) {
	for kind, s := range kindsOf(t, "IPv4", NewTCPSocketV4) {
		d := s.descriptor()
		for _, i := range platform.AllOptions {
			t.Run(kind+" "+i.Name, func(t *testing.T) {
				unharmed(t)
				settable := fits(d, i) && i.SetOn&d.typ != 0
				if i.Wire == platform.CBool && settable {
					t.Skip("both values of a bool are in range")
				}
				tooLong := make([]byte, platform.MaxOption)
				err := d.setValue(i, platform.Value{Int: 1 << 62, Str: string(tooLong)})
				var r *RangeError
				var u *UnsupportedError
				if settable && !errors.As(err, &r) || !settable && !errors.As(err, &u) {
					t.Errorf("error %v", err)
				}
				if diff := cmp.Diff(0, double.Count(fault.SetOption)); diff != "" {
					t.Errorf("system calls (-want +got):\n%s", diff)
				}
			})
		}
	}
}
