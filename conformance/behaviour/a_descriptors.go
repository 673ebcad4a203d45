package behaviour

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/volt-net/volt/net"
)

var descriptors = []Script{
	{Row: "A1", Title: "sockets are non-blocking and stay in their process", Run: flags, Alone: true},
	{Row: "A1", Title: "no child inherits a socket that is being made", Run: forkStorm, Alone: true},
	{Row: "A2", Title: "accepted sockets are so, too, of a blocking listener", Run: flagsAccepted, Alone: true},
	{Row: "A3", Title: "so are pairs", Run: flagsPairs, Alone: true},
	{Row: "A4", Title: "a dead peer raises no signal", Run: deadPeer},
	{Row: "A5", Title: "received descriptors stay in their process", Run: flagsReceived, Alone: true},
	{Row: "A7", Title: "pollers stay in their process", Run: flagsPollers, Alone: true},
}

// A filer is any socket of package net: all can copy their descriptor.
type filer interface{ File() (*os.File, error) }

// nonBlocking prints whether s is. Package os asks the descriptor, and gives
// deadlines only to files that are.
func (t *T) nonBlocking(what string, s filer) {
	f, err := s.File()
	t.Own(f, err)
	err = f.SetDeadline(time.Time{})
	switch {
	case err == nil:
		t.Print("%s: non-blocking", what)
	case errors.Is(err, os.ErrNoDeadline):
		t.Print("%s: blocking", what)
	default:
		t.Say(what, err)
	}
}

// stays prints what a child has that was not there before.
func (t *T) stays(before []string) {
	if more := t.inherited(before); len(more) > 0 {
		t.Print("a child inherits %s", strings.Join(more, ", "))
		return
	}
	t.Print("a child inherits nothing")
}

func flags(t *T) {
	before := t.Child("descriptors")
	s4, err := net.NewTCPSocketV4()
	t.Own(s4, err)
	t.nonBlocking("TCP socket", s4)
	l := t.Listener()
	t.nonBlocking("TCP listener", l)
	t.nonBlocking("dialled", t.Dial(l))
	t.nonBlocking("accepted", t.Accept(l))
	u, err := net.BindUDP(net.LoopbackV4(0))
	t.Own(u, err)
	t.nonBlocking("UDP socket", u)
	ul := t.UnixListener()
	t.nonBlocking("Unix listener", ul)
	ud, err := net.ConnectUnixContext(t.ctx, ul.LocalAddress())
	t.Own(ud, err)
	t.nonBlocking("Unix stream, dialled", ud)
	ua, err := ul.AcceptContext(t.ctx)
	t.Own(ua, err)
	t.nonBlocking("Unix stream, accepted", ua)
	ug, err := net.UnboundUnixDatagram()
	t.Own(ug, err)
	t.nonBlocking("Unix datagram socket", ug)
	t.stays(before)
}

// forkStorm starts processes while sockets are made and closed: none may see
// one between its birth and its flags.
func forkStorm(t *T) {
	before := t.Child("descriptors")
	l := t.Listener()
	ctx, stop := context.WithCancel(t.ctx)
	storm := t.Start(func() error {
		for ctx.Err() == nil {
			c, err := net.ConnectContext(t.ctx, l.LocalAddress().String())
			if err != nil {
				return err
			}
			s, err := l.AcceptContext(t.ctx)
			if err != nil {
				return errors.Join(err, c.Close())
			}
			c.Abort()
			s.Close()
			a, b, err := net.UnixStreamPair()
			if err != nil {
				return err
			}
			a.Close()
			b.Close()
		}
		return nil
	})
	defer stop()
	for range 8 {
		t.stays(before)
	}
	stop()
	t.Check(t.Wait(storm))
}

func flagsAccepted(t *T) {
	before := t.Child("descriptors")
	l := t.Listener()
	t.Dial(l)
	t.block(l)
	s, _, err := l.TryAccept()
	t.Own(s, err)
	t.nonBlocking("accepted by TryAccept", s)
	t.stays(before)
}

