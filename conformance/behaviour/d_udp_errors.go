package behaviour

import (
	"net/netip"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

var datagramErrors = []Script{
	{Row: "D1", Title: "that nobody receives is told once, to whoever receives next", Over: udp, Run: datagramRefused},
	{Row: "D2", Title: "and never to a socket without a peer", Over: udp, Run: datagramUnheard},
	{Row: "D3", Title: "a socket with a peer sends to no address", Over: udp, Run: datagramTwoPeers},
	{Row: "D4", Title: "a socket without a peer sends to an address only", Over: udp, Run: datagramNoPeer},
	{Row: "D5", Title: "port 0 is no destination", Over: udp, Run: datagramPortZero},
	{Row: "D14", Title: "broadcasting has to be asked for", Over: []Medium{UDP4}, Run: broadcastUnasked},
	{Row: "D15", Title: "no stream broadcasts", Over: tcp, Run: broadcastStream},
}

// UDPAt makes a datagram socket with an address.
func (t *T) UDPAt(addr net.Address) *net.UDPSocket {
	s, err := net.BindUDP(addr)
	t.Own(s, err)
	return s
}

// UnboundUDP makes a datagram socket without an address.
func (t *T) UnboundUDP() *net.UDPSocket {
	newSocket := net.UnboundUDP
	if t.six() {
		newSocket = net.UnboundUDPv6
	}
	s, err := newSocket()
	t.Own(s, err)
	return s
}

// Peers returns two datagram sockets that have each other as peer.
func (t *T) Peers() (a, b *net.UDPSocket) {
	a, b = t.UDP(), t.UDP()
	t.Check(a.Connect(b.LocalAddress()))
	t.Check(b.Connect(a.LocalAddress()))
	return a, b
}

// SendTo sends text to an address.
func (t *T) SendTo(s *net.UDPSocket, text string, to net.Address) {
	_, err := s.SendTo([]byte(text), to)
	t.Check(err)
}

// datagramRefused sends one datagram at a time: how many refusals a system
// sends in a second is limited.
func datagramRefused(t *T) {
	dead := t.UDP()
	t.Check(dead.Connect(t.Loopback(9)))
	s := t.UDP()
	t.Check(s.Connect(dead.LocalAddress()))
	t.Send(s, "x")
	t.Ends(s, 1)
	_, err := s.TryRecv(make([]byte, 1))
	t.Say("afterwards TryRecv", err)
	t.Send(s, "x")
	t.Say("Readable", s.Readable(t.Context()))
	_, _, err = s.TryRecvFrom(make([]byte, 1))
	t.Say("TryRecvFrom", err)
	t.Send(s, "x")
	_, err = s.RecvBatch(make([]net.Datagram, 2))
	t.Say("RecvBatch", err)
	t.Send(s, "x")
	_, _, err = s.RecvMessage(make([]byte, 1))
	t.Say("RecvMessage", err)
	t.Check(dead.Connect(s.LocalAddress()))
	t.Send(s, "when somebody receives")
	t.Receive("read", dead)
}

func datagramUnheard(t *T) {
	s, other, dead := t.UDP(), t.UDP(), t.deadUDP()
	for range 3 {
		_, err := s.SendTo([]byte("x"), dead)
		t.Say("SendTo", err)
	}
	t.SendTo(other, "from another", s.LocalAddress())
	t.Receive("read", s)
	t.Say("TakeError", s.TakeError())
}

func datagramTwoPeers(t *T) {
	a, b := t.Peers()
	p := []byte("x")
	for _, to := range []struct {
		name string
		addr net.Address
	}{{"another", t.UDP().LocalAddress()}, {"its peer", b.LocalAddress()}} {
		_, err := a.SendTo(p, to.addr)
		t.Say("SendTo "+to.name, err)
		_, err = a.TrySendTo(p, to.addr)
		t.Say("TrySendTo "+to.name, err)
		_, err = a.SendMessage(p, net.Meta{Dst: to.addr})
		t.Say("SendMessage to "+to.name, err)
		_, err = a.SendBatch([]net.Datagram{{Buffer: p, Addr: to.addr}})
		t.Say("SendBatch to "+to.name, err)
		_, err = a.WriteTo(p, to.addr.UDPAddr())
		t.Say("WriteTo "+to.name, err)
	}
	t.Send(a, "without an address")
	t.Receive("read", b)
}

func datagramNoPeer(t *T) {
	for _, of := range []struct {
		name string
		s    *net.UDPSocket
	}{{"a new socket", t.UnboundUDP()}, {"a bound one", t.UDP()}} {
		p := []byte("x")
		_, err := of.s.Send(p)
		t.Say("Send of "+of.name, err)
		_, err = of.s.TrySend(p)
		t.Say("TrySend of "+of.name, err)
		_, err = of.s.SendMessage(p, net.Meta{})
		t.Say("SendMessage of "+of.name, err)
		_, err = of.s.SendBatch([]net.Datagram{{Buffer: p}})
		t.Say("SendBatch of "+of.name, err)
	}
}

func datagramPortZero(t *T) {
	s, to, p := t.UnboundUDP(), t.Loopback(0), []byte("x")
	_, err := s.SendTo(p, to)
	t.Say("SendTo", err)
	_, err = s.TrySendTo(p, to)
	t.Say("TrySendTo", err)
	_, err = s.SendMessage(p, net.Meta{Dst: to})
	t.Say("SendMessage", err)
	_, err = s.SendBatch([]net.Datagram{{Buffer: p, Addr: to}})
	t.Say("SendBatch", err)
	t.Say("Connect", s.Connect(to))
	t.Print("the socket has port %d", s.LocalAddress().Port())
}

// broadcastUnasked may meet a machine with no network to ask for.
func broadcastUnasked(t *T) {
	s := t.UDPAt(net.AnyV4(0))
	on, err := s.Broadcast()
	t.Print("Broadcast: %t, %s", on, Class(err))
	everybody := netip.AddrFrom4([4]byte{255, 255, 255, 255})
	_, err = s.SendTo([]byte("x"), net.AddressFrom(netip.AddrPortFrom(everybody, 9)))
	t.Either("SendTo", err, net.ErrPermission, net.ErrUnreachable)
}

func broadcastStream(t *T) {
	t.eachTCP(func(s net.Socket) {
		t.Say("set", net.SetOption(s, sockopt.Broadcast, true))
		_, err := net.GetOption(s, sockopt.Broadcast)
		t.Say("get", err)
	})
}
