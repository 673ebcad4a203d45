package behaviour

import (
	"bytes"
	"encoding/binary"

	"github.com/volt-net/volt/net"
)

var unixDatagrams = []Script{
	{Row: "G16", Title: "a full queue is waited for, and goes on when one was taken", Over: []Medium{UnixDatagram}, Run: datagramQueue},
	{Row: "G17", Title: "8 KiB arrive whole, 4 MiB are too long", Over: []Medium{UnixDatagram}, Run: unixSizes},
	{Row: "G18", Title: "a peer that has gone is an error, then none is there", Over: []Medium{UnixDatagram}, Run: datagramPeerGone},
	{Row: "G19", Title: "receiving from who has gone is never the end", Over: []Medium{UnixDatagram}, Run: datagramNoEnd},
	{Row: "G20", Title: "a socket that has another peer", Over: []Medium{UnixDatagram}, Run: datagramTaken},
	{Row: "G21", Title: "sending to an address, with a peer", Over: []Medium{UnixDatagram}, Run: datagramConnected},
	{Row: "G22", Title: "the datagrams of one sender keep their order", Over: []Medium{UnixDatagram}, Run: datagramOrder},
}

// A sender is a way to send datagrams, and where they arrive.
type sender struct {
	name    string
	to      *net.UnixDatagram
	trySend func([]byte) error
	send    func([]byte) error
}

// senders are the three ways to send: by name, to a peer, to the other of a
// pair.
func (t *T) senders() []sender {
	named, x := t.BindUnix(), t.UnboundUnix()
	peer, y := t.BindUnix(), t.UnboundUnix()
	t.Check(y.Connect(peer.LocalAddress()))
	a, b := t.DatagramPair()
	toPeer := func(s *net.UnixDatagram) (trySend, send func([]byte) error) {
		return func(p []byte) error { _, err := s.TrySend(p); return err },
			func(p []byte) error { _, err := s.Send(p); return err }
	}
	tryPeer, sendPeer := toPeer(y)
	tryPair, sendPair := toPeer(a)
	return []sender{
		{"by name", named,
			func(p []byte) error { _, err := x.TrySendTo(p, named.LocalAddress()); return err },
			func(p []byte) error { _, err := x.SendTo(p, named.LocalAddress()); return err }},
		{"to a peer", peer, tryPeer, sendPeer},
		{"within a pair", b, tryPair, sendPair},
	}
}

// DatagramPair returns two sockets that are each other's peers.
func (t *T) DatagramPair() (a, b *net.UnixDatagram) {
	a, b, err := net.UnixDatagramPair()
	t.Own(a, err)
	t.Own(b, err)
	return a, b
}

// datagramQueue numbers the datagrams.
func datagramQueue(t *T) {
	for _, s := range t.senders() {
		p := make([]byte, 1000)
		queued := uint32(0)
		err := error(nil)
		for ; err == nil; queued++ {
			binary.BigEndian.PutUint32(p, queued)
			err = s.trySend(p)
		}
		queued--
		t.Say(s.name+", TrySend to a full queue", err)
		t.Print("%s, some went: %t", s.name, queued > 0)
		done := t.Start(func() error { return s.send(p) })
		q := make([]byte, 2000)
		_, err = s.to.Recv(q)
		t.Check(err)
		t.Say(s.name+", Send after one was taken", t.Wait(done))
		inOrder := true
		for want := range queued {
			_, err = s.to.Recv(q)
			t.Check(err)
			inOrder = inOrder && binary.BigEndian.Uint32(q) == want+1
		}
		_, err = s.to.TryRecv(q)
		t.Print("%s, the rest in order: %t, then %s", s.name, inOrder, Class(err))
	}
}

