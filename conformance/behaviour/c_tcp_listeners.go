package behaviour

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/volt-net/volt/net"
)

var listening = []Script{
	{Row: "C22", Title: "a connection reset before it was accepted harms nobody", Over: tcp, Run: resetBeforeAccept},
	{Row: "C23", Title: "a process out of descriptors keeps its listener", Run: outOfDescriptors},
	{Row: "C24", Title: "Close wakes who waits for connections", Over: streams, Run: closeListener},
	{Row: "C25", Title: "Close wakes who reads and who writes", Over: streams, Run: closeStream},
	{Row: "C26", Title: "at least the backlog waits to be accepted", Over: tcp, Run: backlog},
}

// resetBeforeAccept does not say whether the dead connection shows: where it
// does, reading from it is a reset.
func resetBeforeAccept(t *T) {
	l := t.Listener()
	t.Check(t.Dial(l).Abort())
	c := t.Dial(l)
	t.Send(c, "alive")
	for {
		s := t.Accept(l)
		loopback := s.PeerAddress().IsLoopback()
		p := make([]byte, 16)
		n, err := s.Read(p)
		if loopback && errors.Is(err, net.ErrReset) {
			continue
		}
		t.Print("accepted from the loopback: %t", loopback)
		t.Data("read", p[:n], err)
		return
	}
}

// closeListener has one wait in each way.
func closeListener(t *T) {
	var waiters []<-chan error
	var l interface {
		filer
		Close() error
	}
	if t.on == Unix {
		u := t.UnixListener()
		waiters = append(waiters,
			t.Start(func() error { _, err := u.AcceptUnix(); return err }),
			t.Start(func() error { _, err := u.AcceptContext(t.ctx); return err }))
		l = u
	} else {
		n := t.Listener()
		waiters = append(waiters,
			t.Start(func() error { _, err := n.AcceptTCP(); return err }),
			t.Start(func() error { _, err := n.AcceptContext(t.ctx); return err }))
		l = n
	}
	t.Check(l.Close())
	for _, w := range waiters {
		t.Say("accept", t.Wait(w))
	}
	t.Say("Close again", l.Close())
}

func closeStream(t *T) {
	a, _ := t.Streams()
	t.Fill(a)
	calls := []struct {
		name string
		call func() error
	}{
		{"Read", func() error { _, err := a.Read(make([]byte, 1)); return err }},
		{"Peek", func() error { _, err := a.Peek(make([]byte, 1)); return err }},
		{"Readable", func() error { return a.Readable(t.ctx) }},
		{"Write", func() error { _, err := a.Write(make([]byte, 32<<20)); return err }},
	}
	waiters := make([]<-chan error, len(calls))
	for i, c := range calls {
		waiters[i] = t.Start(c.call)
	}
	t.Check(a.Close())
	for i, c := range calls {
		t.Say(c.name, t.Wait(waiters[i]))
		t.Say(c.name+" after it", c.call())
	}
}

func backlog(t *T) {
	for _, n := range []int{1, 5, 100} {
		l, err := t.Socket().ListenOn(t.Loopback(0), n)
		t.Own(l, err)
		for range n {
			t.Dial(l)
		}
		t.Print("%d of a backlog of %d connected", n, n)
	}
	for _, n := range []int{-1, 1 << 20} {
		_, err := t.Socket().ListenOn(t.Loopback(0), n)
		t.Say("a backlog that is not one", err)
	}
}

// outOfDescriptors runs in a child with a low limit, which it can reach without
// harm. Where the shell cannot start this program the child has the usual limit.
func outOfDescriptors(t *T) {
	lines, err := t.tryChild("few descriptors", "sh", "-c", `ulimit -n 64 && exec "$0"`)
	if err != nil {
		lines = t.Child("few descriptors")
	}
	for _, line := range lines {
		t.Print("%s", line)
	}
}

// manyDescriptors is more than there is any point in opening to reach a limit.
const manyDescriptors = 1 << 17

// acceptWithout does not say whether the connections that wait meanwhile
// survive: on some systems they do not.
func acceptWithout(t *T) {
	l := t.Listener()
	t.Dial(l)
	late := t.Socket()
	t.Dial(l)
	var hoard []*os.File
	var err error
	for len(hoard) < manyDescriptors {
		var f *os.File
		if f, err = l.File(); err != nil {
			break
		}
		hoard = append(hoard, f)
	}
	t.Say("copying descriptors", err)
	for range 2 {
		s, _, err := l.TryAccept()
		if err == nil {
			t.Own(s, nil)
		}
		t.Say("TryAccept", err)
	}
	short, cancel := context.WithTimeout(t.ctx, 20*time.Millisecond)
	defer cancel()
	_, err = l.AcceptContext(short)
	t.Say("AcceptContext waits, until", err)
	accepted := t.Start(func() error {
		s, err := l.AcceptTCP()
		if err != nil {
			return err
		}
		return s.Close()
	})
	for _, f := range hoard {
		err = errors.Join(err, f.Close())
	}
	c, err := late.Connect(t.ctx, l.LocalAddress())
	t.Own(c, err)
	t.Say("AcceptTCP", t.Wait(accepted))
	_, err = net.NewTCPSocketV4()
	t.Say("a new socket", err)
}
