//go:build swap

package net

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/net/sockopt"
)

// fourTo is four datagrams of one size, and what they say.
func fourTo(s *UDPSocket) (list []Datagram, want []string) {
	for i := range 4 {
		want = append(want, sized(i, 8))
		list = append(list, Datagram{Buffer: []byte(want[i]), Addr: s.LocalAddress()})
	}
	return list, want
}

// TestD19Interrupted: whatever stops a batch in its midst, whoever waits sends
// and receives all of it, each datagram once.
func TestD19Interrupted(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules []fault.Rule
	}{
		{"no room at first", []fault.Rule{{Call: fault.SendMsgs, When: fault.First(3), Fault: fault.WouldBlock()}}},
		{"no room now and then", []fault.Rule{
			{Call: fault.SendMsgs, When: fault.Every(2), Fault: fault.WouldBlock()}, {Call: fault.SendMsgs, Fault: fault.AtMost(1)}}},
		{"D7 no memory", []fault.Rule{{Call: fault.SendMsgs, When: fault.First(3), Fault: fault.Fail(syscall.ENOBUFS)}}},
		{"one at a time", []fault.Rule{{Call: fault.SendMsgs, Fault: fault.AtMost(1)}}},
		{"one at a time received", []fault.Rule{{Call: fault.RecvMsgs, Fault: fault.AtMost(1)}}},
		{"nothing there at first", []fault.Rule{{Call: fault.RecvMsgs, When: fault.First(3), Fault: fault.WouldBlock()}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			unharmed(t)
			a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
			out, want := fourTo(b)
			out[2].Addr, out[2].Meta = b.LocalAddress(), &Meta{TOS: 8}
			var injected []*fault.Injected
			for _, r := range tt.rules {
				injected = append(injected, double.Inject(r))
			}
			sent := parks(a, context.Background(), func(_ context.Context, a *UDPSocket) error {
				n, err := a.SendBatch(out)
				if n != len(out) {
					t.Errorf("sent %d of %d", n, len(out))
				}
				return err
			})
			errorIs(t, "SendBatch", soon(t, "the batch is sent", sent), nil)
			in, n := batchOf(4, 8), 0
			for n < len(in) {
				k, err := b.RecvBatch(in[n:])
				if err != nil || k == 0 {
					t.Fatalf("RecvBatch: %d, %v", k, err)
				}
				n += k
			}
			if diff := cmp.Diff(want, texts(in)); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
			wantNoMore(t, b)
			for i, r := range injected {
				if r.Fired() == 0 {
					t.Errorf("rule %d was not applied", i)
				}
			}
		})
	}
}

