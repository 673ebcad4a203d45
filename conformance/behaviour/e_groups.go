package behaviour

import (
	stdnet "net"
	"net/netip"

	"github.com/volt-net/volt/net"
)

var groups = []Script{
	{Row: "E1", Title: "a group is joined once", Over: udp, Run: joinTwice},
	{Row: "E2", Title: "only what was joined can be left", Over: udp, Run: leaveUnjoined},
	{Row: "E3", Title: "only groups can be joined", Over: udp, Run: joinHost},
	{Row: "E4", Title: "an address that no interface has", Over: []Medium{UDP4}, Run: joinNowhere},
	{Row: "E5", Title: "an interface that does not exist", Over: udp, Run: joinUnknown},
	{Row: "E6", Title: "without an interface named, the system chooses, if it can", Over: []Medium{UDP4}, Run: joinAnywhere},
	{Row: "E8", Title: "groups on one socket end at a limit", Over: []Medium{UDP4}, Run: joinMany},
	{Row: "E12", Title: "a socket may have the group's address, a stream may not", Over: []Medium{UDP4}, Run: bindGroup},
	{Row: "E14", Title: "the outgoing interface reads as its index", Over: udp, Run: outgoing},
	{Row: "E14", Title: "the choice can be given back", Over: []Medium{UDP4}, Run: outgoingBack},
	{Row: "E16", Title: "a group of one link needs the link named", Over: []Medium{UDP6}, Run: joinLink},
}

// loopback is the loopback interface, whose name and number are the system's.
func (t *T) loopback() stdnet.Interface {
	list, err := stdnet.Interfaces()
	t.Check(err)
	for _, i := range list {
		if i.Flags&stdnet.FlagLoopback != 0 {
			return i
		}
	}
	t.Skip("the machine has no loopback interface")
	return stdnet.Interface{}
}

// LoIndex is the index of the loopback interface.
func (t *T) LoIndex() int { return t.loopback().Index }

// Lo is the loopback interface.
func (t *T) Lo() net.Interface { return net.InterfaceByIndex(t.LoIndex()) }

// Group is one of several groups.
func (t *T) Group(n byte) netip.Addr {
	if t.six() {
		return netip.AddrFrom16([16]byte{0xff, 0x02, 14: 77, 15: n})
	}
	return netip.AddrFrom4([4]byte{239, 255, 77, n})
}

func groupAt(g netip.Addr, port uint16) net.Address {
	return net.AddressFrom(netip.AddrPortFrom(g, port))
}

// Subscriber is a socket at an address that others share.
func (t *T) Subscriber(at net.Address) *net.UDPSocket {
	s := t.UnboundUDP()
	t.Check(s.SetShareAddress(true))
	t.Check(s.Bind(at))
	return s
}

// Publisher is a socket whose datagrams to groups stay on the loopback.
func (t *T) Publisher() *net.UDPSocket {
	s := t.UDPAt(t.Any(0))
	t.Check(s.SetMulticastInterface(t.Lo()))
	return s
}

func joinTwice(t *T) {
	s, g := t.UDPAt(t.Any(0)), t.Group(1)
	t.Say("JoinGroup", s.JoinGroup(g, t.Lo()))
	t.Say("JoinGroup again", s.JoinGroup(g, t.Lo()))
	t.Say("another group", s.JoinGroup(t.Group(2), t.Lo()))
	t.Say("another socket", t.UDPAt(t.Any(0)).JoinGroup(g, t.Lo()))
	t.Say("LeaveGroup", s.LeaveGroup(g, t.Lo()))
	t.Say("JoinGroup", s.JoinGroup(g, t.Lo()))
}

func leaveUnjoined(t *T) {
	s, g := t.UDPAt(t.Any(0)), t.Group(1)
	t.Say("LeaveGroup", s.LeaveGroup(g, t.Lo()))
	t.Check(s.JoinGroup(g, t.Lo()))
	t.Say("LeaveGroup of another", s.LeaveGroup(t.Group(2), t.Lo()))
	t.Say("LeaveGroup", s.LeaveGroup(g, t.Lo()))
	t.Say("LeaveGroup again", s.LeaveGroup(g, t.Lo()))
	t.Say("LeaveSource", s.LeaveSource(g, t.Loopback(0).IP(), t.Lo()))
}

func joinHost(t *T) {
	s, lo := t.UDPAt(t.Any(0)), t.Lo()
	hosts := []netip.Addr{t.Loopback(0).IP(), t.Any(0).IP(), {}}
	for i, name := range []string{"a host", "all addresses", "nothing"} {
		t.Say("JoinGroup of "+name, s.JoinGroup(hosts[i], lo))
		t.Say("LeaveGroup of "+name, s.LeaveGroup(hosts[i], lo))
	}
	other := netip.AddrFrom16([16]byte{0xff, 0x02, 15: 77})
	if t.six() {
		other = netip.AddrFrom4([4]byte{239, 255, 77, 1})
	}
	t.Say("JoinGroup of the other family", s.JoinGroup(other, lo))
	t.Say("JoinSource of a group that a group sends to", s.JoinSource(t.Group(1), t.Group(2), lo))
	t.Say("JoinSource without an interface", s.JoinSource(t.Group(1), t.Loopback(0).IP(), net.Interface{}))
}

func joinNowhere(t *T) {
	t.nowhere(net.InterfaceByAddress(netip.AddrFrom4([4]byte{203, 0, 113, 9})))
}

