package behaviour

import (
	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

var binding = []Script{
	{Row: "C10", Title: "an address of another machine", Over: tcp, Run: bindElsewhere},
	{Row: "C11", Title: "a socket is bound once", Over: tcp, Run: bindTwice},
	{Row: "C13", Title: "two listeners on one address", Over: tcp, Run: listenTwice},
	{Row: "C14", Title: "a listener beside one for all addresses", Run: listenBeside},
	{Row: "C15", Title: "a port is free again when its listener has closed", Over: tcp, Run: rebind},
	{Row: "C16", Title: "and so it is while connections live on", Over: tcp, Run: rebindBesideLive},
	{Row: "C17", Title: "listeners share a port if both ask for it", Over: tcp, Run: sharePort},
	{Row: "C17", Title: "spreading over listeners works, or is refused", Over: tcp, Run: spread},
	{Row: "C18", Title: "Unix sockets have no port to share", Over: []Medium{Unix}, Run: shareUnix},
	{Row: "C19", Title: "listening without an address picks one", Over: tcp, Run: listenUnbound},
}

func bindElsewhere(t *T) {
	addr, err := net.ParseAddress("203.0.113.1:0")
	if t.six() {
		addr, err = net.ParseAddress("[2001:db8::1]:0")
	}
	t.Check(err)
	t.Say("Bind", t.Socket().Bind(addr))
	_, err = t.Socket().ListenOn(addr, 0)
	t.Say("ListenOn", err)
}

func bindTwice(t *T) {
	s := t.Socket()
	t.Say("Bind", s.Bind(t.Loopback(0)))
	before := s.LocalAddress()
	t.Say("Bind again", s.Bind(t.Loopback(0)))
	t.Print("the address stays: %t", s.LocalAddress() == before)
}

func listenTwice(t *T) {
	l := t.Listener()
	_, err := t.Socket().ListenOn(l.LocalAddress(), 0)
	t.Say("the second", err)
	t.Check(l.Close())
	l, err = t.Socket().ListenOn(l.LocalAddress(), 0)
	t.Own(l, err)
	t.Say("when the first has closed", err)
}

// listenBeside is a hole on some systems: who listens on one address then
// takes the connections of who listens on all.
func listenBeside(t *T) {
	all, err := t.Socket().ListenOn(net.AnyV4(0), 0)
	t.Own(all, err)
	one, err := t.Socket().ListenOn(net.LoopbackV4(all.LocalAddress().Port()), 0)
	if err == nil {
		t.Own(one, nil)
	}
	t.Say("ListenOn", err)
}

// rebind leaves the closed connection with the port in TIME_WAIT, by ending it
// first on the listener's side.
func rebind(t *T) {
	l := t.Listener()
	c := t.Dial(l)
	s := t.Accept(l)
	t.Check(l.Close())
	t.Check(s.CloseWrite())
	t.Ends(c, 1)
	t.Check(c.Close())
	t.Ends(s, 1)
	t.Check(s.Close())
	again, err := t.Socket().ListenOn(l.LocalAddress(), 0)
	t.Own(again, err)
	t.Say("listening again", err)
	t.Dial(again)
	t.Accept(again)
}

func rebindBesideLive(t *T) {
	l := t.Listener()
	c := t.Dial(l)
	s := t.Accept(l)
	t.Check(l.Close())
	again, err := t.Socket().ListenOn(l.LocalAddress(), 0)
	t.Own(again, err)
	t.Say("listening again", err)
	t.Send(c, "the old connection works")
	t.Receive("read", s)
	t.Send(t.Dial(again), "so does a new one")
	t.Receive("read", t.Accept(again))
}

// sharePort does not say which of the two gets a connection.
func sharePort(t *T) {
	share := func(at net.Address) (*net.TCPListener, error) {
		s := t.Socket()
		t.Check(s.SetReusePort(true))
		return s.ListenOn(at, 0)
	}
	a, err := share(t.Loopback(0))
	t.Own(a, err)
	b, err := share(a.LocalAddress())
	t.Own(b, err)
	t.Say("the second", err)
	_, err = t.Socket().ListenOn(a.LocalAddress(), 0)
	t.Say("a third that did not ask", err)
	const times = 10
	got := t.acceptAll(times, a, b)
	t.Print("of %d connections, accepted: %d", times, got[0]+got[1])
}

// spread wants both of two listeners to get something: with a fair spread the
// chance that one gets nothing of a hundred is nil.
func spread(t *T) {
	share := func(at net.Address) (*net.TCPListener, error) {
		s := t.Socket()
		if err := s.SetReusePortLoadBalance(true); err != nil {
			return nil, err
		}
		return s.ListenOn(at, 0)
	}
	const times = 100
	a, err := share(t.Loopback(0))
	if Class(err) != "unsupported" {
		t.Own(a, err)
		b, err := share(a.LocalAddress())
		t.Own(b, err)
		got := t.acceptAll(times, a, b)
		if got[0] == 0 || got[1] == 0 {
			t.Print("one of two listeners got all of %d connections", times)
			return
		}
	}
	t.Print("each of two listeners gets connections, or the option is unsupported")
}

// acceptAll connects and returns how many connections each listener got.
func (t *T) acceptAll(times int, l ...*net.TCPListener) []int {
	got := make([]int, len(l))
	for range times {
		c := t.Dial(l[0])
		t.Until("a listener has it", func() bool {
			for i, l := range l {
				s, _, err := l.TryAccept()
				if err == nil {
					got[i]++
					t.Check(s.Abort())
					return true
				}
			}
			return false
		})
		t.Check(c.Abort())
	}
	return got
}

func shareUnix(t *T) {
	l := t.UnixListener()
	t.Say("ReusePort of a Unix listener", net.SetOption(l, sockopt.ReusePort, true))
	a, _ := t.Streams()
	t.Say("ReusePort of a Unix stream", net.SetOption(a, sockopt.ReusePort, true))
}

func listenUnbound(t *T) {
	l, err := t.Socket().Listen(0)
	t.Own(l, err)
	t.Say("Listen", err)
	t.Print("there is a port: %t", l.LocalAddress().Port() != 0)
	c, err := t.Socket().Connect(t.ctx, t.Loopback(l.LocalAddress().Port()))
	t.Own(c, err)
	t.Say("Connect", err)
}
