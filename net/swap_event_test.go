//go:build swap

package net

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdnet "net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// inject adds rules in short: which call, when, what.
func inject(c fault.Call, when fault.When, f fault.Fault) *fault.Injected {
	return double.Inject(fault.Rule{Call: c, When: when, Fault: f})
}

// TestNotWatched is a poller that takes no more: the call that has to wait says
// so, and the next one may go better.
func TestNotWatched(t *testing.T) {
	unharmed(t)
	client, server := pair(t, "127.0.0.1:0")
	server.SetDeadline(time.Now().Add(patience))
	ctx := context.Background()
	calls := map[string]func() error{
		"read":     func() error { _, err := server.Read(make([]byte, 1)); return err },
		"peek":     func() error { _, err := server.Peek(make([]byte, 1)); return err },
		"readable": func() error { return server.Readable(ctx) },
		"ready":    func() error { _, err := server.Ready(ctx, Readable); return err },
	}
	for op, call := range calls {
		rule := inject(fault.PollerAdd, fault.Nth(1), fault.Fail(syscall.ENOSPC))
		err := call()
		errorIs(t, op, err, syscall.ENOSPC)
		var oe *stdnet.OpError
		if !errors.As(err, &oe) || oe.Op != op {
			t.Errorf("%s: %v", op, err)
		}
		if diff := cmp.Diff(1, rule.Fired()); diff != "" {
			t.Errorf("%s: refusals (-want +got):\n%s", op, diff)
		}
		if server.d.has(flagRegistered) {
			t.Errorf("%s: thinks that it is watched", op)
		}
		double.Reset()
	}
	got := make(chan error, 1)
	go func() { got <- calls["read"]() }()
	parked(t, server.d, reading)
	if _, err := client.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "read, watched", soon(t, "read", got), nil)
	client.Close()
	server.Close()
	stopped(t, theReactor)
}

// TestGoesOn lets one call on a socket that is watched fail: the next does not
// wait for an event that nobody sends.
func TestGoesOn(t *testing.T) {
	unharmed(t)
	l := mustListen(t, "127.0.0.1:0")
	client, server, err := connectPair(l)
	if err != nil {
		t.Fatal(err)
	}
	client.SetWriteDeadline(time.Now().Add(patience))
	buf := make([]byte, 8)
	calls := []struct {
		call fault.Call
		do   func() error
	}{
		{fault.Read, func() error { return second(client.Read(buf[:1])) }},
		{fault.Peek, func() error { return second(client.Peek(buf)) }},
		{fault.Peek, func() error { return client.Readable(context.Background()) }},
		{fault.ReadV, func() error { return second(client.ReadBuffers([][]byte{buf[:1], buf[1:2]})) }},
		{fault.Write, func() error { return second(client.Write(buf)) }},
		{fault.WriteV, func() error { _, err := client.WriteBuffers([][]byte{buf, buf}); return err }},
		{fault.Accept, func() error {
			s, err := l.AcceptTCP()
			if err == nil {
				s.Close()
			}
			return err
		}},
	}
	for _, c := range calls {
		// Everybody waits once, so that all are watched.
		client.SetReadDeadline(time.Now().Add(time.Millisecond))
		l.SetDeadline(time.Now().Add(time.Millisecond))
		_, err := l.AcceptTCP()
		errorIs(t, "Read", second(client.Read(buf)), os.ErrDeadlineExceeded)
		errorIs(t, "Accept", err, os.ErrDeadlineExceeded)
		client.SetReadDeadline(time.Now().Add(patience))
		l.SetDeadline(time.Now().Add(patience))
		if _, err := server.Write([]byte("123")); err != nil {
			t.Fatal(err)
		}
		waiting, err := Connect(l.LocalAddress().String())
		if err != nil {
			t.Fatal(err)
		}
		inject(c.call, fault.Nth(1), fault.Fail(syscall.ENOBUFS))
		if err := c.do(); err != nil { // Readable leaves the error to the read
			errorIs(t, c.call.String(), err, ErrNoBuffers)
		}
		errorIs(t, c.call.String()+" again", c.do(), nil)
		waiting.Close()
		for { // both queues are empty for the next
			if _, err := client.TryRead(buf); err != nil {
				break
			}
		}
		for {
			s, _, err := l.TryAccept()
			if err != nil {
				break
			}
			s.Close()
		}
	}
	client.Close()
	server.Close()
	l.Close()
}

// TestNoPoller is a process out of descriptors when it first has to wait.
func TestNoPoller(t *testing.T) {
	unharmed(t)
	freshReactor(t)
	double.Pretend(func(tr *platform.Traits) { tr.NestedPoller = false })
	inject(fault.NewPoller, fault.First(1), fault.Fail(syscall.EMFILE))
	l := mustListen(t, "127.0.0.1:0")
	defer l.Close()
	l.SetDeadline(time.Now().Add(patience))
	s, err := Connect(l.LocalAddress().String())
	if err != nil {
		errorIs(t, "Connect", err, ErrTooManyFiles)
	} else {
		// Accept waits and goes on, and needs a poller for that: here too.
		defer s.Close()
		a, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		a.Close()
	}
}

