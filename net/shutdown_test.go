package net

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEndedAlready: ending what has ended, by whomever, is no error.
func TestEndedAlready(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(s, peer *TCPStream)
		hows []ShutdownHow
	}{
		{"C38 write twice", nil, []ShutdownHow{ShutdownWrite, ShutdownWrite, ShutdownBoth}},
		{"C39 read twice", nil, []ShutdownHow{ShutdownRead, ShutdownRead, ShutdownBoth}},
		{"both twice", nil, []ShutdownHow{ShutdownBoth, ShutdownBoth, ShutdownRead, ShutdownWrite}},
		{"C41 both ended", func(s, peer *TCPStream) { s.CloseWrite(); peer.CloseWrite(); readEnds(s, 1) },
			[]ShutdownHow{ShutdownWrite, ShutdownRead, ShutdownBoth}},
		{"C41 peer ended", func(s, peer *TCPStream) { peer.CloseWrite(); readEnds(s, 1) },
			[]ShutdownHow{ShutdownBoth, ShutdownBoth}},
		{"C41 reset", func(s, peer *TCPStream) { peer.Abort(); readEnds(s, 2) },
			[]ShutdownHow{ShutdownBoth, ShutdownWrite, ShutdownRead}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			if tt.do != nil {
				tt.do(s, peer)
			}
			for i, how := range tt.hows {
				if err := s.Shutdown(how); err != nil {
					t.Errorf("number %d: %v", i, err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestC41PeerHearsTheEnd: Shutdown(ShutdownBoth) after the peer's end still
// ends writing.
func TestC41PeerHearsTheEnd(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	peer.CloseWrite()
	readEnds(s, 1)
	if err := s.Shutdown(ShutdownBoth); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"EOF"}, readEnds(peer, 1)); diff != "" {
		t.Error(diff)
	}
	errorIs(t, "C43 write after the end", second(s.Write([]byte("x"))), ErrReset)
}

// TestShutdownWakes: who waits to read learns that there is nothing to wait
// for, and so does who waits to write.
func TestShutdownWakes(t *testing.T) {
	t.Run("read", func(t *testing.T) {
		s, _ := pair(t, "127.0.0.1:0")
		done := park(func() error { return second(s.Read(make([]byte, 1))) })
		waiting(t, s, 1)
		if err := s.CloseRead(); err != nil {
			t.Fatal(err)
		}
		errorIs(t, "Read", within(t, "Read", done), io.EOF)
	})
	t.Run("write", func(t *testing.T) {
		s, _ := pair(t, "127.0.0.1:0")
		stuff(t, s)
		done := park(func() error { return second(s.Write(make([]byte, 1<<20))) })
		waiting(t, s, 1)
		if err := s.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		errorIs(t, "Write", within(t, "Write", done), ErrReset)
	})
}

func TestCloseGracefully(t *testing.T) {
	t.Run("drains", func(t *testing.T) {
		s, peer := pair(t, "127.0.0.1:0")
		done := park(func() error { return s.CloseGracefully(context.Background()) })
		want := strings.Repeat("late ", 100000)
		if _, err := io.WriteString(peer, want); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"EOF"}, readEnds(peer, 1)); diff != "" {
			t.Error(diff)
		}
		peer.CloseWrite()
		if err := soon(t, "CloseGracefully", done); err != nil {
			t.Error(err)
		}
		errorIs(t, "Close", s.Close(), ErrClosed)
	})
	t.Run("context", func(t *testing.T) {
		s, peer := pair(t, "127.0.0.1:0")
		ctx, cancel := context.WithCancel(context.Background())
		done := park(func() error { return s.CloseGracefully(ctx) })
		readEnds(peer, 1)
		cancel()
		errorIs(t, "CloseGracefully", within(t, "CloseGracefully", done), context.Canceled)
		errorIs(t, "Close", s.Close(), ErrClosed)
	})
	t.Run("deadline", func(t *testing.T) {
		s, _ := pair(t, "127.0.0.1:0")
		s.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		errorIs(t, "CloseGracefully", s.CloseGracefully(context.Background()), os.ErrDeadlineExceeded)
		errorIs(t, "Close", s.Close(), ErrClosed)
	})
	t.Run("closed meanwhile", func(t *testing.T) {
		s, peer := pair(t, "127.0.0.1:0")
		done := park(func() error { return s.CloseGracefully(context.Background()) })
		readEnds(peer, 1)
		s.Close()
		errorIs(t, "CloseGracefully", within(t, "CloseGracefully", done), ErrClosed)
	})
	t.Run("peer resets", func(t *testing.T) {
		s, peer := pair(t, "127.0.0.1:0")
		done := park(func() error { return s.CloseGracefully(context.Background()) })
		readEnds(peer, 1)
		peer.Abort()
		errorIs(t, "CloseGracefully", soon(t, "CloseGracefully", done), ErrReset)
	})
}

// TestAbort: the peer is told, those who wait are woken.
func TestAbort(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	done := park(func() error { return second(s.Read(make([]byte, 1))) })
	waiting(t, s, 1)
	if err := s.Abort(); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", within(t, "Read", done), ErrClosed)
	if diff := cmp.Diff([]string{"reset", "EOF"}, readEnds(peer, 2)); diff != "" {
		t.Errorf("the peer (-want +got):\n%s", diff)
	}
	errorIs(t, "second Abort", s.Abort(), ErrClosed)
}

func TestReadFull(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sent  string
		size  int
		want  string
		error error
	}{
		{"all", "12345", 5, "12345", nil},
		{"first of more", "12345", 3, "123", nil},
		{"ends inside", "123", 5, "123", io.ErrUnexpectedEOF},
		{"ends before", "", 5, "", io.EOF},
		{"nothing asked", "", 0, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			done := park(func() error {
				for i := range tt.sent {
					if _, err := peer.Write([]byte(tt.sent[i : i+1])); err != nil {
						return err
					}
				}
				return peer.CloseWrite()
			})
			buf := make([]byte, tt.size)
			n, err := s.ReadFull(buf)
			if diff := cmp.Diff(tt.want, string(buf[:n])); diff != "" {
				t.Error(diff)
			}
			if err != tt.error { // callers compare io.EOF with ==
				t.Errorf("error %v, want %v", err, tt.error)
			}
			if err := soon(t, "the writer", done); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestReadFullCutShort reports how much came before the deadline.
func TestReadFullCutShort(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	if _, err := peer.Write([]byte("123")); err != nil {
		t.Fatal(err)
	}
	s.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	n, err := s.ReadFull(make([]byte, 5))
	errorIs(t, "ReadFull", err, os.ErrDeadlineExceeded)
	if diff := cmp.Diff(3, n); diff != "" {
		t.Error(diff)
	}
}

// TestWriteCutShort reports how much went out, which is what arrives.
func TestWriteCutShort(t *testing.T) {
	for name, write := range map[string]func(*TCPStream, []byte) (int, error){
		"Write": (*TCPStream).Write,
		"WriteBuffers": func(s *TCPStream, p []byte) (int, error) {
			half := len(p) / 2
			n, err := s.WriteBuffers([][]byte{p[:half], p[half:]})
			return int(n), err
		},
		"WriteContext": func(s *TCPStream, p []byte) (int, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer cancel()
			return s.WriteContext(ctx, p)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			s.SetWriteDeadline(time.Now().Add(30 * time.Millisecond))
			n, err := write(s, make([]byte, 64<<20))
			if !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			s.Close()
			if diff := cmp.Diff(n, len(readAll(t, peer))); diff != "" {
				t.Errorf("bytes (-reported +arrived):\n%s", diff)
			}
		})
	}
}

// TestCopy is ReadFrom and WriteTo, both by io.Copy.
func TestCopy(t *testing.T) {
	want := strings.Repeat("0123456789", 200000)
	s, peer := pair(t, "127.0.0.1:0")
	done := park(func() error {
		n, err := io.Copy(peer, strings.NewReader(want))
		if diff := cmp.Diff(int64(len(want)), n); diff != "" {
			t.Error(diff)
		}
		return errors.Join(err, peer.CloseWrite())
	})
	var got strings.Builder
	n, err := io.Copy(&got, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := soon(t, "the writer", done); err != nil {
		t.Fatal(err)
	}
	if n != int64(len(want)) || got.String() != want {
		t.Errorf("%d bytes of %d arrived, or others", n, len(want))
	}
}
