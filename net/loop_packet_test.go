package net

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// packets is a PacketHandler made of functions.
type packets struct {
	datagrams func(*PacketSession, []Datagram)
	failed    func(*PacketSession, error)
	closed    chan error
}

func (h packets) Datagrams(s *PacketSession, list []Datagram) { h.datagrams(s, list) }
func (h packets) Closed(_ *PacketSession, err error)          { h.closed <- err }
func (h packets) Writable(*PacketSession)                     {}

func (h packets) Failed(s *PacketSession, err error) {
	if h.failed != nil {
		h.failed(s, err)
	}
}

// sendBack sends every datagram back to where it came from.
func sendBack(s *PacketSession, list []Datagram) {
	for i := range list {
		list[i].Buffer = list[i].Buffer[:list[i].N]
	}
	s.Socket().TrySendBatch(list)
}

// TestServePacket answers many clients, with the smallest and the largest
// datagrams.
func TestServePacket(t *testing.T) {
	loop := looping(t, LoopConfig{Loops: 2})
	server := bound(t, LoopbackV4(0))
	h := packets{datagrams: sendBack, closed: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- loop.ServePacket(ctx, server, h) }()
	for i := range 20 {
		c := bound(t, LoopbackV4(0))
		c.SetDeadline(time.Now().Add(patience))
		for _, want := range [][]byte{fmt.Appendf(nil, "from %d", i), {}, payload(65507)} {
			if _, err := c.SendTo(want, server.LocalAddress()); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 1<<16)
			n, from, err := c.RecvFrom(got)
			if err != nil || from != server.LocalAddress() {
				t.Fatal(from, err)
			}
			if diff := cmp.Diff(string(want), string(got[:n])); diff != "" {
				t.Errorf("answer (-want +got):\n%.200s", diff)
			}
		}
	}
	cancel()
	errorIs(t, "ServePacket", soon(t, "ServePacket", done), context.Canceled)
	errorIs(t, "Closed", soon(t, "Closed", h.closed), context.Canceled)
	c := bound(t, LoopbackV4(0))
	c.SendTo([]byte{1}, server.LocalAddress())
	server.SetDeadline(time.Now().Add(patience))
	_, _, err := server.RecvFrom(make([]byte, 8))
	errorIs(t, "the socket is the caller's again", err, nil)
}

// TestPacketBatch: what waits comes in one call, in order.
func TestPacketBatch(t *testing.T) {
	server, c := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	const n = packetBatch + 10
	for i := range n {
		if _, err := c.SendTo([]byte{byte(i)}, server.LocalAddress()); err != nil {
			t.Fatal(err)
		}
	}
	var got []byte
	batches, all := 0, make(chan struct{})
	h := packets{closed: make(chan error, 1), datagrams: func(_ *PacketSession, list []Datagram) {
		batches++
		for _, d := range list {
			got = append(got, d.Buffer[:d.N]...)
		}
		if len(got) == n {
			close(all)
		}
	}}
	loop := looping(t, LoopConfig{})
	if _, err := loop.AttachPacket(server, h); err != nil {
		t.Fatal(err)
	}
	soon(t, "the last datagram", all)
	want := make([]byte, n)
	for i := range want {
		want[i] = byte(i)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("datagrams (-want +got):\n%s", diff)
	}
	if batches > n/4 {
		t.Errorf("%d datagrams in %d batches", n, batches)
	}
	_, err := loop.AttachPacket(server, h)
	errorIs(t, "AttachPacket twice", err, ErrInvalidState)
	server.Close()
	errorIs(t, "Closed", soon(t, "Closed", h.closed), ErrClosed)
}

// TestD1PacketRefused: a datagram to a port where nobody listens comes back as
// an error, and the session goes on.
func TestD1PacketRefused(t *testing.T) {
	gone := bound(t, LoopbackV4(0))
	nobody := gone.LocalAddress()
	gone.Close()
	s := bound(t, LoopbackV4(0))
	if err := s.Connect(nobody); err != nil {
		t.Fatal(err)
	}
	refused := make(chan error, 10)
	h := packets{closed: make(chan error, 1), datagrams: sendBack, failed: func(_ *PacketSession, err error) { refused <- err }}
	p, err := looping(t, LoopConfig{}).AttachPacket(s, h)
	if err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	if err := p.Post(func() { sent <- second(s.TrySend([]byte{1})) }); err != nil {
		t.Fatal(err)
	}
	if err := soon(t, "TrySend", sent); err != nil && !errors.Is(err, ErrRefused) {
		t.Fatal(err)
	}
	errorIs(t, "Failed", soon(t, "Failed", refused), ErrRefused)
}
