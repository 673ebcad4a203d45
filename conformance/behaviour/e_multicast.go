package behaviour

import (
	"net/netip"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

// Over the loopback not all systems send to groups of IPv6, so these have to
// do with IPv4.
var multicasting = []Script{
	{Row: "E9", Title: "a socket hears the groups that it has joined, no others", Over: []Medium{UDP4}, Run: hearOwnGroups},
	{Row: "E10", Title: "who sends to a group hears it, too", Over: []Medium{UDP4}, Run: loopOn},
	{Row: "E10", Title: "unless its looping back is off", Over: []Medium{UDP4}, Run: loopOff},
	{Row: "E13", Title: "an interface is named by index, name or address", Over: []Medium{UDP4}, Run: joinByEach},
	{Row: "E15", Title: "of a group, the sources that were joined are heard", Over: []Medium{UDP4}, Run: joinSources},
	{Row: "E17", Title: "a time to live of 0 stays on this machine", Over: []Medium{UDP4}, Run: stayHere},
}

// Hear prints what the socket receives up to a last datagram, which is sent to
// it alone.
func (t *T) Hear(op string, s *net.UDPSocket) {
	const last = "last"
	t.SendTo(t.UDP(), last, t.Loopback(s.LocalAddress().Port()))
	heard := []string{}
	for p := make([]byte, 64); ; {
		n, err := s.Recv(p)
		t.Check(err)
		if string(p[:n]) == last {
			t.Print("%s: %q", op, heard)
			return
		}
		heard = append(heard, string(p[:n]))
	}
}

// hearOwnGroups has sockets that share a port, so that only groups can tell
// them apart.
func hearOwnGroups(t *T) {
	p, one, two := t.Publisher(), t.Group(1), t.Group(2)
	a := t.Subscriber(net.AnyV4(0))
	port := a.LocalAddress().Port()
	b := t.Subscriber(net.AnyV4(port))
	t.Check(a.JoinGroup(one, t.Lo()))
	t.Check(b.JoinGroup(two, t.Lo()))
	for range 2 {
		t.SendTo(p, "to the first group", groupAt(one, port))
		t.SendTo(p, "to the second group", groupAt(two, port))
	}
	for range 2 {
		t.Receive("who is in the first reads", a)
		t.Receive("who is in the second reads", b)
	}
	c := t.UDPAt(net.AnyV4(0))
	t.SendTo(p, "to the first group", groupAt(one, c.LocalAddress().Port()))
	t.Hear("who is in none hears", c)
}

func loopOn(t *T) {
	p, g := t.Publisher(), t.Group(1)
	t.Check(p.JoinGroup(g, t.Lo()))
	s := t.UDPAt(net.AnyV4(0))
	t.Check(s.JoinGroup(g, t.Lo()))
	try(t, p, sockopt.MulticastLoop, true)
	for _, to := range []*net.UDPSocket{p, s} {
		t.SendTo(p, "to the group", groupAt(g, to.LocalAddress().Port()))
	}
	t.Hear("who sends hears", p)
	t.Hear("another hears", s)
}

func loopOff(t *T) {
	p, s, g := t.Publisher(), t.UDPAt(net.AnyV4(0)), t.Group(1)
	t.Check(s.JoinGroup(g, t.Lo()))
	try(t, p, sockopt.MulticastLoop, false)
	t.SendTo(p, "to the group", groupAt(g, s.LocalAddress().Port()))
	t.Hear("another hears", s)
}

func joinByEach(t *T) {
	lo, g := t.loopback(), t.Group(1)
	p, s := t.Publisher(), t.UDPAt(net.AnyV4(0))
	to := groupAt(g, s.LocalAddress().Port())
	for _, on := range []struct {
		name string
		lo   net.Interface
	}{
		{"index", net.InterfaceByIndex(lo.Index)},
		{"name", net.InterfaceByName(lo.Name)},
		{"address", net.InterfaceByAddress(t.Loopback(0).IP())},
	} {
		t.Say("JoinGroup by "+on.name, s.JoinGroup(g, on.lo))
		t.SendTo(p, "to the group", to)
		t.Hear("a member hears", s)
		t.Say("LeaveGroup by "+on.name, s.LeaveGroup(g, on.lo))
		t.SendTo(p, "to the group", to)
		t.Hear("who has left hears", s)
	}
}

// joinSources has one host that sends; the other is only listened for.
func joinSources(t *T) {
	s, p, g := t.UDPAt(net.AnyV4(0)), t.UDP(), t.Group(1)
	t.Check(p.SetMulticastInterface(t.Lo()))
	to := groupAt(g, s.LocalAddress().Port())
	here, elsewhere := t.Loopback(0).IP(), netip.AddrFrom4([4]byte{203, 0, 113, 7})
	for _, step := range []struct {
		name string
		do   func(group, source netip.Addr, on net.Interface) error
		of   netip.Addr
	}{
		{"JoinSource of another host", s.JoinSource, elsewhere},
		{"JoinSource of this host", s.JoinSource, here},
		{"LeaveSource of another host", s.LeaveSource, elsewhere},
		{"LeaveSource of this host", s.LeaveSource, here},
		{"LeaveSource again", s.LeaveSource, here},
	} {
		t.Say(step.name, step.do(g, step.of, t.Lo()))
		t.SendTo(p, "of this host", to)
		t.Hear("then the socket hears", s)
	}
}

func stayHere(t *T) {
	s, p, g := t.UDPAt(net.AnyV4(0)), t.Publisher(), t.Group(1)
	t.Check(s.JoinGroup(g, t.Lo()))
	try(t, p, sockopt.MulticastTTL, 0)
	t.SendTo(p, "to the group", groupAt(g, s.LocalAddress().Port()))
	t.Hear("another hears", s)
}
