package behaviour

import (
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/volt-net/volt/net"
)

var unixEnds = []Script{
	{Row: "G13", Title: "closing with unread data", Over: []Medium{Unix}, Run: unixUnread},
	{Row: "G14", Title: "after the peer's end its address stays, and shutting down is no error", Over: []Medium{Unix}, Run: unixEnded},
	{Row: "G15", Title: "sending to nobody", Run: unixNobody},
	{Row: "G25", Title: "descriptors travel with data", Run: rightsNeedData},
	{Row: "G26", Title: "descriptors that find no room are closed", Run: rightsLost},
	{Row: "G26", Title: "more descriptors than one message takes", Run: rightsMany},
	{Row: "G28", Title: "a stream takes some data before anybody reads", Over: []Medium{Unix}, Run: unixTakes},
	{Row: "G30", Title: "writing to who reads no more", Over: []Medium{Unix}, Run: unixDeaf},
	{Row: "G31", Title: "shutting down without a connection", Run: unixFreshShutdown},
	{Row: "G32", Title: "a reader goes on after descriptors", Run: rightsThenData},
}

// freshUnix is a stream that never had a peer, which only others can make.
func (t *T) freshUnix() *net.UnixStream {
	fd, err := socketNumber(syscall.Socket)
	t.Check(err)
	s, err := net.UnixStreamFromFD(fd)
	t.Own(s, err)
	return s
}

// socketNumber is generic because descriptors are not of one type everywhere.
func socketNumber[FD ~int | ~uintptr](socket func(family, kind, protocol int) (FD, error)) (int, error) {
	fd, err := socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	return int(fd), err
}

// Pair returns two streams, connected to each other.
func (t *T) Pair() (a, b *net.UnixStream) {
	a, b, err := net.UnixStreamPair()
	t.Own(a, err)
	t.Own(b, err)
	return a, b
}

func unixUnread(t *T) {
	a, b := t.Streams()
	t.Send(a, "unread")
	t.Check(b.Close())
	_, err := a.Read(make([]byte, 1))
	t.Either("read", err, net.ErrReset, io.EOF)
	t.Ends(a, 2)
	_, err = a.Write([]byte("x"))
	t.Say("write", err)
}

func unixEnded(t *T) {
	for _, d := range directions {
		l := t.UnixListener()
		a, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
		t.Own(a, err)
		b, err := l.AcceptContext(t.ctx)
		t.Own(b, err)
		t.Check(b.Close())
		t.Say("Shutdown, "+d.name, a.Shutdown(d.how))
		t.Print("PeerAddress: %t", a.PeerAddress() == l.LocalAddress())
		t.Print("LocalAddress of who closed: %t", b.LocalAddress() == l.LocalAddress())
		t.Ends(a, 1)
	}
}

func unixNobody(t *T) {
	g, s := t.UnboundUnix(), t.freshUnix()
	x := []byte("x")
	for _, call := range []struct {
		name string
		send func() error
	}{
		{"datagram, Send", func() error { _, err := g.Send(x); return err }},
		{"datagram, TrySend", func() error { _, err := g.TrySend(x); return err }},
		{"datagram, Write", func() error { _, err := g.Write(x); return err }},
		{"stream, Write", func() error { _, err := s.Write(x); return err }},
		{"stream, TryWrite", func() error { _, err := s.TryWrite(x); return err }},
	} {
		t.Say(call.name, call.send())
	}
}

// A line is a pipe whose reading end sees when the last copy of the other end
// is closed.
type line struct{ r, w *os.File }

func (t *T) line() line {
	r, w, err := os.Pipe()
	t.Own(r, err)
	t.Own(w, err)
	return line{r, w}
}

func (l line) fd() int { return int(l.w.Fd()) }

// hangUp closes the line's own copy and prints whether there is no other.
func (t *T) hangUp(what string, l line) {
	t.Check(l.w.Close())
	_, err := l.r.Read(make([]byte, 1))
	t.Say(what, err)
}