func unixSizes(t *T) {
	for _, s := range t.senders() {
		for _, size := range []int{0, 1, 2048, 2049, 8192} {
			p := bytes.Repeat([]byte{byte(size), 'x'}, size/2+1)[:size]
			err := s.send(p)
			t.Say(s.name, err)
			q := make([]byte, 10000)
			n, err := s.to.Recv(q)
			t.Print("%d bytes arrive: %t, %s", size, bytes.Equal(p, q[:n]), Class(err))
		}
		huge := make([]byte, 4<<20)
		t.Say(s.name+", TrySend of 4 MiB", s.trySend(huge))
		t.Say(s.name+", Send of 4 MiB", s.send(huge))
		_, err := s.to.TryRecv(make([]byte, 1))
		t.Say("nothing of it arrives", err)
	}
}

func datagramPeerGone(t *T) {
	for _, s := range t.senders()[1:] {
		t.Check(s.to.Close())
		t.Say(s.name+", Send", s.send([]byte("x")))
		t.Say(s.name+", Send again", s.send([]byte("x")))
		t.Say(s.name+", TrySend", s.trySend([]byte("x")))
	}
}

func datagramNoEnd(t *T) {
	a, b := t.DatagramPair()
	t.Send(b, "sent before")
	t.Check(b.Close())
	p := make([]byte, 16)
	n, err := a.TryRecv(p)
	t.Either("TryRecv", err, nil, net.ErrReset)
	if err != nil {
		n, err = a.TryRecv(p)
		t.Check(err)
	}
	t.Data("what was sent", p[:n], nil)
	_, err = a.TryRecv(p)
	t.Either("TryRecv", err, net.ErrWouldBlock, net.ErrReset)
	_, err = a.TryRecv(p)
	t.Say("TryRecv", err)
}

// datagramTaken is where systems differ for good: some let only the peer in.
func datagramTaken(t *T) {
	s, peer := t.BindUnix(), t.BindUnix()
	t.Check(s.Connect(peer.LocalAddress()))
	x := t.UnboundUnix()
	_, err := x.SendTo([]byte("x"), s.LocalAddress())
	t.Either("SendTo", err, nil, net.ErrPermission)
	t.Either("Connect", x.Connect(s.LocalAddress()), nil, net.ErrPermission)
	_, err = peer.SendTo([]byte("x"), s.LocalAddress())
	t.Say("SendTo of the peer", err)
}

func datagramConnected(t *T) {
	s, one, two := t.UnboundUnix(), t.BindUnix(), t.BindUnix()
	t.Check(s.Connect(one.LocalAddress()))
	for _, to := range []*net.UnixDatagram{one, two} {
		_, err := s.SendTo([]byte("x"), to.LocalAddress())
		t.Say("SendTo", err)
		_, err = s.TrySendTo([]byte("x"), to.LocalAddress())
		t.Say("TrySendTo", err)
		_, err = s.WriteTo([]byte("x"), to.LocalAddress())
		t.Say("WriteTo", err)
	}
	t.Say("Connect to the other", s.Connect(two.LocalAddress()))
	t.Send(s, "to the other")
	t.Receive("read", two)
	t.Say("Disconnect", s.Disconnect())
	_, err := s.Send([]byte("x"))
	t.Say("Send", err)
	_, err = s.SendTo([]byte("by name"), one.LocalAddress())
	t.Say("SendTo", err)
	t.Receive("read", one)
}

// datagramOrder has three senders take turns: between them, systems differ.
func datagramOrder(t *T) {
	to := t.BindUnix()
	senders := make([]*net.UnixDatagram, 3)
	for i := range senders {
		senders[i] = t.BindUnix()
	}
	t.Check(senders[0].Connect(to.LocalAddress()))
	const each = 3
	for n := range each {
		for i, s := range senders {
			var err error
			p := []byte{byte('1' + n)}
			if i == 0 {
				_, err = s.Send(p)
			} else {
				_, err = s.SendTo(p, to.LocalAddress())
			}
			t.Check(err)
		}
	}
	got := map[net.UnixAddr]string{}
	for range each * len(senders) {
		p := make([]byte, 4)
		n, from, err := to.RecvFrom(p)
		t.Check(err)
		got[from] += string(p[:n])
	}
	for i, s := range senders {
		t.Print("of sender %d: %s", i, got[s.LocalAddress()])
	}
}
