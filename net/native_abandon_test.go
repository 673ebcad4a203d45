package net

import (
	"errors"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// refusingLater is a place in Go's poller that refuses to wait after one try, as an
// error flag that comes alone makes it.
type refusingLater struct{ syscall.RawConn }

func (refusingLater) Write(try func(uintptr) bool) error {
	if try(0) {
		return nil
	}
	return errors.New("not pollable")
}

// TestAbandonBatch: what a batch has sent before Go's poller refuses to wait is
// not sent again. The sockets are of the one kind that can be full here.
func TestAbandonBatch(t *testing.T) {
	a, b, err := UnixDatagramPair()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	defer b.Close()
	d := a.d
	d.mu.Lock()
	native := d.goNative()
	d.mu.Unlock()
	if !native {
		t.Skip("Go's poller has no part in waiting here")
	}
	d.native.raw = refusingLater{}
	o := op{kind: opSendBatch}
	for i := range 256 {
		o.list = append(o.list, Datagram{Buffer: []byte(sized(i, 8192))})
	}
	if err := d.enter(writing, nil); err != nil {
		t.Fatal(err)
	}
	done := park(func() error { defer d.leave(writing); return d.native.until(d, writing, &o) })
	until(t, "the batch stops midway", func() bool { return d.has(flagRegistered) || len(done) > 0 })
	if len(done) > 0 {
		err := <-done
		if sys.Classify(err) == platform.ClassNoBuffers {
			t.Skip("here a full queue refuses, and no poller has a part in waiting (G16)")
		}
		t.Fatalf("it did not: %v", err)
	}
	buf := make([]byte, 8192)
	for i := range o.list {
		n, err := b.Recv(buf)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(o.list[i].Buffer), string(buf[:n])); diff != "" {
			t.Fatalf("datagram %d (-want +got):\n%.200s", i, diff)
		}
		d.retry(writing) // not all pollers tell of room (G16)
	}
	errorIs(t, "the batch", soon(t, "the batch", done), nil)
	if _, err := b.TryRecv(buf); err != ErrWouldBlock {
		t.Errorf("one more: %v", err)
	}
}
