package behaviour

import "github.com/volt-net/volt/net"

var shutdowns = []Script{
	{Row: "C34", Title: "writing without a connection", Over: tcp, Run: writeUnconnected},
	{Row: "C35", Title: "reading without a connection", Over: tcp, Run: readUnconnected},
	{Row: "C36", Title: "the peer's address outlives the connection", Over: tcp, Run: addressesStay},
	{Row: "C37", Title: "and so does the local one, also after Close", Over: tcp, Run: localAddressStays},
	{Row: "C38", Title: "writing is shut down twice", Over: streams, Run: twice(net.ShutdownWrite)},
	{Row: "C39", Title: "reading is shut down twice", Over: streams, Run: twice(net.ShutdownRead)},
	{Row: "C40", Title: "after reading was shut down every read is the end", Over: streams, Run: shutRead},
	{Row: "C41", Title: "shutting down what has ended by itself", Over: streams, Run: shutEnded},
	{Row: "C41", Title: "the peer hears of the end whatever came before", Over: streams, Run: shutBothAfterEnd},
	{Row: "C42", Title: "shutting down without a connection", Over: tcp, Run: shutUnconnected},
}

// directions are the ways to shut down.
var directions = []struct {
	name string
	how  net.ShutdownHow
}{
	{"reading", net.ShutdownRead},
	{"writing", net.ShutdownWrite},
	{"both", net.ShutdownBoth},
}

// unconnected is a stream that never had a peer: one made from a socket that
// did not connect.
func (t *T) unconnected() *net.TCPStream {
	f, err := t.Socket().File()
	t.Own(f, err)
	s, err := net.TCPStreamFromFile(f)
	t.Own(s, err)
	return s
}

func writeUnconnected(t *T) {
	s := t.unconnected()
	_, err := s.Write([]byte("x"))
	t.Say("Write", err)
	_, err = s.TryWrite([]byte("x"))
	t.Say("TryWrite", err)
	_, err = s.WriteBuffers([][]byte{{'x'}, {'y'}})
	t.Say("WriteBuffers", err)
	_, err = s.TryWriteBuffers([][]byte{{'x'}, {'y'}})
	t.Say("TryWriteBuffers", err)
}

func readUnconnected(t *T) {
	s := t.unconnected()
	p := make([]byte, 1)
	_, err := s.Read(p)
	t.Say("Read", err)
	_, err = s.TryRead(p)
	t.Say("TryRead", err)
	_, err = s.TryPeek(p)
	t.Say("TryPeek", err)
	_, err = s.ReadBuffers([][]byte{p, p})
	t.Say("ReadBuffers", err)
}

func addressesStay(t *T) {
	l := t.Listener()
	a := t.Dial(l)
	b := t.Accept(l)
	local := a.LocalAddress()
	t.Check(a.Abort())
	t.Ends(b, 1)
	t.Print("PeerAddress: %t", b.PeerAddress() == local)
	t.Print("RemoteAddr: %t", b.RemoteAddr().String() == local.String())
	t.Check(b.Close())
	t.Print("PeerAddress when closed: %t", b.PeerAddress() == local)
}

// localAddressStays asks for the address only once the connection, or the
// descriptor, is gone.
func localAddressStays(t *T) {
	l := t.Listener()
	a := t.Dial(l)
	b := t.Accept(l)
	t.Check(a.Abort())
	t.Ends(b, 1)
	t.Print("LocalAddress after a reset: %t", b.LocalAddress() == l.LocalAddress())

	t.Dial(l)
	b = t.Accept(l)
	t.Check(b.Close())
	t.Print("LocalAddr when closed: %t", b.LocalAddr().String() == l.LocalAddress().String())
}

func twice(how net.ShutdownHow) func(*T) {
	return func(t *T) {
		a, b := t.Streams()
		t.Say("the first time", a.Shutdown(how))
		t.Say("the second time", a.Shutdown(how))
		t.Say("both directions", a.Shutdown(net.ShutdownBoth))
		t.Receive("the peer reads", b)
		t.Receive("reading", a)
	}
}

func shutRead(t *T) {
	a, b := t.Streams()
	t.Send(b, "came before")
	t.Check(a.Readable(t.ctx))
	parked, _ := t.Streams()
	waiting := t.Start(func() error { _, err := parked.Read(make([]byte, 1)); return err })
	t.Say("Shutdown", a.Shutdown(net.ShutdownRead))
	p := make([]byte, 1)
	_, err := a.TryRead(p)
	t.Say("TryRead", err)
	_, err = b.Write([]byte("comes after"))
	t.Either("the peer writes", err, nil, net.ErrReset)
	t.Ends(a, 1)
	_, err = a.TryPeek(p)
	t.Say("TryPeek", err)
	_, err = a.TryReadBuffers([][]byte{p})
	t.Say("TryReadBuffers", err)
	t.Send(a, "the other direction works")
	t.Receive("the peer reads", b)
	t.Check(parked.Shutdown(net.ShutdownRead))
	t.Say("who waited", t.Wait(waiting))
}

func shutEnded(t *T) {
	for _, d := range directions {
		a, b := t.Streams()
		t.Check(a.Shutdown(net.ShutdownWrite))
		t.Ends(b, 1)
		t.Check(b.Close())
		t.Ends(a, 1)
		t.Say(d.name, a.Shutdown(d.how))
	}
}

// shutBothAfterEnd shuts both directions down when the peer has ended its own.
func shutBothAfterEnd(t *T) {
	a, b := t.Streams()
	t.Check(b.Shutdown(net.ShutdownWrite))
	t.Ends(a, 1)
	t.Say("Shutdown", a.Shutdown(net.ShutdownBoth))
	t.Receive("the peer reads", b)
	_, err := a.Write([]byte("x"))
	t.Say("Write", err)
}

func shutUnconnected(t *T) {
	for _, d := range directions {
		t.Say(d.name, t.unconnected().Shutdown(d.how))
	}
}
