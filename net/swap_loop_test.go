//go:build swap

package net

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// loopStyles are the ways to echo in a loop. ended gets what ends a session,
// nil if that is the peer.
var loopStyles = map[string]func(ctx context.Context, loop *Loop, l Listener, ended chan<- error) error{
	"handler": func(ctx context.Context, loop *Loop, l Listener, ended chan<- error) error {
		return loop.Serve(ctx, l, ending{echoes{}, ended})
	},
	"blocking": func(ctx context.Context, loop *Loop, l Listener, ended chan<- error) error {
		return loop.ServeFunc(ctx, l, func(s *Session) error {
			err := echoFunc(s)
			if err == io.EOF {
				ended <- nil
			} else {
				ended <- err
			}
			return err
		})
	},
}

// echoOnce lets a loop echo a payload to one client.
func echoOnce(t *testing.T, c LoopConfig, serve func(context.Context, *Loop, Listener, chan<- error) error, p []byte) ([]byte, error) {
	t.Helper()
	loop, err := NewLoop(c)
	if err != nil {
		return nil, err
	}
	defer loop.Close()
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- serve(ctx, loop, l, make(chan error, 1)) }()
	client, err := Connect(l.LocalAddress().String())
	if err != nil {
		l.Close()
		soon(t, "Serve", served)
		return nil, err
	}
	defer client.Close()
	client.SetDeadline(time.Now().Add(patience))
	wrote := make(chan error, 1)
	go func() { wrote <- errors.Join(second(client.Write(p)), client.CloseWrite()) }()
	got, err := io.ReadAll(client)
	client.Close()
	soon(t, "Write", wrote)
	cancel()
	soon(t, "Serve", served)
	return got, err
}

// TestLoopFaults: calls that do less than they could, and events that come late,
// early, twice or to the wrong one, make no difference.
func TestLoopFaults(t *testing.T) {
	p := noise(200 << 10)
	for name, rule := range map[string]fault.Rule{
		"short writes":           {Call: fault.Write, When: fault.Sometimes(1, 50), Fault: fault.AtMost(1000)},
		"short vectors":          {Call: fault.WriteV, Fault: fault.AtMost(1500)},
		"short reads":            {Call: fault.Read, When: fault.Sometimes(2, 50), Fault: fault.AtMost(1000)},
		"writes that must wait":  {Call: fault.Write, When: fault.Sometimes(3, 30), Fault: fault.WouldBlock()},
		"vectors that must wait": {Call: fault.WriteV, When: fault.Sometimes(4, 30), Fault: fault.WouldBlock()},
		"reads that must wait":   {Call: fault.Read, When: fault.Sometimes(5, 30), Fault: fault.WouldBlock()},
		"no connection yet":      {Call: fault.Accept, When: fault.First(2), Fault: fault.WouldBlock()},
		"one that died":          {Call: fault.Accept, When: fault.First(2), Fault: fault.Fail(syscall.ECONNABORTED)},
		"out of descriptors":     {Call: fault.Accept, When: fault.First(3), Fault: fault.Fail(syscall.EMFILE)},
		"spurious events":        {Call: fault.PollerWait, When: fault.First(50), Fault: fault.Spurious(Readable | Writable)},
		"flags that say closed":  {Call: fault.PollerWait, When: fault.First(50), Fault: fault.Spurious(platform.ReadClosed | platform.WriteClosed | platform.Error)},
		"stale events":           {Call: fault.PollerWait, When: fault.First(50), Fault: fault.Stale()},
		"events in two":          {Call: fault.PollerWait, When: fault.First(50), Fault: fault.Split(platform.ReadClosed | platform.WriteClosed)},
	} {
		for style, serve := range loopStyles {
			t.Run(name+"/"+style, func(t *testing.T) {
				unharmed(t)
				double.Inject(rule)
				got, err := echoOnce(t, LoopConfig{HighWater: 20 << 10}, serve, p)
				if err != nil || !bytes.Equal(p, got) {
					t.Errorf("%d bytes came back, %v", len(got), err)
				}
			})
		}
	}
}

// TestLoopFailures lets each occurrence of a call fail in turn: the connection
// ends, nothing hangs, and no descriptor stays open.
func TestLoopFailures(t *testing.T) {
	p := noise(50 << 10)
	for _, f := range []struct {
		call fault.Call
		err  error
	}{
		{fault.NewPoller, syscall.EMFILE},
		{fault.PollerAdd, syscall.ENOSPC},
		{fault.Read, syscall.ECONNRESET},
		{fault.Write, syscall.EPIPE},
		{fault.WriteV, syscall.ECONNRESET},
		{fault.Accept, syscall.EINVAL},
		{fault.Close, syscall.EIO},
		{fault.CloseNow, syscall.EIO},
	} {
		for style, serve := range loopStyles {
			t.Run(fmt.Sprintf("%v/%s", f.call, style), func(t *testing.T) {
				unharmed(t)
				for k := 1; k <= 6; k++ {
					double.Reset()
					rule := double.Inject(fault.Rule{Call: f.call, When: fault.Nth(k), Fault: fault.Fail(f.err)})
					got, err := loopEchoFails(t, serve, p)
					if errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("occurrence %d: hangs", k)
					}
					if !bytes.HasPrefix(p, got) {
						t.Errorf("occurrence %d: what came back is not what was sent", k)
					}
					if problems := double.Problems(); len(problems) > 0 {
						t.Errorf("occurrence %d: %q", k, problems)
					}
					if rule.Fired() == 0 {
						return
					}
				}
			})
		}
	}
}

// loopEchoFails is echoOnce for a client that may wait in vain, as when accepting
// fails for good: the listener is closed when Serve returns.
func loopEchoFails(t *testing.T, serve func(context.Context, *Loop, Listener, chan<- error) error, p []byte) ([]byte, error) {
	return echoOnce(t, LoopConfig{Loops: 2, HighWater: 10 << 10}, func(ctx context.Context, loop *Loop, l Listener, ended chan<- error) error {
		defer l.Close()
		return serve(ctx, loop, l, ended)
	}, p)
}