// block takes non-blocking mode away behind the package's back.
func (t *T) block(s net.Socket) {
	raw, err := s.SyscallConn()
	t.Check(err)
	t.Check(errors.Join(raw.Control(func(fd uintptr) { err = setBlocking(syscall.SetNonblock, fd) }), err))
}

// setBlocking is generic because descriptors are not of one type everywhere.
func setBlocking[FD ~int | ~uintptr](setNonblock func(FD, bool) error, fd uintptr) error {
	return setNonblock(FD(fd), false)
}

func flagsPairs(t *T) {
	before := t.Child("descriptors")
	a, b, err := net.UnixStreamPair()
	t.Own(a, err)
	t.Own(b, err)
	t.nonBlocking("stream", a)
	t.nonBlocking("its peer", b)
	c, d, err := net.UnixDatagramPair()
	t.Own(c, err)
	t.Own(d, err)
	t.nonBlocking("datagram socket", c)
	t.nonBlocking("its peer", d)
	t.stays(before)
}

func flagsReceived(t *T) {
	before := t.Child("descriptors")
	a, b, err := net.UnixStreamPair()
	t.Own(a, err)
	t.Own(b, err)
	r, w, err := os.Pipe()
	t.Own(r, err)
	t.Own(w, err)
	_, err = a.SendFDs([]byte("x"), int(r.Fd()), int(w.Fd()))
	t.Check(err)
	fds := make([]int, 4)
	_, n, err := b.RecvFDs(make([]byte, 1), fds)
	for _, fd := range fds[:n] {
		f := os.NewFile(uintptr(fd), "received")
		t.Own(f, nil)
	}
	t.Print("received %d descriptors: %s", n, Class(err))
	t.stays(before)
}

// flagsPollers has a poller of every kind that the package uses: waiting for
// room makes the reactor's, and the first to wait for data are in Go's.
func flagsPollers(t *T) {
	before := t.Child("descriptors")
	a, b := t.TCP()
	t.Fill(a)
	room := t.Start(func() error { return a.Writable(t.ctx) })
	data := t.Start(func() error { _, err := a.Read(make([]byte, 1)); return err })
	t.stays(before)
	t.Send(b, "x")
	t.Say("Read", t.Wait(data))
	p := make([]byte, 64<<10)
	t.Until("there is room", func() bool {
		b.TryRead(p)
		return len(room) > 0
	})
	t.Say("Writable", t.Wait(room))
}

// deadPeer is about descriptor 1 as well: Go ends a program that writes to a
// broken standard output.
func deadPeer(t *T) {
	for _, line := range t.Child("dead peer") {
		t.Print("%s", line)
	}
}

func writeToTheDead(t *T) {
	t.TCP() // which opens the pollers
	l := t.Listener()
	t.Check(os.Stdout.Close())
	s := t.Dial(l)
	peer := t.Accept(l)
	raw, err := s.SyscallConn()
	t.Check(err)
	t.Check(raw.Control(func(fd uintptr) { t.Print("a stream that has the number %d", fd) }))

	signals := make(chan os.Signal, 1<<10)
	signal.Notify(signals)
	t.Check(peer.Abort())
	t.Say("Write", t.untilError(s))
	_, err = s.TryWrite([]byte("x"))
	t.Say("TryWrite", err)
	_, err = s.WriteBuffers([][]byte{{'x'}, {'y'}})
	t.Say("WriteBuffers", err)
	_, err = s.TryWriteBuffers([][]byte{{'x'}, {'y'}})
	t.Say("TryWriteBuffers", err)
	a, b, err := net.UnixStreamPair()
	t.Own(a, err)
	t.Check(b.Close())
	_, err = a.Write([]byte("x"))
	t.Say("Write to a Unix stream", err)

	// A later signal with a higher number shows that no other came before.
	self, err := os.FindProcess(os.Getpid())
	t.Check(err)
	t.Check(self.Signal(syscall.SIGTERM))
	for got := range signals {
		switch got.String() {
		case "broken pipe": // by its text: not all systems that this builds for have it
			t.Print("a signal was raised")
			return
		case syscall.SIGTERM.String():
			t.Print("no signal was raised")
			return
		}
	}
}
