package behaviour

import (
	"slices"
	"strings"
	"time"

	"github.com/volt-net/volt/net"
)

var datagramMessages = []Script{
	{Row: "D19", Title: "a batch goes and comes as its datagrams would alone", Over: udp, Run: batches},
	{Row: "D19", Title: "an error comes by itself, after what was sent", Over: udp, Run: batchErrors},
	{Row: "D20", Title: "one call sends several datagrams, or is refused", Over: udp, Run: segments},
	{Row: "D21", Title: "where a datagram was sent to is told, and can answer", Over: udp, Run: packetInfo},
	{Row: "D22", Title: "the address to send from can be chosen", Over: udp, Run: chooseSource},
	{Row: "D23", Title: "time to live and type of service are told", Over: udp, Run: tellClass},
	{Row: "D24", Title: "the type of service can be chosen for one datagram", Over: udp, Run: chooseClass},
	{Row: "D25", Title: "the time of receipt is told if asked for", Over: udp, Run: tellTime},
}

// batch is one datagram per text to an address.
func batch(to net.Address, texts ...string) []net.Datagram {
	list := make([]net.Datagram, len(texts))
	for i, text := range texts {
		list[i] = net.Datagram{Buffer: []byte(text), Addr: to}
	}
	return list
}

// gather receives so many datagrams, in as many calls as it takes.
func (t *T) gather(s *net.UDPSocket, n int) (texts []string) {
	list := make([]net.Datagram, n)
	for i := range list {
		list[i].Buffer = make([]byte, 512)
	}
	for len(texts) < n {
		got, err := s.RecvBatch(list[len(texts):])
		t.Check(err)
		for _, d := range list[len(texts):][:got] {
			texts = append(texts, string(d.Buffer[:d.N]))
		}
	}
	return texts
}

func batches(t *T) {
	a, b := t.UDP(), t.UDP()
	_, err := b.TryRecvBatch(batch(net.Address{}, "x"))
	t.Say("TryRecvBatch of nothing", err)
	texts := []string{"one", "two", "", "four", "of another size", "of size another"}
	n, err := a.SendBatch(batch(b.LocalAddress(), texts...))
	t.Print("SendBatch: %d, %s", n, Class(err))
	t.Print("received: %q", t.gather(b, n))
	t.Check(a.Connect(b.LocalAddress()))
	n, err = a.SendBatch(batch(net.Address{}, texts...))
	t.Print("SendBatch to the peer: %d, %s", n, Class(err))
	t.Print("received: %q", t.gather(b, n))
	n, err = a.SendBatch(nil)
	t.Print("SendBatch of none: %d, %s", n, Class(err))
	n, err = b.RecvBatch(nil)
	t.Print("RecvBatch of none: %d, %s", n, Class(err))
}

func batchErrors(t *T) {
	a, b := t.UDP(), t.UDP()
	list := batch(b.LocalAddress(), "fits", strings.Repeat("x", 1<<16), "fits as well", "x")
	list[3].Addr = t.Loopback(0)
	for _, by := range []struct {
		name string
		send func([]net.Datagram) (int, error)
	}{{"SendBatch", a.SendBatch}, {"TrySendBatch", a.TrySendBatch}} {
		for from := 0; from < len(list); {
			n, err := by.send(list[from:])
			t.Print("%s from the datagram %d: %d, %s", by.name, from, n, Class(err))
			if err != nil {
				n = 1 // pass over it
			}
			from += n
		}
		t.Print("received: %q", t.gather(b, 2))
	}
}

// segments says the same of systems that cut datagrams and of those that do
// not.
func segments(t *T) {
	const cut, refused = "cut into datagrams, or refused", "unsupported"
	p := pattern(250)
	received := func(b *net.UDPSocket) {
		var sizes []int
		for range 3 {
			n, err := b.Recv(make([]byte, len(p)))
			t.Check(err)
			sizes = append(sizes, n)
		}
		if slices.Equal(sizes, []int{100, 100, 50}) {
			t.Print(cut)
		} else {
			t.Print("cut into %v", sizes)
		}
	}
	a, b := t.Peers()
	if _, err := a.SendMessage(p, net.Meta{Segment: 100}); Class(err) == refused {
		t.Print(cut)
	} else {
		t.Check(err)
		received(b)
	}
	if err := a.SetSegmentSize(100); Class(err) == refused {
		t.Print(cut)
	} else {
		t.Check(err)
		_, err := a.Send(p)
		t.Check(err)
		received(b)
	}
	t.Either("SetCoalesce", b.SetCoalesce(true), nil, &net.UnsupportedError{})
	t.Either("SetSegmentSize out of range", a.SetSegmentSize(1<<16), &net.RangeError{}, &net.UnsupportedError{})
}

