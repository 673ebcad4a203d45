package net

import (
	"context"
	"errors"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// patience bounds every wait of the tests.
const patience = 10 * time.Second

// families are the loopback addresses of the machine.
func families(t testing.TB) map[string]string {
	m := map[string]string{"IPv4": "127.0.0.1:0"}
	if l, err := Listen("[::1]:0"); err == nil {
		l.Close()
		m["IPv6"] = "[::1]:0"
	} else {
		t.Logf("no IPv6 here: %v", err)
	}
	return m
}

func mustListen(t testing.TB, addr string) *TCPListener {
	t.Helper()
	l, err := Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// pair returns the two ends of a connection over l's address, closed with t.
func pair(t testing.TB, addr string) (client, server *TCPStream) {
	t.Helper()
	l := mustListen(t, addr)
	defer l.Close()
	client, server, err := connectPair(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

func connectPair(l *TCPListener) (client, server *TCPStream, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	client, err = ConnectContext(ctx, l.LocalAddress().String())
	if err != nil {
		return nil, nil, err
	}
	server, err = l.AcceptContext(ctx)
	if err != nil {
		client.Close()
		return nil, nil, err
	}
	return client, server, nil
}

// soon fails the test unless done is closed, or gets a value, in time.
func soon[T any](t testing.TB, what string, done <-chan T) (v T) {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case v = <-done:
	case <-timer.C:
		t.Fatalf("%s: nothing happened in %v", what, patience)
	}
	return v
}

// errorIs fails the test unless err matches want.
func errorIs(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}

// tryRead waits for data and takes it with one TryRead.
func tryRead(t testing.TB, s *TCPStream, p []byte) (int, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Readable(ctx); err != nil {
		t.Fatal(err)
	}
	return s.TryRead(p)
}

// fill writes until the stream would block and returns how much it took.
func fill(t testing.TB, s *TCPStream) int {
	t.Helper()
	total := 0
	for chunk := make([]byte, 64<<10); ; {
		n, err := s.TryWrite(chunk)
		total += n
		if err == ErrWouldBlock {
			return total
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// stuff fills the stream until room no longer comes back by itself, as it does
// while buffers grow, and returns how much it took. In the end the buffer is
// made smaller than what it holds: an acknowledgement may still be on its way.
func stuff(t testing.TB, s *TCPStream) (total int) {
	t.Helper()
	for {
		total += fill(t, s)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		err := s.Writable(ctx)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			if err := s.SetSendBuffer(4 << 10); err != nil {
				t.Fatal(err)
			}
			return total
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// readAll reads to the end of s within the tests' patience.
func readAll(t testing.TB, s *TCPStream) []byte {
	t.Helper()
	s.SetReadDeadline(time.Now().Add(patience))
	b, err := io.ReadAll(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// cmpAddress compares addresses as == does.
var cmpAddress = cmp.Comparer(func(a, b Address) bool { return a == b })

// builder makes a socket that is closed with t.
func builder(t testing.TB, make func() (*TCPSocket, error)) *TCPSocket {
	t.Helper()
	s, err := make()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// silent is an address that neither accepts nor refuses: its listener's queue
// is full. It skips the test where that does not keep others out (C26, C27).
func silent(t testing.TB) Address {
	t.Helper()
	l, err := builder(t, NewTCPSocketV4).ListenOn(LoopbackV4(0), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for range 16 {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		c, err := ConnectContext(ctx, l.LocalAddress().String())
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return l.LocalAddress()
		}
		if isReset(err) {
			t.Skip("a full queue resets here")
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Skip("a full queue keeps nobody out here")
	return Address{}
}

// uninterrupted repeats a system call of the test's own until no signal
// interrupts it.
func uninterrupted(call func() error) (err error) {
	for {
		if err = call(); err != syscall.EINTR {
			return err
		}
	}
}

// second is the error of a call that also returns a number.
func second(_ int, err error) error { return err }
