package net

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	r, w := s.Split()
	if _, err := w.WriteAll([]byte("out")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 3)
	if _, err := peer.ReadFull(buf); err != nil {
		t.Fatal(err)
	}
	if _, err := peer.Write(buf); err != nil {
		t.Fatal(err)
	}
	if err := r.Readable(context.Background()); err != nil {
		t.Fatal(err)
	}
	n, err := r.TryRead(buf)
	if diff := cmp.Diff("out", string(buf[:n])); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("the stream is still its owner's: %v", err)
	}
	errorIs(t, "read half", second(r.Read(buf)), ErrClosed)
	errorIs(t, "write half", second(w.Write(buf)), ErrClosed)
}

// refuses holds the methods of a half that was given up to saying so.
func refuses(t *testing.T, errs map[string]error) {
	t.Helper()
	for name, err := range errs {
		errorIs(t, name+" of a half that was given up", err, ErrClosed)
	}
}

// TestForgetWakes ends a Write that waits when its half is forgotten.
func TestForgetWakes(t *testing.T) {
	s, _ := pair(t, "127.0.0.1:0")
	r, w := s.IntoSplit()
	stuff(t, s)
	done := park(func() error { return second(w.Write([]byte("x"))) })
	waiting(t, s, 1)
	if err := w.Forget(); err != nil {
		t.Error(err)
	}
	errorIs(t, "parked Write", within(t, "Write", done), ErrClosed)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestOwnedHalves: what each half's end means to the peer and to the stream.
func TestOwnedHalves(t *testing.T) {
	open := func(s *TCPStream) bool { return number(s) >= 0 }
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf)
	}{
		{"the write half's Close ends writing", func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf) {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"EOF"}, readEnds(peer, 1)); diff != "" {
				t.Error(diff)
			}
			if _, err := peer.Write([]byte("x")); err != nil {
				t.Error(err)
			}
			if _, err := r.ReadFull(make([]byte, 1)); err != nil {
				t.Errorf("the other half: %v", err)
			}
			errorIs(t, "second Close", w.Close(), ErrClosed)
			errorIs(t, "Write after Close", second(w.Write([]byte("x"))), ErrClosed)
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if open(s) {
				t.Error("open after its last half was closed")
			}
		}},
		{"the read half's Close ends reading only", func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf) {
			done := park(func() error { return second(r.Read(make([]byte, 1))) })
			waiting(t, s, 1)
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			errorIs(t, "parked Read", within(t, "Read", done), ErrClosed)
			refuses(t, map[string]error{
				"Read": second(r.Read(make([]byte, 1))), "TryRead": second(r.TryRead(make([]byte, 1))),
				"Peek": second(r.Peek(make([]byte, 1))), "ReadBuffers": second(r.ReadBuffers([][]byte{make([]byte, 1)})),
				"ReadFull": second(r.ReadFull(make([]byte, 1))), "WriteTo": second64(r.WriteTo(io.Discard)),
				"Readable": r.Readable(context.Background()),
			})
			errorIs(t, "second Close", r.Close(), ErrClosed)
			if _, err := w.Write([]byte("x")); err != nil {
				t.Errorf("the other half: %v", err)
			}
			if diff := cmp.Diff([]string{"x"}, readEnds(peer, 1)); diff != "" {
				t.Error(diff)
			}
			if err := w.Close(); err != nil || open(s) {
				t.Errorf("closing the last half: %v, open: %v", err, open(s))
			}
		}},
		{"Forget tells nobody", func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf) {
			if err := w.Forget(); err != nil {
				t.Error(err)
			}
			if _, err := peer.TryRead(make([]byte, 1)); err != ErrWouldBlock {
				t.Errorf("the peer reads: %v", err)
			}
			errorIs(t, "Close after Forget", w.Close(), ErrClosed)
			refuses(t, map[string]error{
				"Write": second(w.Write([]byte("x"))), "TryWrite": second(w.TryWrite([]byte("x"))),
				"WriteBuffers": second64(w.WriteBuffers([][]byte{[]byte("x")})),
				"ReadFrom":     second64(w.ReadFrom(strings.NewReader("x"))),
				"a file":       second64(w.ReadFrom(fileOf(t, []byte("x")))),
				"Writable":     w.Writable(context.Background()),
			})
			if err := r.Close(); err != nil || open(s) {
				t.Errorf("closing the last half: %v, open: %v", err, open(s))
			}
			readEnds(peer, 1)
		}},
		{"Reunite", func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf) {
			again, err := r.Reunite(w)
			if err != nil {
				t.Fatal(err)
			}
			errorIs(t, "closing the read half", r.Close(), ErrClosed)
			errorIs(t, "closing the write half", w.Close(), ErrClosed)
			_, err = r.Reunite(w)
			errorIs(t, "Reunite again", err, ErrClosed)
			if _, err := again.Write([]byte("x")); err != nil {
				t.Error(err)
			}
			if err := again.Close(); err != nil || open(s) {
				t.Errorf("closing: %v, open: %v", err, open(s))
			}
			if diff := cmp.Diff([]string{"x", "EOF"}, readEnds(peer, 2)); diff != "" {
				t.Error(diff)
			}
		}},
		{"Reunite with a stranger", func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf) {
			_, stranger := peer.IntoSplit()
			_, err := r.Reunite(stranger)
			errorIs(t, "Reunite", err, ErrInvalidState)
			if err := errors.Join(r.Close(), w.Close()); err != nil {
				t.Errorf("the halves afterwards: %v", err)
			}
		}},
		{"Reunite after the other half was closed", func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf) {
			w.Close()
			_, err := r.Reunite(w)
			errorIs(t, "Reunite", err, ErrClosed)
			if err := r.Close(); err != nil || open(s) {
				t.Errorf("closing the last half: %v, open: %v", err, open(s))
			}
		}},
		{"addresses and deadlines", func(t *testing.T, s, peer *TCPStream, r *OwnedReadHalf, w *OwnedWriteHalf) {
			want := []string{peer.PeerAddress().String(), peer.LocalAddress().String()}
			for _, h := range [][]string{
				{r.LocalAddr().String(), r.RemoteAddr().String()},
				{w.LocalAddr().String(), w.RemoteAddr().String()},
			} {
				if diff := cmp.Diff(want, h); diff != "" {
					t.Error(diff)
				}
			}
			past := time.Unix(1, 0)
			if err := errors.Join(r.SetReadDeadline(past), w.SetWriteDeadline(past)); err != nil {
				t.Fatal(err)
			}
			errorIs(t, "Read", second(r.Read(make([]byte, 1))), errDeadline)
			errorIs(t, "Write", second(w.Write(make([]byte, 1))), errDeadline)
			if err := errors.Join(r.Close(), w.Close()); err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			r, w := s.IntoSplit()
			tt.do(t, s, peer, r, w)
		})
	}
}

// TestOwnedHalvesRace closes both halves at once: one of them is the last.
func TestOwnedHalvesRace(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	for range 200 {
		s, peer, err := connectPair(l)
		if err != nil {
			t.Fatal(err)
		}
		r, w := s.IntoSplit()
		a, b := park(r.Close), park(w.Close)
		if err := errors.Join(soon(t, "Close", a), soon(t, "Close", b)); err != nil {
			t.Fatal(err)
		}
		if number(s) >= 0 {
			t.Fatal("still open")
		}
		peer.Abort()
	}
}
