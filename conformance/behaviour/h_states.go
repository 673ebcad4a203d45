package behaviour

import (
	"github.com/volt-net/volt/net"
)

var readyStates = []Script{
	{Row: "H1", Title: "a socket that has not begun to connect is ready for nothing", Over: tcp, Run: readyFresh},
	{Row: "H2", Title: "a datagram socket is writable", Over: datagrams, Run: readyDatagram},
	{Row: "H3", Title: "a listener is readable when a connection waits", Over: streams, Run: readyListener},
	{Row: "H5", Title: "an idle connection is writable", Over: streams, Run: readyIdle},
	{Row: "H6", Title: "data is readable", Over: streams, Run: readyData},
	{Row: "H7", Title: "the peer's end", Over: streams, Run: readyEnd},
	{Row: "H8", Title: "data and the peer's end", Over: streams, Run: readyDataEnd},
	{Row: "H9", Title: "a peer that reads no more", Over: tcp, Run: readyDeafPeer},
	{Row: "H10", Title: "writing was shut down here", Over: streams, Run: readyShutWrite},
	{Row: "H11", Title: "reading was shut down here", Over: streams, Run: readyShutRead},
	{Row: "H12", Title: "both sides have ended", Over: streams, Run: readyBothEnded},
	{Row: "H13", Title: "a reset", Over: tcp, Run: readyReset},
	{Row: "H15", Title: "a refused datagram is readable", Over: udp, Run: readyRefused},
	{Row: "H17", Title: "a Unix peer has closed", Over: []Medium{Unix}, Run: readyUnixClosed},
	{Row: "H18", Title: "a Unix peer has closed with unread data", Over: []Medium{Unix}, Run: readyUnixUnread},
	{Row: "H20", Title: "an empty datagram is readable, and not the end", Over: datagrams, Run: readyEmpty},
}

// readyFresh goes on to a connection and to a listener, which are watched
// since before they were that.
func readyFresh(t *T) {
	w := t.Watch()
	dialling, listening := t.Socket(), t.Socket()
	w.add(dialling, 1)
	w.add(listening, 2)
	t.Print("fresh: %v, %v", w.now(1), w.now(2))
	t.Check(dialling.Bind(t.Loopback(0)))
	t.Check(listening.Bind(t.Loopback(0)))
	w.add(dialling, 1)
	t.Print("bound: %v, %v", w.now(1), w.now(2))
	l, err := listening.Listen(0)
	t.Own(l, err)
	t.Print("listening: %v", w.now(2))
	s, err := dialling.Connect(t.ctx, l.LocalAddress())
	t.Own(s, err)
	t.Print("connected: %v", w.await(1, net.Writable))
	t.Print("there is somebody to accept: %v", w.await(2, net.Readable))
}

// Datagrams returns a socket over any of the media for datagrams, and what
// sends to it.
func (t *T) Datagrams() (to net.Socket, recv func([]byte) (int, error), send func([]byte) error) {
	if t.on == UnixDatagram {
		a, b := t.DatagramPair()
		return a, a.Recv, func(p []byte) error { _, err := b.Send(p); return err }
	}
	a, b := t.UDP(), t.UDP()
	return a, a.Recv, func(p []byte) error { _, err := b.SendTo(p, a.LocalAddress()); return err }
}

func readyDatagram(t *T) {
	s, recv, send := t.Datagrams()
	t.state(s, net.Writable)
	t.states(s, readWrite, func() { t.Check(send([]byte("x"))) })
	_, err := recv(make([]byte, 1))
	t.Check(err)
	t.state(s, net.Writable)
}

func readyListener(t *T) {
	w := t.Watch()
	var accept func() error
	if t.on == Unix {
		l := t.UnixListener()
		w.add(l, 1)
		t.Print("idle: %v", w.now(1))
		c, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
		t.Own(c, err)
		accept = func() error { s, _, err := l.TryAccept(); return own(t, s, err) }
	} else {
		l := t.Listener()
		w.add(l, 1)
		t.Print("idle: %v", w.now(1))
		t.Dial(l)
		accept = func() error { s, _, err := l.TryAccept(); return own(t, s, err) }
	}
	t.Print("a connection waits: %v", w.await(1, net.Readable))
	t.Say("TryAccept", accept())
	t.Say("TryAccept", accept())
	t.Print("idle again: %v", w.now(1))
}

