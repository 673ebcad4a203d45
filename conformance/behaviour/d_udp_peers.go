package behaviour

import (
	"github.com/volt-net/volt/net"
)

var datagramPeers = []Script{
	{Row: "D12", Title: "a peer can be taken away, and another given", Over: udp, Run: disconnect},
	{Row: "D16", Title: "two sockets at one address", Over: udp, Run: datagramShare},
	{Row: "D16", Title: "spreading over sockets works, or is refused", Over: udp, Run: datagramSpread},
	{Row: "D17", Title: "subscribers share a port, and each hears the group", Over: []Medium{UDP4}, Run: subscribe},
	{Row: "D18", Title: "with a peer, a socket hears nobody else", Over: udp, Run: hearPeerOnly},
	{Row: "D26", Title: "the sender's address is the sender's", Over: udp, Run: senderAddress},
}

// disconnect asks for the socket's port each time: it may be another.
func disconnect(t *T) {
	s, first, second := t.UDP(), t.UDP(), t.UDP()
	t.Say("Disconnect without a peer", s.Disconnect())
	for _, peer := range []*net.UDPSocket{first, second} {
		t.Say("Connect", s.Connect(peer.LocalAddress()))
		t.Send(s, "to the peer")
		t.Receive("the peer reads", peer)
		t.Say("Disconnect", s.Disconnect())
		t.Print("has a peer: %t", s.PeerAddress().IsValid() || s.RemoteAddr() != nil)
		_, err := s.Send([]byte("x"))
		t.Say("Send", err)
		t.SendTo(s, "to whom it names", second.LocalAddress())
		t.Receive("that one reads", second)
		t.SendTo(first, "from anyone", t.Loopback(s.LocalAddress().Port()))
		t.Receive("read", s)
	}
	t.Say("Connect", s.Connect(first.LocalAddress()))
	t.Say("Connect to another", s.Connect(second.LocalAddress()))
	t.Send(s, "to the last")
	t.Receive("the last reads", second)
}

// datagramShare does not say which of the two gets a datagram.
func datagramShare(t *T) {
	first := t.UDP()
	t.Say("the second", t.UnboundUDP().Bind(first.LocalAddress()))
	share := func(at net.Address) *net.UDPSocket {
		s := t.UnboundUDP()
		t.Check(s.SetReusePort(true))
		t.Say("one that asks to share", s.Bind(at))
		return s
	}
	share(first.LocalAddress())
	a := share(t.Loopback(0))
	b := share(a.LocalAddress())
	t.Say("one that does not", t.UnboundUDP().Bind(a.LocalAddress()))
	const times = 20
	got := t.receiveAll(times, a, b)
	t.Print("of %d datagrams, received: %d", times, got[0]+got[1])
}

// datagramSpread wants both of two sockets to get something, as spread does of
// listeners.
func datagramSpread(t *T) {
	share := func(at net.Address) (*net.UDPSocket, error) {
		s := t.UnboundUDP()
		if err := s.SetReusePortLoadBalance(true); err != nil {
			return nil, err
		}
		return s, s.Bind(at)
	}
	const times = 60
	a, err := share(t.Loopback(0))
	if Class(err) != "unsupported" {
		t.Check(err)
		b, err := share(a.LocalAddress())
		t.Check(err)
		got := t.receiveAll(times, a, b)
		if got[0] == 0 || got[1] == 0 {
			t.Print("one of two sockets got all of %d datagrams", times)
			return
		}
	}
	t.Print("each of two sockets gets datagrams, or the option is unsupported")
}

// receiveAll sends datagrams, each from a socket of its own, and returns how
// many each of the sockets, which share an address, got.
func (t *T) receiveAll(times int, sockets ...*net.UDPSocket) []int {
	got := make([]int, len(sockets))
	for range times {
		c := t.UDP()
		t.SendTo(c, "x", sockets[0].LocalAddress())
		t.Until("a socket has it", func() bool {
			for i, s := range sockets {
				if _, err := s.TryRecv(make([]byte, 1)); err == nil {
					got[i]++
					return true
				}
			}
			return false
		})
		t.Check(c.Close())
	}
	return got
}

func subscribe(t *T) {
	p, g := t.Publisher(), t.Group(1)
	for _, at := range []struct {
		name string
		addr net.Address
	}{{"all addresses", net.AnyV4(0)}, {"the group", groupAt(g, 0)}} {
		a := t.Subscriber(at.addr)
		b := t.Subscriber(at.addr.WithPort(a.LocalAddress().Port()))
		t.Print("two subscribers at %s", at.name)
		t.Say("one joins", a.JoinGroup(g, t.Lo()))
		t.Say("the other joins", b.JoinGroup(g, t.Lo()))
		t.SendTo(p, "to the group", groupAt(g, a.LocalAddress().Port()))
		t.Receive("one reads", a)
		t.Receive("the other reads", b)
		t.Say("a third that does not ask to share", t.UnboundUDP().Bind(a.LocalAddress()))
	}
}

// hearPeerOnly does not promise what came before the socket had a peer.
func hearPeerOnly(t *T) {
	s, peer, other := t.UDP(), t.UDP(), t.UDP()
	t.SendTo(other, "before", s.LocalAddress())
	t.Check(s.Readable(t.Context()))
	t.Say("Connect", s.Connect(peer.LocalAddress()))
	t.SendTo(other, "after", s.LocalAddress())
	t.SendTo(peer, "of the peer", s.LocalAddress())
	for p := make([]byte, 64); ; {
		n, from, err := s.RecvFrom(p)
		if text := string(p[:n]); err == nil && text == "before" {
			continue
		}
		t.Data("read", p[:n], err)
		t.Print("from the peer: %t", from == peer.LocalAddress())
		return
	}
}

func senderAddress(t *T) {
	s, c := t.UDP(), t.UDP()
	p := make([]byte, 8)
	told := func(by string, from net.Address, err error) {
		t.Check(err)
		t.Print("%s: the sender's %t, zone %q", by, from == c.LocalAddress(), from.Zone())
	}
	for range 5 {
		t.SendTo(c, "x", s.LocalAddress())
	}
	_, from, err := s.PeekFrom(p)
	told("PeekFrom", from, err)
	_, from, err = s.RecvFrom(p)
	told("RecvFrom", from, err)
	_, m, err := s.RecvMessage(p)
	told("RecvMessage", m.Src, err)
	one := []net.Datagram{{Buffer: p}}
	_, err = s.RecvBatch(one)
	told("RecvBatch", one[0].Addr, err)
	_, addr, err := s.ReadFrom(p)
	t.Check(err)
	t.Print("ReadFrom: the sender's %t", addr.String() == c.LocalAddress().String())
	_, ap, err := s.ReadFromUDPAddrPort(p)
	told("ReadFromUDPAddrPort", net.AddressFrom(ap), err)
}