func packetInfo(t *T) {
	lo := t.LoIndex()
	for _, of := range []struct {
		name string
		at   net.Address
	}{{"all addresses", t.Any(0)}, {"one address", t.Loopback(0)}} {
		s, c := t.UDPAt(of.at), t.UDP()
		p := make([]byte, 8)
		_, _, err := s.TryRecvMessage(p)
		t.Say("of a socket at "+of.name+", TryRecvMessage of nothing", err)
		to := t.Loopback(s.LocalAddress().Port())
		t.SendTo(c, "ask", to)
		n, m, err := s.RecvMessage(p)
		t.Data("RecvMessage", p[:n], err)
		t.Print("the sender's address %t, where it was sent to %t, the interface %t",
			m.Src == c.LocalAddress(), m.Dst == to, m.IfIndex == lo)
		_, err = s.SendMessage([]byte("answer"), net.Meta{Dst: m.Src, Src: m.Dst})
		t.Say("SendMessage", err)
		n, from, err := c.RecvFrom(p)
		t.Data("the answer", p[:n], err)
		t.Print("from where the other was sent to: %t", from == to)
	}
}

// chooseSource has one address of the machine to choose, and one that is not.
func chooseSource(t *T) {
	b := t.UDP()
	p := make([]byte, 8)
	for _, of := range []struct {
		name string
		s    *net.UDPSocket
	}{{"a socket at all addresses", t.UDPAt(t.Any(0))}, {"a socket at the address", t.UDP()}, {"a new socket", t.UnboundUDP()}} {
		_, err := of.s.SendMessage([]byte("x"), net.Meta{Dst: b.LocalAddress(), Src: t.Loopback(0)})
		t.Say("SendMessage of "+of.name, err)
		_, from, err := b.RecvFrom(p)
		t.Check(err)
		t.Print("from the address: %t", from == t.Loopback(of.s.LocalAddress().Port()))
	}
	foreign, err := net.ParseAddress("203.0.113.9:0")
	other := net.LoopbackV6(0)
	if t.six() {
		foreign, err = net.ParseAddress("[2001:db8::9]:0")
		other = net.LoopbackV4(0)
	}
	t.Check(err)
	s := t.UDPAt(t.Any(0))
	_, err = s.SendMessage([]byte("x"), net.Meta{Dst: b.LocalAddress(), Src: foreign})
	t.Either("from another machine's", err, net.ErrAddrNotAvailable, net.ErrInvalidState, net.ErrUnreachable)
	_, err = s.SendMessage([]byte("x"), net.Meta{Dst: b.LocalAddress(), Src: other})
	t.Say("from an address of the other family", err)
}

// told receives a datagram with what is known about it.
func (t *T) told(s *net.UDPSocket) net.Meta {
	_, m, err := s.RecvMessage(make([]byte, 8))
	t.Check(err)
	return m
}

func tellClass(t *T) {
	s, c := t.UDP(), t.UDP()
	s.TryRecvMessage(nil) // asks the system to tell
	t.Check(c.SetTTL(33))
	t.Check(c.SetTOS(0x28))
	t.SendTo(c, "x", s.LocalAddress())
	m := t.told(s)
	t.Print("RecvMessage: TTL %d, TOS %#x", m.TTL, m.TOS)
	t.SendTo(c, "x", s.LocalAddress())
	one := []net.Datagram{{Buffer: make([]byte, 8), Meta: new(net.Meta)}}
	_, err := s.RecvBatch(one)
	t.Check(err)
	t.Print("RecvBatch: TTL %d, TOS %#x", one[0].Meta.TTL, one[0].Meta.TOS)
}

func chooseClass(t *T) {
	s, c := t.UDP(), t.UDP()
	s.TryRecvMessage(nil)
	t.Check(c.SetTOS(0x28))
	_, err := c.SendMessage([]byte("x"), net.Meta{Dst: s.LocalAddress(), TOS: 0x48})
	t.Say("SendMessage", err)
	t.Print("TOS %#x", t.told(s).TOS)
	n, err := c.SendBatch([]net.Datagram{{Buffer: []byte("x"), Addr: s.LocalAddress(), Meta: &net.Meta{TOS: 0x88}}})
	t.Print("SendBatch: %d, %s", n, Class(err))
	t.Print("TOS %#x", t.told(s).TOS)
	t.SendTo(c, "x", s.LocalAddress())
	t.Print("of the next, the socket's own: %#x", t.told(s).TOS)
	for _, m := range []net.Meta{{TOS: -1}, {TOS: 256}, {TTL: -1}, {TTL: 256}} {
		m.Dst = s.LocalAddress()
		_, err := c.SendMessage([]byte("x"), m)
		t.Say("out of range", err)
	}
}

// tellTime allows for a clock that is set by a second meanwhile.
func tellTime(t *T) {
	s, c := t.UDP(), t.UDP()
	t.SendTo(c, "x", s.LocalAddress())
	t.Print("there is a time before it was asked for: %t", !t.told(s).Time.IsZero())
	t.Say("SetRecvTime", s.SetRecvTime(true))
	began := time.Now()
	t.SendTo(c, "x", s.LocalAddress())
	at := t.told(s).Time
	t.Print("that of receipt: %t", at.After(began.Add(-time.Second)) && at.Before(time.Now().Add(time.Second)))
	t.Say("SetRecvTime", s.SetRecvTime(false))
	t.SendTo(c, "x", s.LocalAddress())
	t.Print("there is one afterwards: %t", !t.told(s).Time.IsZero())
}
