package net

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// udpWaits are the ways to wait for a datagram.
var udpWaits = map[string]func(context.Context, *UDPSocket) error{
	"RecvFrom": func(_ context.Context, s *UDPSocket) error { _, _, err := s.RecvFrom(make([]byte, 8)); return err },
	"RecvFromContext": func(ctx context.Context, s *UDPSocket) error {
		_, _, err := s.RecvFromContext(ctx, make([]byte, 8))
		return err
	},
	"RecvContext": func(ctx context.Context, s *UDPSocket) error { return second(s.RecvContext(ctx, make([]byte, 8))) },
	"PeekContext": func(ctx context.Context, s *UDPSocket) error { return second(s.PeekContext(ctx, make([]byte, 8))) },
	"PeekFromContext": func(ctx context.Context, s *UDPSocket) error {
		_, _, err := s.PeekFromContext(ctx, make([]byte, 8))
		return err
	},
	"Readable": func(ctx context.Context, s *UDPSocket) error { return s.Readable(ctx) },
	"Ready":    func(ctx context.Context, s *UDPSocket) error { _, err := s.Ready(ctx, Readable); return err },
	"ReadMsgUDP": func(_ context.Context, s *UDPSocket) error {
		_, _, _, _, err := s.ReadMsgUDP(make([]byte, 8), nil)
		return err
	},
	"ReadFrom": func(_ context.Context, s *UDPSocket) error { _, _, err := s.ReadFrom(make([]byte, 8)); return err },
}

// parks starts wait and returns where its error will be. Nothing tells that it
// is parked, which is as it should be: each event must count at any moment.
func parks(s *UDPSocket, ctx context.Context, wait func(context.Context, *UDPSocket) error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- wait(ctx, s) }()
	return done
}

func TestUDPWaits(t *testing.T) {
	for name, wait := range udpWaits {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()

			s, c := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
			done := parks(s, ctx, wait)
			mustSendTo(t, c, "x", s.LocalAddress())
			errorIs(t, "a datagram", soon(t, "a datagram", done), nil)

			s = bound(t, LoopbackV4(0))
			done = parks(s, ctx, wait)
			s.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
			errorIs(t, "the deadline", soon(t, "the deadline", done), os.ErrDeadlineExceeded)

			s.SetReadDeadline(time.Time{})
			done = parks(s, ctx, wait)
			s.Close()
			errorIs(t, "Close", soon(t, "Close", done), ErrClosed)
		})
	}
}

func TestUDPContext(t *testing.T) {
	s := bound(t, LoopbackV4(0))
	for _, name := range []string{"RecvFromContext", "RecvContext", "PeekContext", "PeekFromContext", "Readable", "Ready"} {
		ctx, cancel := context.WithCancel(context.Background())
		done := parks(s, ctx, udpWaits[name])
		cancel()
		errorIs(t, name, soon(t, name, done), context.Canceled)
		errorIs(t, name+", before", udpWaits[name](ctx, s), context.Canceled)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	errorIs(t, "SendToContext", second(s.SendToContext(ctx, []byte("x"), s.LocalAddress())), context.Canceled)
}

// TestUDPMany: several goroutines wait for the datagrams of one socket, and
// each datagram reaches one of them.
func TestUDPMany(t *testing.T) {
	const readers, datagrams = 4, 400
	s, c := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	got := make(chan byte, datagrams)
	for range readers {
		go func() {
			p := make([]byte, 8)
			for {
				n, err := s.Recv(p)
				if err != nil {
					return
				}
				got <- p[n-1]
			}
		}()
	}
	seen := map[byte]int{}
	for i := range datagrams {
		mustSendTo(t, c, string([]byte{'x', byte(i % 100)}), s.LocalAddress())
		seen[soon(t, "a datagram", got)]++
	}
	want := map[byte]int{}
	for i := range 100 {
		want[byte(i)] = datagrams / 100
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

func TestUDPWritable(t *testing.T) {
	s := bound(t, LoopbackV4(0))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Writable(ctx); err != nil {
		t.Error(err)
	}
	if r, err := s.Ready(ctx, Readable|Writable); r != Writable || err != nil {
		t.Errorf("Ready: %v, %v", r, err)
	}
}
