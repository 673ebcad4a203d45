package behaviour

import (
	"time"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

var optionPlaces = []Script{
	{Row: "B12", Title: "TTL and TOS by those names on IPv6, too", Over: []Medium{TCP6}, Run: namesOnIPv6},
	{Row: "B13", Title: "options of IPv6 on IPv4", Over: []Medium{TCP4}, Run: ipv6OnIPv4},
	{Row: "B18", Title: "V6Only is what the constructor says, until Bind", Over: []Medium{TCP6}, Run: v6Only},
	{Row: "B20", Title: "an option that no system has", Over: tcp, Run: unknownOption},
	{Row: "B21", Title: "options of another protocol", Run: otherProtocol},
	{Row: "B22", Title: "options of a connection that is over", Over: tcp, Run: optionsOfTheDead},
	{Row: "B24", Title: "an error is taken once", Run: takeError},
	{Row: "B25", Title: "what a descriptor is tells what it can become", Run: fromFiles},
	{Row: "B27", Title: "what was held back goes when the cork is pulled", Over: tcp, Run: cork},
	{Row: "B29", Title: "a user timeout works, or is refused", Over: tcp, Run: userTimeout},
	{Row: "B36", Title: "options of IP on Unix sockets", Over: []Medium{Unix}, Run: ipOnUnix},
}

func namesOnIPv6(t *T) {
	a, _ := t.TCP()
	dual, err := net.NewTCPSocketDual()
	t.Own(dual, err)
	u, err := net.BindUDP(net.LoopbackV6(0))
	t.Own(u, err)
	for _, s := range []net.Socket{t.Socket(), dual, t.Listener(), a, u} {
		t.Print("of a %T:", s)
		try(t, s, sockopt.TTL, 33)
		try(t, s, sockopt.TOS, 0x28)
	}
	t.Say("SetTTL", a.SetTTL(44))
	hops, err := a.HopLimit()
	t.Print("HopLimit: %d, %s", hops, Class(err))
	t.Say("SetTOS", a.SetTOS(0x88))
	class, err := a.TrafficClass()
	t.Print("TrafficClass: %d, %s", class, Class(err))
}

func ipv6OnIPv4(t *T) {
	s := t.Socket()
	t.Say("SetHopLimit", s.SetHopLimit(64))
	_, err := s.HopLimit()
	t.Say("HopLimit", err)
	t.Say("SetTrafficClass", s.SetTrafficClass(0))
	_, err = s.TrafficClass()
	t.Say("TrafficClass", err)
	t.Say("SetV6Only", s.SetV6Only(true))
	_, err = s.V6Only()
	t.Say("V6Only", err)
	t.Say("SetMulticastHops", t.UDP().SetMulticastHops(1))
}

func v6Only(t *T) {
	dual, err := net.NewTCPSocketDual()
	t.Own(dual, err)
	for _, s := range []*net.TCPSocket{t.Socket(), dual} {
		only, err := s.V6Only()
		t.Print("V6Only: %t, %s", only, Class(err))
		tryAll(t, s, sockopt.V6Only, !only, only)
		t.Check(s.Bind(net.AnyV6(0))) // an address of IPv6 would make it so on some systems
		t.Say("after Bind", s.SetV6Only(!only))
		now, err := s.V6Only()
		t.Print("unchanged: %t, %s", now == only, Class(err))
	}
}

// unknownOption has the level of TCP, whose number is the same everywhere, and
// a number beyond all that are in use.
func unknownOption(t *T) {
	const tcp, unknown = 6, 0x7abc
	o := sockopt.Custom[int]("unknown", tcp, unknown, platform.CInt, platform.Range{Max: 1})
	s := t.Socket()
	t.Say("set", net.SetOption(s, o, 1))
	_, err := net.GetOption(s, o)
	t.Say("get", err)
	t.Say("set out of its range", net.SetOption(s, o, 2))
}

func otherProtocol(t *T) {
	u := t.UDP()
	t.Say("NoDelay of a UDP socket", net.SetOption(u, sockopt.NoDelay, true))
	_, err := net.GetOption(u, sockopt.KeepAliveIdle)
	t.Say("KeepAliveIdle of a UDP socket", err)
	s := t.Socket()
	t.Say("Broadcast of a TCP socket", net.SetOption(s, sockopt.Broadcast, true))
	t.Say("MulticastLoop of a TCP socket", net.SetOption(s, sockopt.MulticastLoop, true))
	x, _, err := net.UnixStreamPair()
	t.Own(x, err)
	t.Say("NoDelay of a Unix stream", net.SetOption(x, sockopt.NoDelay, true))
	_, err = net.GetOption(x, sockopt.NoDelay)
	t.Say("reading it", err)
}

// optionsOfTheDead is about sockets that accept options no more: that has to
// be an error of the connection, not of the option.
func optionsOfTheDead(t *T) {
	for _, how := range []string{"reset", "both ended"} {
		a, b := t.TCP()
		if how == "reset" {
			t.Check(b.Abort())
		} else {
			t.Check(a.CloseWrite())
			t.Ends(b, 1)
			t.Check(b.Close())
		}
		t.Ends(a, 1)
		t.Either(how+", NoDelay", a.SetNoDelay(false), nil, net.ErrReset)
		t.Either(how+", KeepAlive", a.SetKeepAlive(true), nil, net.ErrReset)
		t.Either(how+", KeepAliveIdle", a.SetKeepAliveIdle(time.Second), nil, net.ErrReset)
		t.Either(how+", Linger", a.SetLinger(time.Second), nil, net.ErrReset)
		t.Either(how+", TTL", a.SetTTL(5), nil, net.ErrReset)
		_, err := a.NoDelay()
		t.Either(how+", reading NoDelay", err, nil, net.ErrReset)
		t.Say(how+", a value out of range", a.SetTTL(0))
	}
}

func takeError(t *T) {
	a, b := t.TCP()
	t.Check(b.Abort())
	t.Say("a reset stream", t.pending(a))
	t.Say("again", a.TakeError())
	t.Ends(a, 1)

	u := t.UDP()
	t.Check(u.Connect(t.deadUDP()))
	_, err := u.Send([]byte("x"))
	t.Check(err)
	t.Say("a UDP socket whose peer is not there", t.pending(u))
	t.Say("again", u.TakeError())
}

// pending waits for an error by taking it: no event would leave it there.
func (t *T) pending(s interface{ TakeError() error }) (err error) {
	t.Until("there is an error", func() bool {
		err = s.TakeError()
		return err != nil
	})
	return err
}

// deadUDP is an address that nobody receives at: the socket that has it, so
// that no other gets it, is connected to somebody else.
func (t *T) deadUDP() net.Address {
	s := t.UDP()
	t.Check(s.Connect(t.Loopback(9)))
	return s.LocalAddress()
}

func cork(t *T) {
	a, b := t.TCP()
	t.Say("SetCork", a.SetCork(true))
	t.Send(a, "held")
	t.Send(a, " back")
	t.Say("SetCork", a.SetCork(false))
	p := make([]byte, 9)
	_, err := b.ReadFull(p)
	t.Data("read", p, err)
}

func userTimeout(t *T) {
	s := t.Socket()
	err := s.SetUserTimeout(10 * time.Second)
	if Class(err) == "unsupported" && !sockopt.UserTimeout.Supported() {
		t.Print("works, or is refused")
	} else if got, err := s.UserTimeout(); err == nil && got == 10*time.Second {
		t.Print("works, or is refused")
	} else {
		t.Print("reads %v: %s", got, Class(err))
	}
	t.Either("out of range", s.SetUserTimeout(1<<62), &net.RangeError{}, &net.UnsupportedError{})
}

func ipOnUnix(t *T) {
	a, _ := t.Streams()
	l := t.UnixListener()
	g, err := net.UnboundUnixDatagram()
	t.Own(g, err)
	for _, s := range []net.Socket{a, l, g} {
		t.Print("of a %T:", s)
		t.Say("TOS", net.SetOption(s, sockopt.TOS, 0))
		t.Say("TTL", net.SetOption(s, sockopt.TTL, 1))
		_, err := net.GetOption(s, sockopt.TTL)
		t.Say("reading TTL", err)
	}
}
