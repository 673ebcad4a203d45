package net

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestH8DataThenEnd: data and the end of the stream come in one event, and the
// end must not get lost behind the data (H24).
func TestH8DataThenEnd(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	for i := range 500 {
		s, peer, err := connectPair(l)
		if err != nil {
			t.Fatal(err)
		}
		// Every other reader is parked, and so known to the poller, before.
		first := []byte("ready")
		if i%2 == 0 {
			done := park(func() error { return second(s.ReadFull(make([]byte, len(first)))) })
			waiting(t, s, 1)
			peer.Write(first)
			if err := soon(t, "Read", done); err != nil {
				t.Fatal(err)
			}
		}
		done := park(func() error {
			got := readEnds(s, 2)
			if diff := cmp.Diff([]string{"data", "EOF"}, got); diff != "" {
				return errors.New(diff)
			}
			return nil
		})
		if i%3 == 0 {
			waiting(t, s, 1)
		}
		if _, err := peer.Write([]byte("data")); err != nil {
			t.Fatal(err)
		}
		peer.Close()
		if err := soon(t, "reads", done); err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
		s.Close()
	}
}

// TestH23NoLostWakeup moves bytes through one connection, both ways, with
// several readers and writers, parked and trying, in random pieces. A wake-up
// that gets lost shows as a deadline that expires.
func TestH23NoLostWakeup(t *testing.T) {
	const writers, readers = 3, 3
	each := 4 << 20
	if testing.Short() || raceDetector {
		each = 1 << 19
	}
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			a, b := pair(t, addr)
			// A stream whose writers wait in the middle of a piece needs small
			// buffers.
			a.SetSendBuffer(32 << 10)
			b.SetRecvBuffer(32 << 10)
			var run sync.WaitGroup
			for _, way := range [][2]*TCPStream{{a, b}, {b, a}} {
				from, to := way[0], way[1]
				from.SetWriteDeadline(time.Now().Add(6 * patience))
				to.SetReadDeadline(time.Now().Add(6 * patience))
				var left atomic.Int64
				left.Store(int64(writers * each))
				for w := range writers {
					run.Go(func() { writeInPieces(t, from, each, uint64(w)) })
				}
				for r := range readers {
					run.Go(func() { readInPieces(t, to, &left, uint64(r)) })
				}
			}
			run.Wait()
		})
	}
}

// writeInPieces writes n bytes, every second piece by Try calls that wait for room
// only after they found none.
func writeInPieces(t *testing.T, s *TCPStream, n int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	buf := make([]byte, 100<<10)
	for n > 0 {
		p := buf[:min(n, 1+r.IntN(1<<uint(r.IntN(17))))]
		k, err := 0, error(nil)
		switch r.IntN(4) {
		case 0:
			k, err = s.TryWrite(p)
			if err == ErrWouldBlock {
				err = s.Writable(t.Context())
			}
		case 1:
			var wrote int64
			wrote, err = s.WriteBuffers([][]byte{p[:len(p)/2], p[len(p)/2:]})
			k = int(wrote)
		default:
			k, err = s.Write(p)
		}
		if err != nil {
			t.Error("write:", err)
			return
		}
		n -= k
	}
}

// readInPieces reads until the readers together have what was left.
func readInPieces(t *testing.T, s *TCPStream, left *atomic.Int64, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	buf := make([]byte, 100<<10)
	for left.Load() > 0 {
		p := buf[:1+r.IntN(1<<uint(r.IntN(17)))]
		k, err := 0, error(nil)
		switch r.IntN(6) {
		case 0:
			k, err = s.TryRead(p)
		case 1:
			k, err = s.TryReadBuffers([][]byte{p[:len(p)/2], p[len(p)/2:]})
		case 2:
			_, err = s.TryPeek(p)
		case 3:
			k, err = s.ReadBuffers([][]byte{p[:len(p)/2], p[len(p)/2:]})
		default:
			k, err = s.Read(p)
		}
		if err == ErrWouldBlock {
			err = nil
		}
		// Whoever takes the last byte tells the others, who may be parked.
		if left.Add(int64(-k)) <= 0 {
			s.SetReadDeadline(time.Unix(1, 0))
			return
		}
		if err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) || left.Load() > 0 {
				t.Error("read:", err)
			}
			return
		}
	}
}

// TestC50Signals echoes while signals hit the process all the time: no call
// shows that it was interrupted.
func TestC50Signals(t *testing.T) {
	a, b := pair(t, "127.0.0.1:0")
	deadline := time.Now().Add(6 * patience)
	a.SetDeadline(deadline)
	b.SetDeadline(deadline)
	stop := make(chan struct{})
	var run sync.WaitGroup
	defer run.Wait()
	defer close(stop)
	run.Go(func() {
		for pid := os.Getpid(); ; {
			select {
			case <-stop:
				return
			default:
				syscall.Kill(pid, syscall.SIGURG) // which the runtime ignores
			}
		}
	})
	run.Go(func() {
		if _, err := io.Copy(b, b); err != nil {
			t.Error("echo:", err)
		}
		b.CloseWrite()
	})
	out, in := make([]byte, 20000), make([]byte, 20000)
	for i := range 200 {
		out[i] = byte(i)
		if _, err := a.Write(out); err != nil {
			t.Fatal(err)
		}
		if _, err := a.ReadFull(in); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out, in) {
			t.Fatal("other bytes than were sent")
		}
	}
	a.CloseWrite()
	readAll(t, a)
}