// TestStaleEvents gives descriptors events of those that had their numbers
// before. None may cause a system call (H26).
func TestStaleEvents(t *testing.T) {
	unharmed(t)
	for range 20 {
		client, server := pair(t, "127.0.0.1:0")
		go client.Read(make([]byte, 1))
		parked(t, client.d, reading)
		go server.Read(make([]byte, 1))
		parked(t, server.d, reading)
		client.Close()
		server.Close()
	}
	client, server := pair(t, "127.0.0.1:0")
	defer client.Close()
	defer server.Close()
	got := make(chan error, 1)
	go func() { _, err := server.Read(make([]byte, 1)); got <- err }()
	parked(t, server.d, reading)
	before := double.Count(fault.Read)
	rule := inject(fault.PollerWait, fault.First(150), fault.Stale())
	for range 100 {
		asked := double.Count(fault.PollerWait)
		theReactor.poller.Wake()
		until(t, "the reactor looks", func() bool { return double.Count(fault.PollerWait) > asked })
	}
	if _, err := client.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", soon(t, "Read", got), nil)
	if rule.Fired() < 100 {
		t.Errorf("stale events in only %d batches", rule.Fired())
	}
	if diff := cmp.Diff(1, double.Count(fault.Read)-before); diff != "" {
		t.Errorf("reads for one byte (-want +got):\n%s", diff)
	}
}

// TestResetTold is an error that ends the connection, of which a write, a peek
// or TakeError was told: the read that reaches the end says so too, once
// (C31–C33, C45).
func TestResetTold(t *testing.T) {
	told := map[fault.Call]struct {
		fault func(error) fault.Fault
		do    func(*TCPStream) error
	}{
		fault.Write:     {fault.Fail, func(s *TCPStream) error { return second(s.Write([]byte("more"))) }},
		fault.WriteV:    {fault.Fail, func(s *TCPStream) error { _, err := s.WriteBuffers([][]byte{{1}}); return err }},
		fault.Peek:      {fault.Fail, func(s *TCPStream) error { return second(s.Peek(make([]byte, 1))) }},
		fault.GetOption: {fault.Pending, (*TCPStream).TakeError},
	}
	for _, errno := range []syscall.Errno{syscall.EPIPE, syscall.ECONNRESET, syscall.ETIMEDOUT, syscall.EHOSTUNREACH, syscall.ECONNABORTED} {
		for c, first := range told {
			t.Run(fmt.Sprintf("%v/%s", c, errno), func(t *testing.T) {
				unharmed(t)
				client, server := pair(t, "127.0.0.1:0")
				client.SetDeadline(time.Now().Add(patience))
				if _, err := server.Write([]byte("last")); err != nil {
					t.Fatal(err)
				}
				server.Close()
				inject(c, fault.Nth(1), first.fault(errno))
				class := classes[sys.Classify(errno)]
				err := first.do(client)
				errorIs(t, "the call that is told", err, errno)
				errorIs(t, "the call that is told", err, class)
				buf := make([]byte, 10)
				n, err := client.Read(buf)
				if diff := cmp.Diff("last", string(buf[:n])); diff != "" || err != nil {
					t.Errorf("what came before the reset: %v\n%s", err, diff)
				}
				_, err = client.Read(buf)
				errorIs(t, "the end", err, errno)
				errorIs(t, "the end", err, class)
				_, err = client.Read(buf)
				errorIs(t, "after the end", err, io.EOF)
				client.Close()
			})
		}
	}
}

// TestOutlived is an error that a connection outlives: the end is an end.
func TestOutlived(t *testing.T) {
	for c, do := range map[fault.Call]func(*TCPStream) error{
		fault.Write: func(s *TCPStream) error { return second(s.Write([]byte("more"))) },
		fault.Peek:  func(s *TCPStream) error { return second(s.Peek(make([]byte, 1))) },
		fault.Read:  func(s *TCPStream) error { return second(s.Read(make([]byte, 1))) },
	} {
		t.Run(c.String(), func(t *testing.T) {
			unharmed(t)
			client, server := pair(t, "127.0.0.1:0")
			client.SetDeadline(time.Now().Add(patience))
			server.Close()
			inject(c, fault.Nth(1), fault.Fail(syscall.ENOBUFS))
			errorIs(t, "the call that is told", do(client), ErrNoBuffers)
			errorIs(t, "the end", second(client.Read(make([]byte, 1))), io.EOF)
			client.Close()
		})
	}
}

// TestShutdownTwice is a system that refuses to shut down what has ended
// (C38–C41).
func TestShutdownTwice(t *testing.T) {
	unharmed(t)
	client, server := pair(t, "127.0.0.1:0")
	inject(fault.Shutdown, nil, fault.Fail(syscall.ENOTCONN))
	for _, how := range []ShutdownHow{ShutdownRead, ShutdownWrite, ShutdownBoth} {
		errorIs(t, "Shutdown", client.Shutdown(how), nil)
	}
	client.Close()
	server.Close()
}

// TestCloseAmidst closes streams that are used in every way: no call may reach
// the kernel afterwards, nor be under way.
func TestCloseAmidst(t *testing.T) {
	unharmed(t)
	l := mustListen(t, "127.0.0.1:0")
	inject(fault.Read, fault.Sometimes(1, 30), fault.WouldBlock())
	inject(fault.Write, fault.Sometimes(2, 30), fault.WouldBlock())
	inject(fault.PollerWait, fault.Sometimes(3, 30), fault.Stale())
	for range 100 {
		client, server, err := connectPair(l)
		if err != nil {
			t.Fatal(err)
		}
		uses := []func(){
			func() { io.Copy(io.Discard, server) },
			func() { server.Write(make([]byte, 100<<10)) },
			func() { server.TryRead(make([]byte, 10)) },
			func() { server.Readable(context.Background()) },
			func() { server.SetNoDelay(true) },
			func() { server.CloseWrite() },
			func() { client.Write([]byte("x")) },
			func() { io.Copy(io.Discard, client) },
			func() { server.Close() },
		}
		var all sync.WaitGroup
		for _, use := range uses {
			all.Go(use)
		}
		ended := make(chan struct{})
		go func() { all.Wait(); client.Close(); close(ended) }()
		soon(t, "everybody returns", ended)
	}
	l.Close()
}