// TestD7Batch: Try tells that there is no memory.
func TestD7Batch(t *testing.T) {
	unharmed(t)
	s := bound(t, LoopbackV4(0))
	out, want := fourTo(s)
	double.Inject(fault.Rule{Call: fault.SendMsgs, When: fault.Nth(1), Fault: fault.Fail(syscall.ENOBUFS)})
	n, err := s.TrySendBatch(out)
	errorIs(t, "Try", err, ErrNoBuffers)
	if n != 0 {
		t.Errorf("sent %d", n)
	}
	errorIs(t, "Try again", second(s.TrySendBatch(out)), nil)
	if diff := cmp.Diff(want, recvAll(t, s, 4)); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

// TestD20Apart: a route or a device that does not take datagrams together gets
// them one by one, and is not asked again. An error that was about something
// else is told.
func TestD20Apart(t *testing.T) {
	if !sockopt.SegmentSize.Supported() {
		t.Skip("the system does not segment datagrams: D20")
	}
	for _, tt := range []struct {
		name  string
		errno syscall.Errno
		times int
		sent  int   // by the first batch
		calls int   // of the first batch and the second
		err   error // of the first, if none was sent
		found error // of receiving
	}{
		{"a small route", syscall.EMSGSIZE, 2, 4, 4, nil, ErrWouldBlock},
		{"a device without checksums", syscall.EIO, 2, 4, 4, nil, ErrWouldBlock},
		{"no checksums wanted", syscall.EINVAL, 2, 4, 4, nil, ErrWouldBlock},
		{"D1 about an earlier one", syscall.EMSGSIZE, 1, 4, 3, nil, ErrMessageTooLong},
		{"D1 refused", syscall.ECONNREFUSED, 1, 0, 2, ErrRefused, ErrWouldBlock},
		{"broken in any way", syscall.EINVAL, 3, 0, 4, ErrInvalidState, ErrWouldBlock},
	} {
		t.Run(tt.name, func(t *testing.T) {
			unharmed(t)
			a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
			out, _ := fourTo(b)
			double.Inject(fault.Rule{Call: fault.SendMsgs, When: fault.First(tt.times), Fault: fault.Fail(tt.errno)})
			n, err := a.SendBatch(out)
			errorIs(t, "the first", err, tt.err)
			if diff := cmp.Diff(tt.sent, n); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			if n, err := a.SendBatch(out); n != 4 || err != nil {
				t.Errorf("the second: %d, %v", n, err)
			}
			if diff := cmp.Diff(tt.calls, double.Count(fault.SendMsgs)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			recvAll(t, b, tt.sent+4)
			wantNoMore(t, b)
			errorIs(t, "found", second(a.TryRecv(make([]byte, 1))), tt.found)
		})
	}
}

// TestD1BatchMidway: what a socket with a peer is told in the midst of a batch
// may be about an earlier datagram, and then nobody is told it again: it is kept
// for whoever receives.
func TestD1BatchMidway(t *testing.T) {
	for errno, found := range map[syscall.Errno]error{
		syscall.ECONNREFUSED: ErrRefused,
		syscall.EHOSTUNREACH: ErrUnreachable,
		syscall.ENETUNREACH:  ErrUnreachable,
		syscall.EPERM:        ErrWouldBlock, // is always about the datagram itself
	} {
		t.Run(errno.Error(), func(t *testing.T) {
			unharmed(t)
			a, b := connectedUDP(t, LoopbackV4(0))
			out, _ := fourTo(b)
			for i := range out {
				out[i].Addr, out[i].Meta = Address{}, &Meta{}
			}
			inject(fault.SendMsgs, fault.Nth(2), fault.Fail(errno))
			inject(fault.SendMsgs, nil, fault.AtMost(1))
			n, err := a.SendBatch(out)
			if n != 1 || err != nil {
				t.Errorf("sent %d, %v", n, err)
			}
			errorIs(t, "found", second(a.TryRecv(make([]byte, 1))), found)
		})
	}
}

// TestD1Apart: where asking again meets something else, the kernel has gone on,
// and the first error was about an earlier datagram: it is kept for whoever
// receives, and nothing goes one by one from then on.
func TestD1Apart(t *testing.T) {
	if !sockopt.SegmentSize.Supported() {
		t.Skip("the system does not segment datagrams: D20")
	}
	for _, tt := range []struct {
		name  string
		again fault.Fault
		try   error // of TrySendBatch
		calls int   // of SendBatch
	}{
		{"no room", fault.WouldBlock(), ErrWouldBlock, 3},
		{"D7 no memory", fault.Fail(syscall.ENOBUFS), ErrNoBuffers, 3},
		{"another error", fault.Fail(syscall.ECONNREFUSED), ErrRefused, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			unharmed(t)
			a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
			out, want := fourTo(b)
			refuse := func() {
				double.Reset()
				inject(fault.SendMsgs, fault.Nth(1), fault.Fail(syscall.EMSGSIZE))
				inject(fault.SendMsgs, fault.Nth(1), tt.again)
			}
			found := func() {
				t.Helper()
				errorIs(t, "found", second(a.TryRecv(make([]byte, 1))), ErrMessageTooLong)
			}

			refuse()
			n, err := a.TrySendBatch(out)
			errorIs(t, "TrySendBatch", err, tt.try)
			if n != 0 {
				t.Errorf("TrySendBatch: sent %d", n)
			}
			found()

			refuse()
			n, err = a.SendBatch(out)
			if diff := cmp.Diff(tt.calls, double.Count(fault.SendMsgs)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			found()
			if errors.Is(tt.try, ErrRefused) {
				errorIs(t, "SendBatch", err, ErrRefused)
				n, err = a.SendBatch(out)
			}
			if n != 4 || err != nil {
				t.Errorf("SendBatch: %d, %v", n, err)
			}
			if diff := cmp.Diff(want, recvAll(t, b, 4)); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
			wantNoMore(t, b)
			if a.d.has(flagApart) {
				t.Error("datagrams go one by one")
			}
		})
	}
}
