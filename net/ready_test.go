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

func TestReady(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, tt := range []struct {
		name string
		make func(t *testing.T, s, peer *TCPStream)
		ask  Interest
		want Ready
	}{
		{"H5 idle", func(t *testing.T, s, peer *TCPStream) {}, Writable, Writable},
		{"H5 idle, either", func(t *testing.T, s, peer *TCPStream) {}, Readable | Writable, Writable},
		{"H6 data", func(t *testing.T, s, peer *TCPStream) { peer.Write([]byte("x")) }, Readable, Readable},
		{"H7 peer FIN", func(t *testing.T, s, peer *TCPStream) { peer.CloseWrite() }, Readable, Readable},
		{"H11 shut here", func(t *testing.T, s, peer *TCPStream) { s.CloseRead() }, Readable, Readable},
		{"H10 shut here", func(t *testing.T, s, peer *TCPStream) { s.CloseWrite() }, Writable, Writable},
		{"H13 peer RST", func(t *testing.T, s, peer *TCPStream) { peer.Abort() }, Readable, Readable},
		{"data and no room", func(t *testing.T, s, peer *TCPStream) { stuff(t, s); peer.Write([]byte("x")) },
			Readable | Writable, Readable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			tt.make(t, s, peer)
			for range 3 { // it is no event that goes by, but a state
				got, err := s.Ready(ctx, tt.ask)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got&tt.want); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		s, _ := pair(t, "127.0.0.1:0")
		for _, ask := range []Interest{0, ReadClosed, Readable | ReadyError} {
			_, err := s.Ready(ctx, ask)
			var r *RangeError
			if !errors.As(err, &r) {
				t.Errorf("Ready(%v): %v", ask, err)
			}
		}
	})
}

// TestReadableLoop reads only after Readable. The loop ends with the stream,
// and comes up empty no more often than there were bytes to read.
func TestReadableLoop(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	const bytes = 200
	done := park(func() error {
		for range bytes {
			if _, err := peer.Write([]byte("x")); err != nil {
				return err
			}
		}
		return peer.CloseWrite()
	})
	s.SetReadDeadline(time.Now().Add(patience))
	got, empty := 0, 0
	for buf := make([]byte, 3); ; {
		if err := s.Readable(context.Background()); err != nil {
			t.Fatal(err)
		}
		n, err := s.TryRead(buf)
		if got += n; err == io.EOF {
			break
		}
		if err == ErrWouldBlock {
			empty++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := soon(t, "the writer", done); err != nil {
		t.Fatal(err)
	}
	if got != bytes || empty > bytes {
		t.Errorf("%d bytes of %d, %d times nothing after Readable", got, bytes, empty)
	}
}

// TestWritableLoop writes only after Writable, to a peer that reads slowly.
func TestWritableLoop(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	const total = 16 << 20
	done := park(func() error {
		n, err := io.Copy(io.Discard, peer)
		if diff := cmp.Diff(int64(total), n); diff != "" {
			t.Errorf("bytes (-want +got):\n%s", diff)
		}
		return err
	})
	s.SetWriteDeadline(time.Now().Add(patience))
	turns, blocked := 0, 0
	for left := total; left > 0; turns++ {
		if err := s.Writable(context.Background()); err != nil {
			t.Fatal(err)
		}
		n, err := s.TryWrite(make([]byte, min(left, 1<<20)))
		if left -= n; err == ErrWouldBlock {
			blocked++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	s.CloseWrite()
	if err := soon(t, "the reader", done); err != nil {
		t.Fatal(err)
	}
	if blocked > turns/2+16 {
		t.Errorf("%d of %d writes after Writable would have blocked", blocked, turns)
	}
}

func TestTryIO(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	buf := make([]byte, 8)
	read := func(fd int) error {
		return uninterrupted(func() error { return second(syscall.Read(fd, buf)) })
	}

	// A call that would block is no error of the system's, in either spelling.
	err := s.TryIO(Readable, read)
	if err != ErrWouldBlock {
		t.Errorf("EAGAIN: %v", err)
	}
	if err := s.TryIO(Writable, func(int) error { return ErrWouldBlock }); err != ErrWouldBlock {
		t.Errorf("ErrWouldBlock: %v", err)
	}
	own := errors.New("the caller's own")
	if err := s.TryIO(Readable, func(int) error { return own }); err != own {
		t.Errorf("another error: %v", err)
	}
	// What it found must not be lost on those who wait.
	s.TryIO(Readable, read)
	s.TryIO(Writable, func(int) error { return ErrWouldBlock })
	done := park(func() error { return second(s.Read(buf)) })
	waiting(t, s, 1)
	if _, err := peer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := soon(t, "Read", done); err != nil {
		t.Error(err)
	}
}

// TestRawConn reads and writes by system calls of the caller's.
func TestRawConn(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	raw, err := s.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	var n int
	var failed error
	done := park(func() error {
		return raw.Read(func(fd uintptr) bool {
			failed = uninterrupted(func() (err error) { n, err = syscall.Read(int(fd), buf); return err })
			return failed != syscall.EAGAIN
		})
	})
	waiting(t, s, 1)
	if _, err := peer.Write([]byte("in")); err != nil {
		t.Fatal(err)
	}
	if err := soon(t, "RawConn.Read", done); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	if diff := cmp.Diff("in", string(buf[:n])); diff != "" {
		t.Error(diff)
	}

	wrote := stuff(t, s)
	done = park(func() error {
		return raw.Write(func(fd uintptr) bool {
			failed = uninterrupted(func() error { return second(syscall.Write(int(fd), []byte("out"))) })
			return failed != syscall.EAGAIN
		})
	})
	waiting(t, s, 1)
	if _, err := io.CopyN(io.Discard, peer, int64(wrote)); err != nil {
		t.Fatal(err)
	}
	if err := soon(t, "RawConn.Write", done); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	if _, err := peer.ReadFull(buf[:3]); err != nil || string(buf[:3]) != "out" {
		t.Errorf("%q, %v", buf[:3], err)
	}

	if err := raw.Control(func(fd uintptr) { n = int(fd) }); err != nil || n != number(s) {
		t.Errorf("Control: %d, %v", n, err)
	}
	s.SetReadDeadline(time.Unix(1, 0))
	timedOut(t, "RawConn.Read", raw.Read(func(uintptr) bool { return false }))
	s.Close()
	never := func(uintptr) bool { t.Error("called after Close"); return true }
	errorIs(t, "Control", raw.Control(func(fd uintptr) { never(fd) }), ErrClosed)
	errorIs(t, "Read", raw.Read(never), ErrClosed)
	errorIs(t, "Write", raw.Write(never), ErrClosed)
	_, err = s.SyscallConn()
	errorIs(t, "SyscallConn", err, ErrClosed)
}
