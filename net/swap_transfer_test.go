//go:build swap

package net

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// styles are the ways to move bytes. None may lose one, whatever a kernel does.
var styles = []style{plain, vectored, tried, peeking}

var vectored = style{
	name: "vectored",
	send: func(s *TCPStream, p []byte) error { _, err := s.WriteBuffers(pieces(p, 1000)); return err },
	receive: func(s *TCPStream) ([]byte, error) {
		return receive(func(p []byte) (int, error) { return s.ReadBuffers(pieces(p, 300)) })
	},
}

var tried = style{
	name: "tried",
	send: func(s *TCPStream, p []byte) error {
		for len(p) > 0 {
			n, err := s.TryWrite(p)
			if err == ErrWouldBlock {
				err = s.Writable(context.Background())
			}
			if err != nil {
				return err
			}
			p = p[n:]
		}
		return nil
	},
	receive: func(s *TCPStream) ([]byte, error) {
		return receive(func(p []byte) (int, error) {
			n, err := s.TryRead(p)
			if err == ErrWouldBlock {
				_, err = s.Ready(context.Background(), Readable)
			}
			return n, err
		})
	},
}

var peeking = style{
	name: "peeking",
	send: func(s *TCPStream, p []byte) error { _, err := s.WriteContext(context.Background(), p); return err },
	receive: func(s *TCPStream) ([]byte, error) {
		return receive(func(p []byte) (int, error) {
			seen := make([]byte, len(p))
			n, err := s.Peek(seen)
			if err != nil {
				return 0, err
			}
			if _, err := s.ReadFull(p[:n]); err != nil {
				return 0, err
			}
			if !bytes.Equal(seen[:n], p[:n]) {
				return 0, errors.New("peek and read disagree")
			}
			return n, nil
		})
	},
}

// pieces cuts p into buffers of n bytes, with empty ones between.
func pieces(p []byte, n int) [][]byte {
	var bufs [][]byte
	for len(p) > 0 {
		k := min(n, len(p))
		bufs = append(bufs, p[:k], nil)
		p = p[k:]
	}
	return bufs
}

