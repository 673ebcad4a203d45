package net

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// leavesNothing runs fn and fails the test if descriptors or goroutines are
// left after it.
func leavesNothing(t *testing.T, fn func()) {
	t.Helper()
	old := goleak.IgnoreCurrent()
	before := openDescriptors()
	fn()
	if after := openDescriptors(); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
	if err := goleak.Find(old, goleak.IgnoreTopFunction("github.com/volt-net/volt/net.(*reactor).run")); err != nil {
		t.Error(err)
	}
}

// TestOpenCloseStorm opens and closes connections from many goroutines, so
// that numbers are reused all the time. Every connection says its own name and
// must hear it again: an event or a byte that went to another would show.
func TestOpenCloseStorm(t *testing.T) {
	cycles, workers := 10000, 16
	if testing.Short() {
		cycles = 1000
	}
	leavesNothing(t, func() {
		l := mustListen(t, "127.0.0.1:0")
		var served sync.WaitGroup
		served.Go(func() {
			for {
				s, err := l.AcceptTCP()
				if err != nil {
					return
				}
				served.Go(func() { echoName(s) })
			}
		})
		var next atomic.Int64
		var run sync.WaitGroup
		for range workers {
			run.Go(func() {
				for {
					i := int(next.Add(1))
					if i > cycles || t.Failed() {
						return
					}
					if err := sayName(l.LocalAddress(), i); err != nil {
						t.Errorf("cycle %d: %v", i, err)
					}
				}
			})
		}
		run.Wait()
		l.Close()
		served.Wait()
	})
}

// echoName serves one connection. Some it leaves to the peer to end, some it
// ends itself.
func echoName(s *TCPStream) {
	defer s.Close()
	var name [8]byte
	for {
		if _, err := s.ReadFull(name[:]); err != nil {
			return
		}
		if _, err := s.Write(name[:]); err != nil {
			return
		}
	}
}

// sayName makes one connection, with one of several ends.
func sayName(to Address, i int) error {
	s, err := Connect(to.String())
	if err != nil {
		return err
	}
	defer s.Abort() // most connections leave no port in TIME_WAIT
	if err := s.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	var name, heard [8]byte
	binary.BigEndian.PutUint64(name[:], uint64(i))
	for range 2 {
		if _, err := s.Write(name[:]); err != nil {
			return err
		}
		if _, err := s.ReadFull(heard[:]); err != nil {
			return err
		}
		if heard != name {
			return fmt.Errorf("said %x, heard %x", name, heard)
		}
	}
	switch i % 8 {
	case 0: // closed under a goroutine that reads
		done := make(chan error, 1)
		go func() { _, err := s.Read(heard[:]); done <- err }()
		if err := s.Close(); err != nil {
			return err
		}
		if err := <-done; !errors.Is(err, ErrClosed) {
			return fmt.Errorf("read of a closed stream: %w", err)
		}
	case 1:
		return s.CloseGracefully(context.Background())
	}
	return nil
}

// TestH25DupKeepsReporting: with a copy that the package does not know of, the
// kernel goes on to report a closed stream's events, under a number that
// another stream has now.
func TestH25DupKeepsReporting(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	old, oldPeer, err := connectPair(l)
	if err != nil {
		t.Fatal(err)
	}
	defer oldPeer.Close()
	done := park(func() error { _, err := old.Read(make([]byte, 1)); return err })
	waiting(t, old, 1)
	fd, copied := number(old), -1
	raw, err := old.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(n uintptr) { copied, err = syscall.Dup(int(n)) })
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(copied)
	old.Close()
	errorIs(t, "Read", soon(t, "Read", done), ErrClosed)

	var reused, peer *TCPStream
	for range 100 {
		a, b, err := connectPair(l)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		defer b.Close()
		if number(a) == fd {
			reused, peer = a, b
		} else if number(b) == fd {
			reused, peer = b, a
		}
		if reused != nil {
			break
		}
	}
	if reused == nil {
		t.Skip("the number was not used again")
	}
	buf := make([]byte, 8)
	result := park(func() error {
		n, err := reused.Read(buf)
		if err == nil && string(buf[:n]) != "new" {
			err = fmt.Errorf("read %q", buf[:n])
		}
		return err
	})
	waiting(t, reused, 1)
	for range 20 {
		if _, err := oldPeer.Write([]byte("old")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := peer.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := soon(t, "Read", result); err != nil {
		t.Error(err)
	}
}

// TestPortIsFree listens again on a port the moment it was closed.
func TestPortIsFree(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	addr := l.LocalAddress().String()
	for i := range 200 {
		done := park(func() error { _, err := l.AcceptTCP(); return err })
		if i%2 == 0 {
			waiting(t, l, 1)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		next, err := Listen(addr)
		if err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
		errorIs(t, "Accept", soon(t, "Accept", done), ErrClosed)
		l = next
	}
	l.Close()
}
