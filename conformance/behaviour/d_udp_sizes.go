package behaviour

import (
	"bytes"

	"github.com/volt-net/volt/net"
)

var datagramSizes = []Script{
	{Row: "D6", Title: "the largest datagram of IPv4 can be sent", Over: udp, Run: datagramLargest},
	{Row: "D8", Title: "and so it can with a choice beside it", Over: udp, Run: datagramLargestChosen},
	{Row: "D9", Title: "an empty datagram is a datagram", Over: udp, Run: datagramEmpty},
	{Row: "D10", Title: "what does not fit is lost, and told", Over: udp, Run: datagramTruncated},
	{Row: "D11", Title: "an empty buffer takes a datagram, too", Over: udp, Run: datagramNoRoom},
	{Row: "D27", Title: "what was sent has room where it is received", Over: udp, Run: datagramRoom},
}

// largest is what the headers leave of the largest packet of IPv4.
const largest = 65507

// pattern is n bytes that are not all alike.
func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i ^ i>>8)
	}
	return p
}

// whole receives one datagram and reports whether it is p.
func (t *T) whole(s *net.UDPSocket, p []byte) bool {
	got := make([]byte, largest+1)
	n, err := s.Recv(got)
	t.Check(err)
	return bytes.Equal(got[:n], p)
}

func datagramLargest(t *T) {
	a, b := t.UDP(), t.UDP()
	for _, n := range []int{1, 9216, 9217, largest} {
		p := pattern(n)
		sent, err := a.SendTo(p, b.LocalAddress())
		t.Say("SendTo", err)
		t.Print("sent %d, the same arrived: %t", sent, t.whole(b, p))
	}
	over := make([]byte, largest+1)
	if t.six() { // whose headers do not count
		over = make([]byte, largest+21)
	}
	_, err := a.SendTo(over, b.LocalAddress())
	t.Say("SendTo with more", err)
	_, err = a.TrySendTo(over, b.LocalAddress())
	t.Say("TrySendTo with more", err)
	_, err = a.SendMessage(over, net.Meta{Dst: b.LocalAddress()})
	t.Say("SendMessage with more", err)
	t.Check(a.Connect(b.LocalAddress()))
	_, err = a.Send(over)
	t.Say("Send with more", err)
	t.Send(a, "none of that arrived")
	t.Receive("read", b)
}

func datagramLargestChosen(t *T) {
	a, b := t.UDP(), t.UDP()
	p := pattern(largest)
	_, err := a.SendMessage(p, net.Meta{Dst: b.LocalAddress(), TOS: 0x28})
	t.Say("SendMessage", err)
	t.Print("the same arrived: %t", t.whole(b, p))
}

func datagramEmpty(t *T) {
	a, b := t.Peers()
	for _, by := range []struct {
		name string
		send func() error
	}{
		{"Send", func() error { _, err := a.Send(nil); return err }},
		{"SendMessage", func() error { _, err := a.SendMessage(nil, net.Meta{}); return err }},
		{"SendBatch", func() error { _, err := a.SendBatch(make([]net.Datagram, 1)); return err }},
	} {
		t.Say(by.name, by.send())
		t.Say("Readable", b.Readable(t.Context()))
		n, from, err := b.TryRecvFrom(make([]byte, 8))
		t.Print("TryRecvFrom: %d from the sender %t, %s", n, from == a.LocalAddress(), Class(err))
	}
	to := t.UDP()
	t.SendTo(t.UDP(), "", to.LocalAddress())
	t.Receive("read", to)
	t.Send(a, "")
	t.Send(a, "not empty")
	t.Ends(b, 2)
}

// tooLong is for buffers of fewer bytes, next for any.
const tooLong, next = "too long", "next"

// sendPair sends a datagram that will not fit, and one that will.
func (t *T) sendPair(s *net.UDPSocket, to *net.UDPSocket) {
	t.SendTo(s, tooLong, to.LocalAddress())
	t.SendTo(s, next, to.LocalAddress())
}

func datagramTruncated(t *T) { t.receiveShort(3) }

func datagramNoRoom(t *T) { t.receiveShort(0) }

// receiveShort receives, by each call, into a buffer of size bytes.
func (t *T) receiveShort(size int) {
	a, b := t.UDP(), t.UDP()
	p := make([]byte, size)
	t.sendPair(a, b)
	n, err := b.Peek(p)
	t.Data("Peek", p[:n], err)
	n, from, err := b.RecvFrom(p)
	t.Data("RecvFrom", p[:n], err)
	t.Print("from the sender: %t", from == a.LocalAddress())
	t.Receive("then", b)

	t.sendPair(a, b)
	n, m, err := b.RecvMessage(p)
	t.Data("RecvMessage", p[:n], err)
	t.Print("Truncated: %t", m.Truncated)
	n, m, err = b.RecvMessage(make([]byte, len(next)))
	t.Print("then %d bytes, Truncated: %t, %s", n, m.Truncated, Class(err))

	t.sendPair(a, b)
	for range 2 {
		one := []net.Datagram{{Buffer: make([]byte, size), Meta: new(net.Meta)}}
		_, err = b.RecvBatch(one)
		t.Data("RecvBatch", one[0].Buffer[:one[0].N], err)
		t.Print("Truncated: %t", one[0].Meta.Truncated)
	}
}

func datagramRoom(t *T) {
	a := t.UDP()
	for _, n := range []int{43000, 60000, largest} {
		b := t.UDP()
		p := pattern(n)
		_, err := a.SendTo(p, b.LocalAddress())
		t.Say("SendTo", err)
		t.Print("all %d bytes arrived: %t", n, t.whole(b, p))
	}
}
