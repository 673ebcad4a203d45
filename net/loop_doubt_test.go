package net

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inParts returns a stream that has two bytes to read, the first of which came with a
// descriptor, so that on some systems two reads are needed (G32); and its peer.
func inParts(t *testing.T) (server, peer *UnixStream) {
	t.Helper()
	server, peer = unixPairOf(t)
	_, w := pipe(t)
	if _, err := peer.SendFDs([]byte("a"), int(w.Fd())); err != nil {
		t.Fatal(err)
	}
	if _, err := peer.Write([]byte("b")); err != nil {
		t.Fatal(err)
	}
	return server, peer
}

// TestReadsOnAfterFailedWrite: what the peer sent before a write failed is read to
// the last byte, though nothing tells of the second part.
func TestReadsOnAfterFailedWrite(t *testing.T) {
	server, peer := inParts(t)
	peer.Close()
	got, end := make(chan string, 2), make(chan error, 1)
	attachOne(t, looping(t, LoopConfig{}), server, hooks{
		opened: func(s *Session) { s.Write([]byte("x")) },
		data:   func(_ *Session, p []byte) { got <- string(p) },
	}, end)
	errorIs(t, "Closed", soon(t, "Closed", end), ErrReset)
	close(got)
	all := ""
	for p := range got {
		all += p
	}
	if diff := cmp.Diff("ab", all); diff != "" {
		t.Errorf("Data (-want +got):\n%s", diff)
	}
}

// TestReadAfterFailedWrite: a function that reads on after a write has failed gets
// that error where it would have to wait.
func TestReadAfterFailedWrite(t *testing.T) {
	mine := errors.New("mine")
	for name, read := range map[string]func(s *Session) error{
		"Read": func(s *Session) error { return second(s.Read(make([]byte, 8))) },
		"Readable": func(s *Session) error {
			if err := s.Readable(); err != nil {
				return err
			}
			return second(s.Read(make([]byte, 8)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			attachFunc(t, LoopConfig{}, func(s *Session) error {
				s.fail(mine) // as a write does
				return read(s)
			}, func(t *testing.T, a attached) {
				errorIs(t, name, soon(t, name, a.end), mine)
			})
		})
	}
}

// TestDrainingInDoubt: a function is told of Shutdown by a Read that has to wait,
// and not in place of input that is there.
func TestDrainingInDoubt(t *testing.T) {
	server, _ := inParts(t)
	end, all := make(chan error, 1), ""
	_, err := looping(t, LoopConfig{Loops: 1}).AttachFunc(server, func(s *Session) error {
		p := make([]byte, 8)
		n, err := s.Read(p)
		s.w.leave(served.drain, true) // as Shutdown does
		for err == nil {
			all += string(p[:n])
			n, err = s.Read(p)
		}
		end <- err
		return nil
	})
	errorIs(t, "AttachFunc", err, nil)
	errorIs(t, "the last Read", soon(t, "the function", end), ErrDraining)
	if diff := cmp.Diff("ab", all); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
}
