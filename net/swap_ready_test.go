//go:build swap

package net

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
)

// TestReadableCalls: with Readable before it, a message costs no more system
// calls than without. Only of what it did not wait for itself does Readable ask.
func TestReadableCalls(t *testing.T) {
	unharmed(t)
	client, server := pair(t, "127.0.0.1:0")
	const messages = 20
	buf := make([]byte, 8)
	for range messages {
		done := park(func() error {
			if err := server.Readable(context.Background()); err != nil {
				return err
			}
			return second(server.Read(buf))
		})
		parked(t, server.d, reading)
		if _, err := client.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := soon(t, "Readable and Read", done); err != nil {
			t.Fatal(err)
		}
	}
	peeks := 1
	if !sys.Traits().ShortReadDrains {
		peeks = messages // each read leaves open whether there is more (C47)
	}
	got := []int{double.Count(fault.Peek), double.Count(fault.Read)}
	if diff := cmp.Diff([]int{peeks, messages}, got); diff != "" {
		t.Errorf("peeks and reads (-want +got):\n%s", diff)
	}
}
