package net

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// batchOf is n datagrams with room for size bytes each.
func batchOf(n, size int) []Datagram {
	list := make([]Datagram, n)
	for i := range list {
		list[i].Buffer = make([]byte, size)
	}
	return list
}

func texts(list []Datagram) (all []string) {
	for _, g := range list {
		all = append(all, string(g.Buffer[:g.N]))
	}
	return all
}

func TestD19Batch(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			in := batchOf(4, 16)
			if n, err := b.TryRecvBatch(in); n != 0 || err != ErrWouldBlock {
				t.Errorf("nothing there: %d, %v", n, err)
			}
			var out []Datagram
			var want []string
			for i := range 6 {
				want = append(want, fmt.Sprint("datagram ", i))
				out = append(out, Datagram{Buffer: []byte(want[i]), Addr: b.LocalAddress()})
			}
			if n, err := a.SendBatch(out); n != 6 || err != nil {
				t.Fatalf("SendBatch: %d, %v", n, err)
			}
			n, err := b.RecvBatch(in)
			if diff := cmp.Diff(want[:4], texts(in[:n])); diff != "" || err != nil {
				t.Errorf("the first: %v (-want +got):\n%s", err, diff)
			}
			n, err = b.TryRecvBatch(in)
			if diff := cmp.Diff(want[4:], texts(in[:n])); diff != "" || err != nil {
				t.Errorf("the rest: %v (-want +got):\n%s", err, diff)
			}
			if diff := cmp.Diff(a.LocalAddress(), in[0].Addr, cmpAddress); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestD19Errors: an error comes by itself, after what went well.
func TestD19Errors(t *testing.T) {
	a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	to := b.LocalAddress()
	for name, send := range map[string]func([]Datagram) (int, error){"SendBatch": a.SendBatch, "TrySendBatch": a.TrySendBatch} {
		out := []Datagram{{Buffer: []byte("fits"), Addr: to}, {Buffer: make([]byte, 1<<16), Addr: to}, {Buffer: []byte("x"), Addr: to}}
		n, err := send(out)
		if n != 1 || err != nil {
			t.Errorf("%s: %d, %v; want 1", name, n, err)
		}
		n, err = send(out[n:])
		if n != 0 || !errors.Is(err, ErrMessageTooLong) {
			t.Errorf("%s: %d, %v; want the error", name, n, err)
		}
		wantDatagram(t, b, datagramFrom{"fits", a.LocalAddress()})
	}

	c := unbound(t, LoopbackV4(0))
	if err := c.Connect(deadPort(t, LoopbackV4(0))); err != nil {
		t.Fatal(err)
	}
	n, err := c.SendBatch([]Datagram{{Buffer: []byte("1")}, {Buffer: []byte("2")}})
	if err != nil || n < 1 {
		t.Fatalf("SendBatch: %d, %v", n, err)
	}
	n, err = c.RecvBatch(batchOf(2, 8))
	if n != 0 || !errors.Is(err, ErrRefused) {
		t.Errorf("D1: %d, %v; want %v", n, err, ErrRefused)
	}
}

func TestBatchEdges(t *testing.T) {
	s := bound(t, LoopbackV4(0))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	one := []Datagram{{Buffer: []byte("x"), Addr: s.LocalAddress()}}
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"send none", second(s.SendBatch(nil)), nil},
		{"receive none", second(s.RecvBatch(nil)), nil},
		{"try to receive none", second(s.TryRecvBatch(nil)), nil},
		{"no destination", second(s.SendBatch([]Datagram{{}})), ErrNotConnected},
		{"context of receiving", second(s.RecvBatchContext(ctx, one)), context.Canceled},
		{"context of sending", second(s.SendBatchContext(ctx, one)), context.Canceled},
	}
	s.Close()
	for _, do := range []func([]Datagram) (int, error){s.SendBatch, s.TrySendBatch, s.RecvBatch, s.TryRecvBatch} {
		tests = append(tests, []struct {
			name string
			err  error
			want error
		}{{"closed", second(do(one)), ErrClosed}, {"closed, none", second(do(nil)), ErrClosed}}...)
	}
	for _, tt := range tests {
		errorIs(t, tt.name, tt.err, tt.want)
	}
}
