//go:build swap

package net

import (
	"context"
	"testing"

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
	most := messages / 2 // an event may come twice, if the kernel looks again before the read
	if !sys.Traits().ShortReadDrains {
		most = messages + 1 // whoever comes first asks whether a read has left something: Readable or the reactor (C47)
	}
	peeks, reads := double.Count(fault.Peek), double.Count(fault.Read)
	if peeks < 1 || peeks > most || reads != messages {
		t.Errorf("%d messages took %d peeks and %d reads; want at most %d peeks", messages, peeks, reads, most)
	}
}
