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
	const messages = 20
	most := 1
	if !sys.Traits().ShortReadDrains {
		most = messages + 1 // whoever comes first asks whether a read has left something: Readable or the reactor (C47)
	}
	peeks, reads := 0, 0
	for range 5 { // an event may come twice, if the kernel looks again before the read
		peeks, reads = readableCalls(t, messages)
		if peeks >= 1 && peeks <= most && reads == messages {
			return
		}
	}
	t.Errorf("%d messages took %d peeks and %d reads each time; want at most %d peeks", messages, peeks, reads, most)
}

func readableCalls(t *testing.T, messages int) (peeks, reads int) {
	unharmed(t)
	client, server := pair(t, "127.0.0.1:0")
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
	return double.Count(fault.Peek), double.Count(fault.Read)
}
