package net

import (
	"testing"

	"github.com/volt-net/volt/net/sockopt"
)

// TestDropped: a datagram tells how many found no room before it, in every
// way to receive it.
func TestDropped(t *testing.T) {
	if !sockopt.RecvOverflow.Supported() {
		t.Skip("the system does not count for each socket")
	}
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			if err := SetOption(b, sockopt.RecvOverflow, true); err != nil {
				t.Fatal(err)
			}
			errorIs(t, "SetRecvBuffer", b.SetRecvBuffer(8<<10), nil)
			sent, came := 0, 0
			send := func(size int) { mustSendTo(t, a, sized(sent, size), b.LocalAddress()); sent++ }
			in := []Datagram{{Buffer: make([]byte, 1<<10), Meta: new(Meta)}}
			receive := map[string]func() error{
				"RecvMessage": func() (err error) { _, *in[0].Meta, err = b.RecvMessage(in[0].Buffer); return err },
				"RecvBatch":   func() error { return second(b.RecvBatch(in)) },
			}
			for name, receive := range receive {
				before := in[0].Meta.Dropped
				for range 100 { // more than fits
					send(1 << 10)
				}
				// One that finds room tells of all that were dropped before it.
				until(t, name+": datagrams received and dropped are those sent", func() bool {
					if _, err := b.TryPeek(in[0].Buffer[:1]); err == ErrWouldBlock {
						send(8)
					}
					if err := receive(); err != nil {
						t.Fatal(err)
					}
					came++
					return came+int(in[0].Meta.Dropped) == sent
				})
				if in[0].Meta.Dropped == before {
					t.Errorf("%s: none of %d dropped", name, sent)
				}
			}
		})
	}
}