// receive reads to the end.
func receive(read func([]byte) (int, error)) (all []byte, err error) {
	buf := make([]byte, 4<<10)
	for {
		n, err := read(buf)
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// A trouble is something that a kernel may do and no caller may notice.
type trouble struct {
	name  string
	rules []fault.Rule
}

func troubles() []trouble {
	reads := []fault.Call{fault.Read, fault.ReadV, fault.Peek}
	writes := []fault.Call{fault.Write, fault.WriteV}
	both := append(append([]fault.Call{}, reads...), writes...)
	each := func(calls []fault.Call, when fault.When, f fault.Fault) (rules []fault.Rule) {
		for _, c := range calls {
			rules = append(rules, fault.Rule{Call: c, When: when, Fault: f})
		}
		return rules
	}
	one := func(c fault.Call, when fault.When, f fault.Fault) []fault.Rule {
		return each([]fault.Call{c}, when, f)
	}
	const flags = Readable | Writable | ReadClosed | WriteClosed | ReadyError
	return []trouble{
		{"none", nil},
		{"reads of a byte", each(reads, nil, fault.AtMost(1))},
		{"writes of a byte", each(writes, nil, fault.AtMost(1))},
		{"short transfers", each(both, nil, fault.AtMost(777))},
		{"every second call would block", each(both, fault.Every(2), fault.WouldBlock())},
		{"long storms of would-block", each(both, func(n int) bool { return n%20 != 0 }, fault.WouldBlock())},
		{"accept would block", one(fault.Accept, fault.First(5), fault.WouldBlock())},
		{"connections that were aborted", one(fault.Accept, fault.First(3), fault.Fail(syscall.ECONNABORTED))},
		{"no descriptors for a while", one(fault.Accept, fault.First(2), fault.Fail(syscall.EMFILE))},
		{"no address for a while", one(fault.Connect, fault.First(2), fault.Fail(syscall.EADDRNOTAVAIL))},
		{"connect takes its time", one(fault.Connect, nil, fault.Slow(4))},
		{"spurious events", one(fault.PollerWait, fault.First(500), fault.Spurious(Readable|Writable))},
		{"spurious events with all flags", one(fault.PollerWait, fault.First(500), fault.Spurious(flags))},
		{"stale events", one(fault.PollerWait, fault.First(200), fault.Stale())},
		{"reading first", one(fault.PollerWait, nil, fault.Split(Readable|ReadClosed|ReadyError))},
		{"writing first", one(fault.PollerWait, nil, fault.Split(Writable|WriteClosed))},
		{"events a batch late", one(fault.PollerWait, nil, fault.Split(0))},
		{"no local address", one(fault.LocalAddr, fault.Every(2), fault.Fail(syscall.ENOBUFS))},
	}
}

func TestTrouble(t *testing.T) {
	for family, addr := range families(t) {
		for _, style := range styles {
			if family == "IPv6" && style.name != plain.name {
				continue // nothing depends on both
			}
			for _, tr := range troubles() {
				t.Run(fmt.Sprintf("%s/%s/%s", family, style.name, tr.name), func(t *testing.T) {
					unharmed(t)
					untroubled(t, addr, style, tr.rules)
				})
			}
		}
	}
}

// TestTroubleBackAndForth is a conversation: every message waits for the one
// before, with no end of the stream to hurry anybody.
func TestTroubleBackAndForth(t *testing.T) {
	for _, tr := range troubles() {
		t.Run(tr.name, func(t *testing.T) {
			unharmed(t)
			for _, r := range tr.rules {
				double.Inject(r)
			}
			client, server := pair(t, "127.0.0.1:0")
			client.SetDeadline(time.Now().Add(patience))
			server.SetDeadline(time.Now().Add(patience))
			const size, rounds = 300, 10
			ended := park(func() error {
				buf := make([]byte, size)
				for range rounds {
					if _, err := server.ReadFull(buf); err != nil {
						return err
					}
					if _, err := server.Write(buf); err != nil {
						return err
					}
				}
				return nil
			})
			want, got := noise(size), make([]byte, size)
			for i := range rounds {
				want[0] = byte(i)
				if _, err := client.Write(want); err != nil {
					t.Fatal(err)
				}
				if _, err := client.ReadFull(got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("message %d (-want +got):\n%s", i, diff)
				}
			}
			errorIs(t, "the other side", soon(t, "the other side ends", ended), nil)
			client.Close()
			server.Close()
		})
	}
}

// TestTroubles mixes them by chance.
func TestTroubles(t *testing.T) {
	for seed := range uint64(40) {
		style := styles[seed%uint64(len(styles))]
		t.Run(fmt.Sprintf("%d/%s", seed, style.name), func(t *testing.T) {
			unharmed(t)
			var rules []fault.Rule
			for i, tr := range troubles() {
				for _, r := range tr.rules {
					if r.Call != fault.Connect && r.Call != fault.Accept {
						r.When = fault.Sometimes(seed*100+uint64(i), 20)
					}
					rules = append(rules, r)
				}
			}
			untroubled(t, "127.0.0.1:0", style, rules)
		})
	}
}

func untroubled(t *testing.T, addr string, style style, rules []fault.Rule) {
	t.Helper()
	for _, r := range rules {
		double.Inject(r)
	}
	payload := noise(2000)
	echo, errs := converse(t, addr, style, payload)
	if len(errs) > 0 {
		t.Errorf("errors: %v", errs)
	}
	if diff := cmp.Diff(payload, echo); diff != "" {
		t.Errorf("what came back (-want +got):\n%s", diff)
	}
}

// TestBlockingReactor has the reactor wait in its poller rather than in Go's,
// as it does where that cannot be.
func TestBlockingReactor(t *testing.T) {
	unharmed(t)
	freshReactor(t)
	double.Pretend(func(tr *platform.Traits) { tr.NestedPoller = false })
	untroubled(t, "127.0.0.1:0", plain, nil)
	for _, tr := range troubles() {
		for _, r := range tr.rules {
			if r.Call == fault.PollerWait {
				double.Inject(r)
			}
		}
	}
	untroubled(t, "127.0.0.1:0", plain, nil)
}

// freshReactor gives the test a reactor of its own, whose poller is not open
// yet.
func freshReactor(t *testing.T) {
	usual := theReactor
	r := new(reactor)
	theReactor = r
	t.Cleanup(func() {
		theReactor = usual
		stopped(t, r)
		if r.poller != nil {
			r.poller.Close()
		}
	})
}

// TestRoomRunsOut is accepting where a system drops the connection that it has
// no descriptor for (DIFFERENCES C23).
func TestRoomRunsOut(t *testing.T) {
	unharmed(t)
	l := mustListen(t, "127.0.0.1:0")
	l.SetDeadline(time.Now().Add(patience))
	var room atomic.Bool
	inject(fault.Accept, func(int) bool { return !room.Load() }, fault.Drop(syscall.EMFILE))
	var lost []*TCPStream
	for range 2 {
		s, err := Connect(l.LocalAddress().String())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		lost = append(lost, s)
		end := time.Now().Add(patience)
		for (errors.Is(err, ErrWouldBlock) || err == nil) && time.Now().Before(end) {
			_, _, err = l.TryAccept()
		}
		errorIs(t, "TryAccept", err, ErrTooManyFiles)
		errorIs(t, "TryAccept", err, syscall.EMFILE)
	}
	for _, s := range lost {
		if _, err := s.Read(make([]byte, 1)); err != io.EOF && !errors.Is(err, ErrReset) {
			t.Errorf("the peer of a lost connection reads: %v", err)
		}
	}
	room.Store(true)
	client, server, err := connectPair(l)
	if err != nil {
		t.Fatalf("after there is room: %v", err)
	}
	client.Close()
	server.Close()
	l.Close()
}
