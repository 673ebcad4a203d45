package behaviour

import (
	"errors"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

var families = []Script{
	{Row: "F1", Title: "a listener carries IPv4 if it is said to", Over: []Medium{TCP6}, Run: dualListeners},
	{Row: "F1", Title: "and so does a datagram socket", Over: []Medium{UDP6}, Run: dualDatagrams},
	{Row: "F2", Title: "addresses of IPv4 are those of IPv4", Over: []Medium{TCP6}, Run: dualAddresses},
	{Row: "F2", Title: "those of datagrams as well", Over: []Medium{UDP6}, Run: dualAddressesUDP},
	{Row: "F3", Title: "each family has its own ports", Over: []Medium{TCP6}, Run: portPerFamily},
}

// Dual makes a TCP socket for both families.
func (t *T) Dual() *net.TCPSocket {
	s, err := net.NewTCPSocketDual()
	t.Own(s, err)
	return s
}

// DualUDP makes a datagram socket for both families, at all addresses.
func (t *T) DualUDP() *net.UDPSocket {
	s, err := net.UnboundUDPDual()
	t.Own(s, err)
	t.Check(s.Bind(net.AnyV6(0)))
	return s
}

// both makes a socket of one family at a port that the system picks, and one
// of the other at the same port, which some other program may have.
func both[A, B interface {
	comparable
	LocalAddress() net.Address
	Close() error
}](t *T, first func() (A, error), second func(port uint16) (B, error)) (a A, b B) {
	t.Until("a port is free in both families", func() (done bool) {
		var err error
		a, err = first()
		t.Own(a, err)
		b, err = second(a.LocalAddress().Port())
		if errors.Is(err, net.ErrAddrInUse) {
			t.Check(a.Close())
			return false
		}
		t.Own(b, err)
		return true
	})
	return a, b
}

// on4 listens for IPv4 only, and on6 for IPv6.
func on4(port uint16) (*net.TCPListener, error) { return onOne(net.NewTCPSocketV4, net.AnyV4(port)) }
func on6(port uint16) (*net.TCPListener, error) { return onOne(net.NewTCPSocketV6, net.AnyV6(port)) }

func onOne(newSocket func() (*net.TCPSocket, error), at net.Address) (*net.TCPListener, error) {
	s, err := newSocket()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.ListenOn(at, 0)
}

// dualListeners has the port of the listener for IPv6 held in IPv4, lest
// somebody else listens there.
func dualListeners(t *T) {
	six, _ := both(t, func() (*net.TCPListener, error) { return on6(0) }, func(port uint16) (*net.TCPSocket, error) {
		s, err := net.NewTCPSocketV4()
		t.Own(s, err)
		return s, s.Bind(net.LoopbackV4(port))
	})
	two, err := t.Dual().ListenOn(net.AnyV6(0), 0)
	t.Own(two, err)
	all, err := net.ListenPort(0)
	t.Own(all, err)
	for _, l := range []struct {
		name string
		*net.TCPListener
	}{{"IPv6", six}, {"both", two}, {"ListenPort", all}} {
		port := l.LocalAddress().Port()
		for _, to := range []net.Address{net.LoopbackV6(port), net.LoopbackV4(port)} {
			newSocket := net.NewTCPSocketV6
			if to.Family() == net.FamilyIPv4 {
				newSocket = net.NewTCPSocketV4
			}
			s, err := newSocket()
			t.Check(err)
			c, err := s.Connect(t.ctx, to)
			t.Say(l.name+", Connect to "+to.IP().String(), err)
			if err == nil {
				t.Own(c, nil)
				t.Print("accepted: %t", t.Accept(l.TCPListener).PeerAddress() == c.LocalAddress())
			}
		}
	}
}

func dualDatagrams(t *T) {
	six, four := both(t,
		func() (*net.UDPSocket, error) { return net.BindUDP(net.AnyV6(0)) },
		func(port uint16) (*net.UDPSocket, error) { return net.BindUDP(net.AnyV4(port)) })
	port := six.LocalAddress().Port()
	c4, c6 := t.UDPAt(net.LoopbackV4(0)), t.UDPAt(net.LoopbackV6(0))
	t.SendTo(c4, "over IPv4", net.LoopbackV4(port))
	t.SendTo(c6, "over IPv6", net.LoopbackV6(port))
	t.Receive("that for IPv6 reads", six)
	t.Receive("that for IPv4 reads", four)
	t.Check(four.Close())
	two := t.DualUDP()
	port = two.LocalAddress().Port()
	t.SendTo(c4, "over IPv4", net.LoopbackV4(port))
	t.Receive("that for both reads", two)
	t.SendTo(c6, "over IPv6", net.LoopbackV6(port))
	t.Receive("that for both reads", two)
}

func dualAddresses(t *T) {
	l, err := t.Dual().ListenOn(net.AnyV6(0), 0)
	t.Own(l, err)
	to := net.LoopbackV4(l.LocalAddress().Port())
	c, err := t.Dual().Connect(t.ctx, to)
	t.Own(c, err)
	a := t.Accept(l)
	for _, of := range []struct {
		name        string
		s           *net.TCPStream
		local, peer net.Address
	}{{"dialled", c, c.LocalAddress(), to}, {"accepted", a, to, c.LocalAddress()}} {
		t.Print("of the stream that was %s:", of.name)
		t.Print("LocalAddress: %v, as expected %t", of.s.LocalAddress().IP(), of.s.LocalAddress() == of.local)
		t.Print("PeerAddress: %v, as expected %t", of.s.PeerAddress().IP(), of.s.PeerAddress() == of.peer)
		t.Print("RemoteAddr, the same: %t", of.s.RemoteAddr().String() == of.peer.String())
		try(t, of.s, sockopt.TTL, 33)
		try(t, of.s, sockopt.TOS, 0x28)
	}
}

func dualAddressesUDP(t *T) {
	s, c := t.DualUDP(), t.UDPAt(net.LoopbackV4(0))
	p := make([]byte, 8)
	_, _, err := s.TryRecvMessage(p)
	t.Say("TryRecvMessage of nothing", err)
	to := net.LoopbackV4(s.LocalAddress().Port())
	for range 3 {
		t.SendTo(c, "x", to)
	}
	_, from, err := s.RecvFrom(p)
	t.Print("RecvFrom: the sender's address %t, %s", from == c.LocalAddress(), Class(err))
	_, m, err := s.RecvMessage(p)
	t.Print("RecvMessage: the sender's address %t, where it was sent to %t, %s", m.Src == c.LocalAddress(), m.Dst == to, Class(err))
	_, addr, err := s.ReadFrom(p)
	t.Print("ReadFrom: the sender's address %t, %s", err == nil && addr.String() == c.LocalAddress().String(), Class(err))
	t.SendTo(s, "answer", from)
	_, from, err = c.RecvFrom(p)
	t.Print("the answer: from where the other was sent to %t, %s", from == to, Class(err))
	t.Say("Connect", s.Connect(c.LocalAddress()))
	t.Print("PeerAddress: %t", s.PeerAddress() == c.LocalAddress())
	t.Send(s, "to the peer")
	t.Receive("the peer reads", c)
}

// portPerFamily takes the port in each order.
func portPerFamily(t *T) {
	first6, second4 := both(t, func() (*net.TCPListener, error) { return on6(0) }, on4)
	first4, second6 := both(t, func() (*net.TCPListener, error) { return on4(0) }, on6)
	for _, l := range []struct {
		name      string
		six, four *net.TCPListener
	}{{"IPv6 first", first6, second4}, {"IPv4 first", second6, first4}} {
		port := l.six.LocalAddress().Port()
		t.Print("%s, one port: %t", l.name, l.four.LocalAddress().Port() == port)
		c, err := net.ConnectContext(t.ctx, net.LoopbackV4(port).String())
		t.Own(c, err)
		t.Print("the one for IPv4 accepts: %t", t.Accept(l.four).PeerAddress() == c.LocalAddress())
		c, err = net.ConnectContext(t.ctx, net.LoopbackV6(port).String())
		t.Own(c, err)
		t.Print("the one for IPv6 accepts: %t", t.Accept(l.six).PeerAddress() == c.LocalAddress())
	}
}
