package behaviour

import (
	stdnet "net"
	"net/netip"
	"strconv"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

var addressForms = []Script{
	{Row: "F4", Title: "a mapped address is one of IPv4", Over: []Medium{TCP6}, Run: mapped},
	{Row: "F5", Title: "a link-local address needs its zone", Over: []Medium{TCP6}, Run: zoneless},
	{Row: "F6", Title: "a zone is a name or a number", Over: []Medium{TCP6}, Run: zoneNames},
	{Row: "F7", Title: "other addresses have no zone", Over: []Medium{TCP6}, Run: zonePointless},
	{Row: "F8", Title: "the traffic class of a new socket is 0", Run: trafficClass},
}

func mapped(t *T) {
	l, err := net.Listen("127.0.0.1:0")
	t.Own(l, err)
	to, err := net.ParseAddress("[::ffff:127.0.0.1]:" + strconv.Itoa(int(l.LocalAddress().Port())))
	t.Check(err)
	t.Print("the same as without ::ffff: %t", to == l.LocalAddress())
	c, err := t.Dual().Connect(t.ctx, to)
	t.Own(c, err)
	t.Say("Connect of a socket for both", err)
	t.Print("PeerAddress: %t", c.PeerAddress() == to)
	t.Say("Bind of a socket for both", t.Dual().Bind(to.WithPort(0)))
	t.Say("Bind of a socket for IPv6", t.Socket().Bind(to.WithPort(0)))
	_, err = t.Socket().ListenOn(to.WithPort(0), 0)
	t.Say("ListenOn of a socket for IPv6", err)
	_, err = t.Socket().Connect(t.ctx, to)
	t.Say("Connect of a socket for IPv6", err)
	u := t.UnboundUDP()
	t.Say("Bind of a datagram socket for IPv6", u.Bind(to))
	t.Say("Connect of a datagram socket for IPv6", u.Connect(to))
	_, err = u.SendTo([]byte("x"), to)
	t.Say("SendTo of a datagram socket for IPv6", err)
	u = t.DualUDP()
	r := t.UDPAt(net.LoopbackV4(0))
	t.SendTo(u, "to a mapped address", to.WithPort(r.LocalAddress().Port()))
	t.Receive("read", r)
}

func zoneless(t *T) {
	uses := func(text string) {
		addr, err := net.ParseAddress(text)
		t.Check(err)
		t.Say("Bind", t.Socket().Bind(addr))
		_, err = t.Socket().ListenOn(addr, 0)
		t.Say("ListenOn", err)
		_, err = t.Socket().Connect(t.ctx, addr)
		t.Say("Connect", err)
		u := t.UnboundUDP()
		t.Say("Bind of a datagram socket", u.Bind(addr))
		t.Say("Connect of a datagram socket", u.Connect(addr))
		_, err = u.SendTo([]byte("x"), addr)
		t.Say("SendTo", err)
	}
	t.Print("without a zone:")
	uses("[fe80::77]:9")
	t.Print("with a zone that is none:")
	uses("[fe80::77%no-such-one]:9")
	none, err := net.ParseAddress("[fe80::77%9999]:9")
	t.Check(err)
	t.Say("with a number that is none, Bind", t.Socket().Bind(none))
	_, err = t.Socket().Connect(t.ctx, none)
	t.Either("with a number that is none, Connect", err, net.ErrNoInterface, net.ErrUnreachable)
	other, err := net.ParseAddress("[fe80::77%" + t.loopback().Name + "]:0")
	t.Check(err)
	t.Say("another machine's, Bind", t.Socket().Bind(other))
}

// linkLocal is a link-local address of this machine, with its interface.
func (t *T) linkLocal() (netip.Addr, stdnet.Interface) {
	list, err := stdnet.Interfaces()
	t.Check(err)
	for _, i := range list {
		addrs, err := i.Addrs()
		t.Check(err)
		for _, a := range addrs {
			n, ok := a.(*stdnet.IPNet)
			if !ok || n.IP.To4() != nil || !n.IP.IsLinkLocalUnicast() {
				continue
			}
			ip, _ := netip.AddrFromSlice(n.IP)
			free := stdnet.JoinHostPort(ip.WithZone(i.Name).String(), "0")
			if l, err := stdnet.Listen("tcp6", free); err == nil { // it may be too new to be used
				l.Close()
				return ip, i
			}
		}
	}
	t.Skip("the machine has no link-local address")
	return netip.Addr{}, stdnet.Interface{}
}

func zoneNames(t *T) {
	ip, on := t.linkLocal()
	named := net.AddressFrom(netip.AddrPortFrom(ip.WithZone(on.Name), 0))
	numbered := net.AddressFrom(netip.AddrPortFrom(ip.WithZone(strconv.Itoa(on.Index)), 0))
	for _, of := range []struct {
		at, by net.Address
		name   string
	}{{named, numbered, "by name, Connect by number"}, {numbered, named, "by number, Connect by name"}} {
		l, err := t.Socket().ListenOn(of.at, 0)
		t.Own(l, err)
		port := l.LocalAddress().Port()
		c, err := t.Socket().Connect(t.ctx, of.by.WithPort(port))
		t.Own(c, err)
		t.Say("ListenOn "+of.name, err)
		a := t.Accept(l)
		t.Print("the addresses have the name: %t", l.LocalAddress() == named.WithPort(port) &&
			c.PeerAddress() == named.WithPort(port) && a.LocalAddress() == named.WithPort(port) &&
			a.PeerAddress() == c.LocalAddress() && c.LocalAddress().Zone() == on.Name)
	}
}

func zonePointless(t *T) {
	at, err := net.ParseAddress("[::1%" + t.loopback().Name + "]:0")
	t.Check(err)
	t.Print("the same as without: %t", at == net.LoopbackV6(0))
	l, err := t.Socket().ListenOn(at, 0)
	t.Own(l, err)
	t.Say("ListenOn", err)
	c, err := net.ConnectContext(t.ctx, "[::1%9999]:"+strconv.Itoa(int(l.LocalAddress().Port())))
	t.Own(c, err)
	t.Say("Connect", err)
	t.Print("zones of the stream: %q %q", c.LocalAddress().Zone(), c.PeerAddress().Zone())
	t.Print("zone of the peer: %q", t.Accept(l).PeerAddress().Zone())
}

func trafficClass(t *T) {
	t.need(TCP6)
	s, err := net.NewTCPSocketV6()
	t.Own(s, err)
	for _, s := range []net.Socket{s, t.Dual(), t.UDPAt(net.LoopbackV6(0)), t.DualUDP()} {
		class, err := net.GetOption(s, sockopt.TrafficClass)
		t.Print("of a new %T: %d, %s", s, class, Class(err))
		tryAll(t, s, sockopt.TrafficClass, -1, 256, 0xfc, 0)
	}
}
