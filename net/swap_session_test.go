//go:build swap

package net

import (
	"syscall"
	"testing"
	"time"

	"github.com/volt-net/volt/conformance/fault"
)

// TestPacketErrorsRest: an error of receiving that comes again and again makes
// no loop spin, and what comes after it is delivered.
func TestPacketErrorsRest(t *testing.T) {
	unharmed(t)
	server, c := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	failures, got := make(chan error, 1000), make(chan int, 1)
	h := packets{
		datagrams: func(_ *PacketSession, list []Datagram) { got <- len(list) },
		failed:    func(_ *PacketSession, err error) { failures <- err },
		closed:    make(chan error, 1),
	}
	rule := double.Inject(fault.Rule{Call: fault.RecvMsgs, Fault: fault.Fail(syscall.ENOBUFS)})
	if _, err := looping(t, LoopConfig{Loops: 1}).AttachPacket(server, h); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SendTo([]byte("x"), server.LocalAddress()); err != nil {
		t.Fatal(err)
	}
	const pauses = 4
	began := time.Now()
	for range pauses * batchesInTurn {
		<-failures
	}
	// 5, 10 and 20 ms lie between the four, but for what an event may cut short.
	if took := time.Since(began); took < 20*time.Millisecond {
		t.Errorf("%d failures in %v", rule.Fired(), took)
	}
	double.Reset()
	select {
	case n := <-got:
		if n != 1 {
			t.Errorf("%d datagrams", n)
		}
	case <-time.After(patience):
		t.Error("the datagram never came")
	}
}

// TestCloseWriteLate: where the peer has gone already, ending the session's
// direction is no error (C38).
func TestCloseWriteLate(t *testing.T) {
	h := hooks{data: func(s *Session, _ []byte) { s.CloseWrite() }}
	attach(t, LoopConfig{Loops: 1}, h, func(t *testing.T, a attached) {
		unharmed(t)
		rule := double.Inject(fault.Rule{Call: fault.Shutdown, Fault: fault.Fail(syscall.ENOTCONN)})
		if _, err := a.peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		until(t, "the session has shut down", func() bool { return rule.Fired() > 0 })
		on(t, a.Session, func() {
			if a.Session.has(sessionFailed) {
				t.Errorf("it has failed: %v", a.Session.more.failure)
			}
		})
		double.Reset()
		a.peer.Close()
		errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
	})
}