// own owns s unless there is an error, and returns that.
func own[S interface{ Close() error }](t *T, s S, err error) error {
	if err == nil {
		t.Own(s, nil)
	}
	return err
}

func readyIdle(t *T) {
	a, b := t.Streams()
	t.state(a, net.Writable)
	t.state(b, net.Writable)
	w := t.Watch()
	t.Check(w.Register(a, 1, net.Readable))
	t.Print("to a reader: %v", w.now(1))
}

func readyData(t *T) {
	a, b := t.Streams()
	t.states(a, readWrite, func() { t.Send(b, "data") })
	t.Receive("read", a)
	t.state(a, net.Writable)
}

func readyEnd(t *T) {
	a, b := t.Streams()
	t.states(a, readWrite|net.ReadClosed, func() { t.Check(b.Shutdown(net.ShutdownWrite)) })
	w := t.Watch()
	t.Check(w.Register(a, 1, net.Writable))
	t.Print("to a writer: %v", w.await(1, net.Writable))
	t.Ends(a, 1)
	t.state(a, readWrite|net.ReadClosed)
}

func readyDataEnd(t *T) {
	a, b := t.Streams()
	t.states(a, readWrite|net.ReadClosed, func() {
		t.Send(b, "data")
		t.Check(b.Shutdown(net.ShutdownWrite))
	})
	t.Ends(a, 2)
}

func readyDeafPeer(t *T) {
	a, b := t.Streams()
	t.Check(b.Shutdown(net.ShutdownRead))
	t.state(a, net.Writable)
}

// readyShutWrite would never end if the state were reported again and again.
func readyShutWrite(t *T) {
	a, b := t.Streams()
	t.Check(a.Shutdown(net.ShutdownWrite))
	t.state(a, net.Writable|net.WriteClosed)
	w := t.Watch()
	t.Check(w.Register(a, 1, net.Readable))
	t.Print("to a reader: %v", w.now(1))
	t.Send(b, "the other direction works")
	t.Print("to a reader: %v", w.await(1, net.Readable))
}

func readyShutRead(t *T) {
	a, _ := t.Streams()
	t.Check(a.Shutdown(net.ShutdownRead))
	t.state(a, readWrite|net.ReadClosed)
	t.Ends(a, 1)
}

func readyBothEnded(t *T) {
	a, b := t.Streams()
	t.states(a, readWrite|net.ReadClosed|net.WriteClosed, func() {
		t.Check(b.Shutdown(net.ShutdownWrite))
		t.Check(a.Shutdown(net.ShutdownWrite))
	})
	t.Ends(a, 1)
}

func readyReset(t *T) {
	a, b := t.Streams()
	t.states(a, ended, func() { t.Check(b.Abort()) })
	w := t.Watch()
	t.Check(w.Register(a, 1, net.Readable))
	t.Print("to a reader: %v", w.await(1, net.Readable|net.ReadClosed|net.ReadyError))
	t.Ends(a, 2)
}

// readyRefused leaves out that there is an error: one kind of poller does not
// say.
func readyRefused(t *T) {
	s := t.UDP()
	t.Check(s.Connect(t.deadUDP()))
	w := t.Watch()
	w.add(s, 1)
	_, err := s.Send([]byte("x"))
	t.Check(err)
	t.Print("watched: %v", w.await(1, readWrite)&^net.ReadyError)
	_, err = s.TryRecv(make([]byte, 1))
	t.Say("TryRecv", err)
}

func readyUnixClosed(t *T) {
	a, b := t.Streams()
	t.states(a, readWrite|net.ReadClosed|net.WriteClosed, func() { t.Check(b.Close()) })
	t.Ends(a, 1)
}

// readyUnixUnread leaves out that there is an error, which not all systems
// think.
func readyUnixUnread(t *T) {
	a, b := t.Streams()
	t.Send(a, "unread")
	w := t.Watch()
	w.add(a, 1)
	t.Check(b.Close())
	t.Print("watched: %v", w.await(1, ended&^net.ReadyError)&^net.ReadyError)
}

func readyEmpty(t *T) {
	s, recv, send := t.Datagrams()
	t.states(s, readWrite, func() { t.Check(send(nil)) })
	n, err := recv(make([]byte, 1))
	t.Print("received: %d bytes, %s", n, Class(err))
	t.state(s, net.Writable)
}
