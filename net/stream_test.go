package net

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readEnds reads n times from a connection that is over. A wait would end in
// an expired deadline. Where a reset can come to a read as EOF, if only at
// first (C30), it is put back in its place.
func readEnds(s *TCPStream, n int) (ends []string) {
	s.SetReadDeadline(time.Now().Add(patience))
	b := make([]byte, 16)
	for range n {
		k, err := s.Read(b)
		switch {
		case k > 0:
			ends = append(ends, string(b[:k]))
		case err == io.EOF:
			ends = append(ends, "EOF")
		case isReset(err):
			ends = append(ends, "reset")
		default:
			ends = append(ends, err.Error())
		}
	}
	if i := slices.Index(ends, "reset"); i > 0 && ends[i-1] == "EOF" && !sys.Traits().NestedPoller {
		ends[i-1], ends[i] = ends[i], ends[i-1]
	}
	return ends
}

// writeUntilError writes until that fails.
func writeUntilError(t *testing.T, s *TCPStream) error {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if _, err := s.TryWrite([]byte("x")); err != nil && err != ErrWouldBlock {
			return err
		}
	}
	t.Fatal("writing goes on for ever")
	return nil
}

// TestEnds is how connections end, told by what reads return.
func TestEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(t *testing.T, s, peer *TCPStream)
		want []string
	}{
		{"C28 peer FIN", func(t *testing.T, s, peer *TCPStream) { peer.Close() },
			[]string{"EOF", "EOF", "EOF"}},
		{"C28 peer ends writing", func(t *testing.T, s, peer *TCPStream) { peer.CloseWrite() },
			[]string{"EOF", "EOF", "EOF"}},
		{"H8 data, FIN", func(t *testing.T, s, peer *TCPStream) { peer.Write([]byte("data")); peer.Close() },
			[]string{"data", "EOF", "EOF"}},
		{"C30 peer RST", func(t *testing.T, s, peer *TCPStream) { peer.Abort() },
			[]string{"reset", "EOF", "EOF"}},
		{"C31 RST, then writes", func(t *testing.T, s, peer *TCPStream) {
			peer.Abort()
			for range 3 {
				errorIs(t, "write", writeUntilError(t, s), ErrReset)
			}
		}, []string{"reset", "EOF", "EOF"}},
		{"C31 RST, read, then writes", func(t *testing.T, s, peer *TCPStream) {
			peer.Abort()
			if diff := cmp.Diff([]string{"reset", "EOF"}, readEnds(s, 2)); diff != "" {
				t.Error(diff)
			}
			for range 3 {
				errorIs(t, "write", writeUntilError(t, s), ErrReset)
			}
		}, []string{"EOF", "EOF"}},
		{"C33 peer FIN, then writes", func(t *testing.T, s, peer *TCPStream) {
			peer.Close()
			errorIs(t, "write", writeUntilError(t, s), ErrReset)
		}, []string{"reset", "EOF", "EOF"}},
		{"C40 shut here", func(t *testing.T, s, peer *TCPStream) { s.CloseRead() },
			[]string{"EOF", "EOF"}},
		{"C40 shut here with data", func(t *testing.T, s, peer *TCPStream) {
			peer.Write([]byte("before"))
			s.Peek(make([]byte, 1))
			s.CloseRead()
			peer.Write([]byte("after"))
		}, []string{"EOF", "EOF"}},
		{"C45 peek does not use up EOF", func(t *testing.T, s, peer *TCPStream) {
			peer.Close()
			for range 2 {
				errorIs(t, "Peek", second(s.Peek(make([]byte, 1))), io.EOF)
			}
		}, []string{"EOF", "EOF"}},
		{"C45 peek does not use up a reset", func(t *testing.T, s, peer *TCPStream) {
			peer.Abort()
			for range 2 {
				errorIs(t, "Peek", second(s.Peek(make([]byte, 1))), ErrReset)
			}
		}, []string{"reset", "EOF", "EOF"}},
		{"C45 nor does Readable", func(t *testing.T, s, peer *TCPStream) {
			peer.Abort()
			for range 2 {
				if err := s.Readable(context.Background()); err != nil {
					t.Error(err)
				}
			}
		}, []string{"reset", "EOF", "EOF"}},
		{"C44 nor does an empty read", func(t *testing.T, s, peer *TCPStream) {
			peer.Abort()
			n, err := s.Read(nil)
			if n != 0 || err != nil {
				t.Errorf("empty read: %d, %v", n, err)
			}
		}, []string{"reset", "EOF"}},
		{"CloseGracefully with unread data is no reset", func(t *testing.T, s, peer *TCPStream) {
			s.Write([]byte("never read"))
			done := park(func() error { return peer.CloseGracefully(context.Background()) })
			if diff := cmp.Diff([]string{"EOF"}, readEnds(s, 1)); diff != "" {
				t.Error(diff)
			}
			s.CloseWrite()
			if err := soon(t, "CloseGracefully", done); err != nil {
				t.Error(err)
			}
		}, []string{"EOF", "EOF"}},
		{"Abort throws away", func(t *testing.T, s, peer *TCPStream) {
			fill(t, peer)
			s.SetReadDeadline(time.Now().Add(patience))
			peer.Abort()
			for err := error(nil); err == nil; {
				_, err = s.Read(make([]byte, 1<<20))
			}
		}, []string{"EOF", "EOF"}},
	} {
		for name, addr := range families(t) {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				s, peer := pair(t, addr)
				tt.end(t, s, peer)
				if diff := cmp.Diff(tt.want, readEnds(s, len(tt.want))); diff != "" {
					t.Errorf("reads (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestC29ClosedWithUnread: whether that is a reset differs; both are an end.
func TestC29ClosedWithUnread(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	if _, err := s.Write([]byte("unread")); err != nil {
		t.Fatal(err)
	}
	peer.Peek(make([]byte, 1))
	peer.Close()
	got := readEnds(s, 3)
	for _, want := range [][]string{{"EOF", "EOF", "EOF"}, {"reset", "EOF", "EOF"}} {
		if cmp.Equal(want, got) {
			return
		}
	}
	t.Errorf("reads: %q", got)
}

// TestC32DataThenReset: what arrived before the reset is not lost.
func TestC32DataThenReset(t *testing.T) {
	for _, writes := range []bool{false, true} {
		s, peer := pair(t, "127.0.0.1:0")
		if _, err := peer.Write([]byte("data")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Peek(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		peer.Abort()
		if writes {
			errorIs(t, "write", writeUntilError(t, s), ErrReset)
		}
		if diff := cmp.Diff([]string{"data", "reset", "EOF"}, readEnds(s, 3)); diff != "" {
			t.Errorf("reads, with a write before: %v (-want +got):\n%s", writes, diff)
		}
	}
}

// TestH22BothTold resets a connection under a read and a write that wait: the
// kernel tells one of them.
func TestH22BothTold(t *testing.T) {
	for range 200 {
		s, peer := pair(t, "127.0.0.1:0")
		fill(t, s)
		read := park(func() error { return second(s.Read(make([]byte, 1))) })
		write := park(func() (err error) {
			for p := make([]byte, 1<<20); err == nil; {
				err = second(s.Write(p))
			}
			return err
		})
		waiting(t, s, 2)
		peer.Abort()
		if err := soon(t, "Write", write); !isReset(err) {
			t.Fatalf("Write: %v", err)
		}
		if err := soon(t, "Read", read); !isReset(err) {
			t.Fatalf("Read: %v", err)
		}
		again := second(s.Read(make([]byte, 1)))
		if isReset(again) { // a double that passes the error on from the write may be late
			again = second(s.Read(make([]byte, 1)))
		}
		errorIs(t, "another Read", again, io.EOF)
		s.Close()
	}
}

// TestC36Addresses outlive the connection, and Close.
func TestC36Addresses(t *testing.T) {
	for _, asked := range []bool{true, false} {
		s, peer := pair(t, "127.0.0.1:0")
		local, remote := peer.PeerAddress(), peer.LocalAddress()
		if asked {
			s.LocalAddr()
		}
		peer.Abort()
		readEnds(s, 2)
		check := func(when string) {
			t.Helper()
			want := []string{remote.String(), remote.String(), local.String(), local.String()}
			got := []string{s.RemoteAddr().String(), s.PeerAddress().String(), s.LocalAddr().String(), s.LocalAddress().String()}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
		}
		check("after the reset")
		s.Close()
		check("after Close")
	}
	l := mustListen(t, "127.0.0.1:0")
	l.Close()
	if l.Addr() == nil || l.LocalAddress().Port() == 0 {
		t.Errorf("a closed listener's address: %v", l.Addr())
	}
}

// TestEmpty is C43 and C44: nothing to do is done, without a system call.
func TestEmpty(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	none := [][]byte{nil, {}, nil}
	calls := map[string]func() (int, error){
		"TryRead":         func() (int, error) { return s.TryRead(nil) },
		"TryPeek":         func() (int, error) { return s.TryPeek(nil) },
		"TryReadBuffers":  func() (int, error) { return s.TryReadBuffers(none) },
		"Read":            func() (int, error) { return s.Read([]byte{}) },
		"Peek":            func() (int, error) { return s.Peek(nil) },
		"ReadFull":        func() (int, error) { return s.ReadFull(nil) },
		"ReadBuffers":     func() (int, error) { return s.ReadBuffers(nil) },
		"TryWrite":        func() (int, error) { return s.TryWrite(nil) },
		"TryWriteBuffers": func() (int, error) { return s.TryWriteBuffers(none) },
		"Write":           func() (int, error) { return s.Write([]byte{}) },
		"WriteAll":        func() (int, error) { return s.WriteAll(nil) },
		"WriteBuffers":    func() (int, error) { n, err := s.WriteBuffers(none); return int(n), err },
	}
	for _, when := range []string{"idle", "writing ended", "peer gone"} {
		for name, call := range calls {
			if n, err := call(); n != 0 || err != nil {
				t.Errorf("%s, %s: %d, %v", when, name, n, err)
			}
		}
		switch when {
		case "idle":
			s.CloseWrite()
		case "writing ended":
			peer.Abort()
		}
	}
	s.Close()
	for name, call := range calls {
		n, err := call()
		if n != 0 {
			t.Errorf("closed, %s: %d", name, n)
		}
		errorIs(t, "closed, "+name, err, ErrClosed)
	}
}