func rightsNeedData(t *T) {
	a, b := t.Pair()
	l := t.line()
	_, err := a.SendFDs(nil, l.fd())
	t.Say("stream, SendFDs without data", err)
	_, err = a.TrySendFDs(nil, l.fd())
	t.Say("stream, TrySendFDs without data", err)
	_, err = a.SendFDs([]byte("x"), -1)
	t.Say("what is no descriptor", err)
	t.Print("the peer hears nothing: %s", nothing(b))
	c, d, err := net.UnixDatagramPair()
	t.Own(c, err)
	t.Own(d, err)
	_, err = c.SendFDs([]byte("x"), l.fd())
	t.Say("datagram, SendFDs", err)
	fds := make([]int, 2)
	n, m, err := d.RecvFDs(make([]byte, 4), fds)
	t.Print("received %d bytes, %d descriptors: %s", n, m, Class(err))
	t.closeAll(fds[:m])
	t.hangUp("the last copy is closed", l)
}

// closeAll closes descriptors that came from elsewhere.
func (t *T) closeAll(fds []int) {
	for _, fd := range fds {
		t.Check(os.NewFile(uintptr(fd), "received").Close())
	}
}

func rightsLost(t *T) {
	for _, room := range []int{3, 1, 0} {
		a, b := t.Pair()
		l := t.line()
		_, err := a.SendFDs([]byte("x"), l.fd(), l.fd(), l.fd())
		t.Check(err)
		fds := make([]int, room)
		n, m, err := b.RecvFDs(make([]byte, 4), fds)
		t.Print("3 into room for %d: %d bytes, %d descriptors: %s", room, n, m, Class(err))
		t.closeAll(fds[:m])
		t.hangUp("the last copy is closed", l)
	}
}

func rightsMany(t *T) {
	a, b := t.Pair()
	l := t.line()
	const atOnce = 253
	many := make([]int, atOnce+1)
	for i := range many {
		many[i] = l.fd()
	}
	_, err := a.TrySendFDs([]byte("xy"), many...)
	t.Say("TrySendFDs of too many", err)
	_, err = a.SendFDs([]byte("x"), many...)
	t.Say("SendFDs of more than one message takes, with one byte", err)
	n, err := a.SendFDs([]byte("xy"), many...)
	t.Print("with two bytes: %d, %s", n, Class(err))
	fds := make([]int, len(many))
	n, m, err := b.RecvFDsFull(make([]byte, 2), fds)
	t.Print("received %d bytes, all descriptors: %t, %s", n, m == len(many), Class(err))
	t.closeAll(fds[:m])
	t.hangUp("the last copy is closed", l)
}

func unixTakes(t *T) {
	a, b := t.Streams()
	n, err := a.TryWrite(make([]byte, 4<<10))
	t.Print("TryWrite: %d, %s", n, Class(err))
	n += t.Fill(a)
	t.Check(a.Close())
	t.Print("all of it arrives: %t", t.drain(b) == n)
}

// unixDeaf has a peer that shut reading down: one system takes data for it
// even so.
func unixDeaf(t *T) {
	a, b := t.Streams()
	t.Check(b.Shutdown(net.ShutdownRead))
	_, err := a.Write([]byte("x"))
	t.Either("write", err, nil, net.ErrReset)
	t.Ends(b, 1)
	t.Send(b, "the other direction works")
	t.Receive("read", a)
}

func unixFreshShutdown(t *T) {
	for _, d := range directions {
		t.Either(d.name, t.freshUnix().Shutdown(d.how), nil, net.ErrNotConnected)
	}
}

// rightsThenData has descriptors and data take turns. A reader who waits, and
// one who comes later, are woken less often than they have to read.
func rightsThenData(t *T) {
	const times, rounds = 12, 20
	l := t.line()
	whole := 0
	for i := range times {
		a, b := t.Pair()
		t.Send(a, "x")
		p := make([]byte, 1+3*rounds)
		read := func() error { _, err := b.ReadFull(p); return err }
		send := func() {
			for range rounds {
				_, err := a.SendFDs([]byte("y"), l.fd())
				t.Check(err)
				t.Send(a, "zz")
			}
		}
		if i%2 == 0 {
			reading := t.Start(read)
			send()
			t.Check(t.Wait(reading))
		} else {
			send()
			t.Check(read())
		}
		if string(p) == "x"+strings.Repeat("yzz", rounds) {
			whole++
		}
	}
	t.Print("of %d, whole: %d", times, whole)
}