func joinUnknown(t *T) {
	t.nowhere(net.InterfaceByIndex(9999))
	t.nowhere(net.InterfaceByIndex(-1))
	t.nowhere(net.InterfaceByName("no-such-one"))
}

// nowhere makes each use of an interface that does not exist.
func (t *T) nowhere(on net.Interface) {
	s, g := t.UDPAt(t.Any(0)), t.Group(1)
	t.Print("interface %v", on)
	t.Say("JoinGroup", s.JoinGroup(g, on))
	t.Say("LeaveGroup", s.LeaveGroup(g, on))
	t.Say("JoinSource", s.JoinSource(g, t.Loopback(0).IP(), on))
	t.Say("SetMulticastInterface", s.SetMulticastInterface(on))
	index, err := s.MulticastInterface()
	t.Print("MulticastInterface: %d, %s", index, Class(err))
}

// joinAnywhere depends on the machine's routes, but on nothing else.
func joinAnywhere(t *T) {
	answers := map[string]bool{}
	for _, on := range []net.Interface{{}, net.InterfaceByIndex(0), net.InterfaceByAddress(t.Any(0).IP())} {
		s := t.UDPAt(t.Any(0))
		err := s.JoinGroup(t.Group(1), on)
		t.Either("JoinGroup", err, nil, net.ErrAddrNotAvailable, net.ErrNoInterface)
		if err == nil {
			err = s.LeaveGroup(t.Group(1), on)
			t.Check(err)
		}
		answers[Class(err)] = true
	}
	t.Print("each way to say so has the same answer: %t", len(answers) == 1)
}

// joinMany does not say how many groups there may be.
func joinMany(t *T) {
	s, lo := t.UDPAt(t.Any(0)), t.Lo()
	nth := func(n int) netip.Addr { return netip.AddrFrom4([4]byte{239, 254, byte(n >> 8), byte(n)}) }
	n := 0
	err := error(nil)
	for err == nil && n < 1<<16 {
		err = s.JoinGroup(nth(n), lo)
		n++
	}
	t.Say("JoinGroup until it fails", err)
	t.Print("some were joined: %t", n > 1)
	t.Say("LeaveGroup", s.LeaveGroup(nth(0), lo))
	t.Say("JoinGroup", s.JoinGroup(nth(n), lo))
}

func bindGroup(t *T) {
	g := t.Group(1)
	s := t.UnboundUDP()
	t.Say("Bind of a datagram socket", s.Bind(groupAt(g, 0)))
	t.Say("JoinGroup", s.JoinGroup(g, t.Lo()))
	t.SendTo(t.Publisher(), "to the group", s.LocalAddress())
	t.Receive("read", s)
	t.Say("Bind of a TCP socket", t.Socket().Bind(groupAt(g, 0)))
	_, err := t.Socket().ListenOn(groupAt(g, 0), 0)
	t.Say("ListenOn", err)
}

func outgoing(t *T) {
	lo := t.loopback()
	for _, on := range []struct {
		name string
		lo   net.Interface
	}{
		{"index", net.InterfaceByIndex(lo.Index)},
		{"name", net.InterfaceByName(lo.Name)},
		{"address", net.InterfaceByAddress(t.Loopback(0).IP())},
	} {
		s := t.UDPAt(t.Any(0))
		index, err := s.MulticastInterface()
		t.Print("MulticastInterface of a new socket: %d, %s", index, Class(err))
		t.Say("SetMulticastInterface by "+on.name, s.SetMulticastInterface(on.lo))
		index, err = s.MulticastInterface()
		t.Print("MulticastInterface is that: %t, %s", index == lo.Index, Class(err))
	}
}

func outgoingBack(t *T) {
	s := t.UDPAt(t.Any(0))
	t.Say("SetMulticastInterface", s.SetMulticastInterface(t.Lo()))
	t.Say("SetMulticastInterface of none", s.SetMulticastInterface(net.Interface{}))
	index, err := s.MulticastInterface()
	t.Print("MulticastInterface: %d, %s", index, Class(err))
}

func joinLink(t *T) {
	lo, g := t.loopback(), t.Group(1)
	for _, on := range []struct {
		name  string
		group netip.Addr
		lo    net.Interface
	}{
		{"nothing", g, net.Interface{}},
		{"its index", g, net.InterfaceByIndex(lo.Index)},
		{"its name", g, net.InterfaceByName(lo.Name)},
		{"its address", g, net.InterfaceByAddress(t.Loopback(0).IP())},
		{"a zone", g.WithZone(lo.Name), net.Interface{}},
		{"a zone that is none", g.WithZone("no-such-one"), net.Interface{}},
	} {
		s := t.UDPAt(t.Any(0))
		t.Say("JoinGroup with the link named by "+on.name, s.JoinGroup(on.group, on.lo))
		t.Say("LeaveGroup with the link named by "+on.name, s.LeaveGroup(on.group, on.lo))
	}
	s := t.UDPAt(t.Any(0))
	t.Say("JoinSource", s.JoinSource(g, t.Loopback(0).IP(), t.Lo()))
	t.Say("LeaveSource", s.LeaveSource(g, t.Loopback(0).IP(), t.Lo()))
	t.Say("LeaveSource again", s.LeaveSource(g, t.Loopback(0).IP(), t.Lo()))
}
