package net

import (
	"testing"
	"time"
)

// TestAllocsUnix counts what streams and datagrams allocate once they are open.
func TestAllocsUnix(t *testing.T) {
	leanBuild(t)
	a, b := unixPairOf(t)
	a.SetDeadline(time.Now().Add(patience))
	b.SetDeadline(time.Now().Add(patience))
	p, q := datagramPair(t)
	server, nameless := bindUnix(t, freshPath(t)), unboundUnix(t)
	to := server.LocalAddress()
	out, in := make([]byte, 64), make([]byte, 64)
	for _, tt := range []struct {
		name       string
		send, recv func() error
	}{
		{"stream, TryWrite, TryRead", func() error { return second(a.TryWrite(out)) }, func() error { return second(b.TryRead(in)) }},
		{"stream, Write, Read", func() error { return second(a.Write(out)) }, func() error { return second(b.Read(in)) }},
		{"stream, WriteAll, Peek, ReadFull", func() error { return second(a.WriteAll(out)) }, func() error {
			if _, err := b.Peek(in); err != nil {
				return err
			}
			return second(b.ReadFull(in))
		}},
		{"stream, TryRead that would block", func() error { return nil }, func() error {
			if _, err := b.TryRead(in); err != ErrWouldBlock {
				return err
			}
			return nil
		}},
		{"datagram, TrySend, TryRecv", func() error { return second(p.TrySend(out)) }, func() error { return second(q.TryRecv(in)) }},
		{"datagram, Send, Recv", func() error { return second(p.Send(out)) }, func() error { return second(q.Recv(in)) }},
		{"datagram, TrySendTo, TryRecvFrom", func() error { return second(nameless.TrySendTo(out, to)) },
			func() error { _, _, err := server.TryRecvFrom(in); return err }},
		{"datagram, SendTo, RecvFrom", func() error { return second(nameless.SendTo(out, to)) },
			func() error { _, _, err := server.RecvFrom(in); return err }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			noAllocs(t, func() error {
				if err := tt.send(); err != nil {
					return err
				}
				return tt.recv()
			})
		})
	}
}

// TestAllocsUnixParked counts a round trip in which both ends have to wait.
func TestAllocsUnixParked(t *testing.T) {
	leanBuild(t)
	a, b := unixPairOf(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		echoBack(b)
	}()
	t.Cleanup(func() { b.Close(); <-done })
	a.SetDeadline(time.Now().Add(patience))
	buf := []byte{1}
	noAllocs(t, func() error {
		if _, err := a.Write(buf); err != nil {
			return err
		}
		return second(a.Read(buf))
	})
}

// echoBack sends back what comes, a byte at a time, until it ends.
func echoBack(s *UnixStream) {
	for b := make([]byte, 1); ; {
		if _, err := s.Read(b); err != nil {
			return
		}
		if _, err := s.Write(b); err != nil {
			return
		}
	}
}
