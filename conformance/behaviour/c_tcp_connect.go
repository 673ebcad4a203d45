package behaviour

import (
	"context"
	"errors"

	"github.com/volt-net/volt/net"
)

var connecting = []Script{
	{Row: "C1", Title: "a port that nobody listens on", Over: tcp, Run: connectRefused},
	{Row: "C3", Title: "a socket is used up by Connect, also by one that fails", Over: tcp, Run: connectTwice},
	{Row: "C5", Title: "port 0 is no destination", Over: tcp, Run: connectZero},
	{Row: "C6", Title: "the unspecified address is this host", Over: tcp, Run: connectAny},
	{Row: "C7", Title: "a group or a broadcast address is no destination", Run: connectGroup},
	{Row: "C9", Title: "addresses of the other family", Run: connectFamily},
	{Row: "C46", Title: "a socket may connect to itself if it was told to", Over: tcp, Run: connectSelf},
	{Row: "C53", Title: "the unspecified address is this host for datagrams, too", Over: udp, Run: sendAny},
	{Row: "C54", Title: "connecting gives one of two answers, however fast", Over: tcp, Run: connectOften},
}

func connectRefused(t *T) {
	dead := t.DeadPort()
	s := t.Socket()
	_, err := s.Connect(t.ctx, dead)
	t.Say("Connect", err)
	t.Say("TakeError of the socket", s.TakeError())
}

func connectTwice(t *T) {
	l := t.Listener()
	dead := t.DeadPort()
	s := t.Socket()
	_, err := s.Connect(t.ctx, dead)
	t.Say("Connect where nobody listens", err)
	_, err = s.Connect(t.ctx, l.LocalAddress())
	t.Say("Connect again, where somebody does", err)
	t.Say("Bind", s.Bind(t.Loopback(0)))
	_, err = s.Listen(1)
	t.Say("Listen", err)
	t.Say("Close", s.Close())

	s = t.Socket()
	c, err := s.Connect(t.ctx, l.LocalAddress())
	t.Own(c, err)
	t.Say("Connect on a new socket", err)
	_, err = s.Connect(t.ctx, l.LocalAddress())
	t.Say("Connect once more", err)
	t.Say("Close", s.Close())
	accepted := t.Accept(l)
	t.Send(c, "the stream stays")
	t.Receive("read", accepted)
}

func connectZero(t *T) {
	_, err := t.Socket().Connect(t.ctx, t.Loopback(0))
	t.Say("Connect", err)
}

func connectAny(t *T) {
	l := t.Listener()
	c, err := t.Socket().Connect(t.ctx, t.Any(l.LocalAddress().Port()))
	t.Own(c, err)
	t.Say("Connect", err)
	t.Print("the peer is the listener's address: %t", c.PeerAddress() == l.LocalAddress())
	t.Print("accepted from the loopback: %t", t.Accept(l).PeerAddress().IsLoopback())
}

func connectGroup(t *T) {
	for _, to := range []string{"224.0.0.1:9", "255.255.255.255:9", "127.255.255.255:9", "[ff02::1]:9"} {
		_, err := net.ConnectContext(t.ctx, to)
		t.Say("Connect to "+to, err)
	}
}

func connectFamily(t *T) {
	v4, v6, mapped := "127.0.0.1:9", "[::1]:9", "[::ffff:127.0.0.1]:9"
	sockets := []struct {
		name string
		make func() (*net.TCPSocket, error)
		to   []string
	}{
		{"IPv4", net.NewTCPSocketV4, []string{v6}},
		{"IPv6", net.NewTCPSocketV6, []string{v4, mapped}},
	}
	t.need(TCP6)
	for _, s := range sockets {
		for _, to := range s.to {
			addr, err := net.ParseAddress(to)
			t.Check(err)
			bound, err := s.make()
			t.Own(bound, err)
			t.Say(s.name+" socket: Bind to "+to, bound.Bind(addr))
			dialled, err := s.make()
			t.Own(dialled, err)
			_, err = dialled.Connect(t.ctx, addr)
			t.Say(s.name+" socket: Connect to "+to, err)
		}
	}
	datagrams := []struct {
		name string
		make func() (*net.UDPSocket, error)
		to   net.Address
	}{
		{"IPv4", net.UnboundUDP, net.LoopbackV6(9)},
		{"IPv6", net.UnboundUDPv6, net.LoopbackV4(9)},
	}
	for _, d := range datagrams {
		s, err := d.make()
		t.Own(s, err)
		_, err = s.SendTo([]byte("x"), d.to)
		t.Say(d.name+" datagram socket: SendTo "+d.to.String(), err)
		t.Say(d.name+" datagram socket: Connect to "+d.to.String(), s.Connect(d.to))
	}
}

func connectSelf(t *T) {
	s := t.Socket()
	t.Check(s.Bind(t.Loopback(0)))
	c, err := s.Connect(t.ctx, s.LocalAddress())
	t.Own(c, err)
	t.Say("Connect", err)
	t.Print("the peer is the socket itself: %t", c.PeerAddress() == c.LocalAddress())
	t.Send(c, "echo")
	t.Receive("read", c)
}

func sendAny(t *T) {
	s, err := net.BindUDP(t.Loopback(0))
	t.Own(s, err)
	from, err := net.BindUDP(t.Loopback(0))
	t.Own(from, err)
	to := t.Any(s.LocalAddress().Port())
	_, err = from.SendTo([]byte("sent"), to)
	t.Say("SendTo", err)
	t.Receive("read", s)
	t.Say("Connect", from.Connect(to))
	t.Print("the peer is the other's address: %t", from.PeerAddress() == s.LocalAddress())
	_, err = from.Send([]byte("sent to the peer"))
	t.Say("Send", err)
	t.Receive("read", s)
}

// connectOften meets both orders in which the answer and the question about it
// can come.
func connectOften(t *T) {
	l := t.Listener()
	dead := t.DeadPort()
	const times = 60
	counts := map[string]int{}
	for range times {
		ctx, cancel := context.WithCancel(t.ctx)
		c, err := t.Socket().Connect(ctx, l.LocalAddress())
		t.Own(c, err)
		t.Check(errors.Join(t.Accept(l).Abort(), c.Abort()))
		_, err = t.Socket().Connect(ctx, dead)
		counts[Class(err)]++
		cancel()
	}
	t.Print("%d connected", times)
	for class, n := range counts {
		t.Print("%d %s", n, class)
	}
}
