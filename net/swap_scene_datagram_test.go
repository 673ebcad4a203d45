//go:build swap

package net

import (
	"fmt"
	"os"

	"github.com/google/go-cmp/cmp"
)

// sendsOne and gets pass one datagram, in whatever way.
func (p *play) sendsOne(what, text string, send func([]byte) (int, error)) {
	p.Helper()
	p.do(what, func() error {
		n, err := send([]byte(text))
		if err == nil && n != len(text) {
			p.Errorf("%s: sent %d", what, n)
		}
		return err
	})
}

func (p *play) gets(what, want string, recv func([]byte) (int, error)) {
	p.Helper()
	var got string
	p.do(what, func() error {
		b := make([]byte, 64)
		n, err := recv(b)
		got = string(b[:n])
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" {
		p.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// none holds a socket to having nothing more to receive.
func (p *play) none(what string, recv func([]byte) (int, error)) {
	p.Helper()
	p.do(what, func() error {
		n, err := recv(make([]byte, 64))
		if err == ErrWouldBlock {
			return nil
		}
		if err == nil {
			p.Errorf("%s: one too many, of %d", what, n)
		}
		return err
	})
}

func playUDP(p *play) {
	bind := func() (*UDPSocket, error) { return BindUDP(LoopbackV4(0)) }
	a, b := opens(p, "BindUDP", bind), opens(p, "BindUDP", bind)
	to := at(p, b.LocalAddress)
	from := func(recv func([]byte) (int, Address, error)) func([]byte) (int, error) {
		return func(q []byte) (int, error) {
			n, addr, err := recv(q)
			if err == nil && addr != at(p, a.LocalAddress) {
				p.Errorf("from %v", addr)
			}
			return n, err
		}
	}
	for i := range 2 {
		text := fmt.Sprint("to", i)
		p.sendsOne("SendTo", text, func(q []byte) (int, error) { return a.SendToContext(p.ctx, q, to) })
		p.gets("PeekFrom", text, from(b.PeekFrom))
		p.gets("RecvFrom", text, from(b.RecvFrom))
		p.sendsOne("TrySendTo", text, func(q []byte) (int, error) { return a.TrySendTo(q, to) })
		p.do("Readable", func() error { return b.Readable(p.ctx) })
		p.gets("RecvFrom", text, from(b.RecvFrom))
	}
	p.none("TryRecvFrom", from(b.TryRecvFrom))
	p.do("Connect", func() error { return a.Connect(to) })
	for i := range 2 {
		text := fmt.Sprint("connected", i)
		p.sendsOne("Send", text, a.Send)
		p.gets("Recv", text, b.Recv)
		p.sendsOne("TrySend", text, a.TrySend)
		p.gets("Recv", text, b.Recv)
	}
	p.do("Disconnect", a.Disconnect)
	p.none("TryRecv", b.TryRecv)
}

func playMessages(p *play) {
	bind := func() (*UDPSocket, error) { return BindUDP(LoopbackV4(0)) }
	a, b := opens(p, "BindUDP", bind), opens(p, "BindUDP", bind)
	to := at(p, b.LocalAddress)
	for i := range 2 {
		text := fmt.Sprint("message", i)
		p.sendsOne("SendMessage", text, func(q []byte) (int, error) { return a.SendMessage(q, Meta{Dst: to}) })
		p.gets("RecvMessage", text, func(q []byte) (int, error) {
			n, meta, err := b.RecvMessage(q)
			if err == nil && meta.Src != at(p, a.LocalAddress) {
				p.Errorf("from %v", meta.Src)
			}
			return n, err
		})
	}
}

func playBatch(p *play) {
	bind := func() (*UDPSocket, error) { return BindUDP(LoopbackV4(0)) }
	a, b := opens(p, "BindUDP", bind), opens(p, "BindUDP", bind)
	to := at(p, b.LocalAddress)
	list := batchOf(3, 16)
	for i := range list {
		list[i].Buffer, list[i].Addr = fmt.Appendf(nil, "batch%d", i), to
	}
	sent := list
	for len(sent) > 0 {
		p.do("SendBatch", func() error {
			n, err := a.SendBatchContext(p.ctx, sent)
			sent = sent[n:]
			return err
		})
	}
	var got []string
	for len(got) < len(list) {
		p.do("RecvBatch", func() error {
			room := batchOf(4, 16)
			n, err := b.RecvBatchContext(p.ctx, room)
			got = append(got, texts(room[:n])...)
			return err
		})
	}
	if diff := cmp.Diff([]string{"batch0", "batch1", "batch2"}, got); diff != "" {
		p.Errorf("batch (-want +got):\n%s", diff)
	}
	p.none("TryRecv", b.TryRecv)
}

func playUnix(p *play) {
	path := freshPath(p)
	l := opens(p, "ListenUnix", func() (*UnixListener, error) { return ListenUnix(path) })
	client := opens(p, "ConnectUnix", func() (*UnixStream, error) { return ConnectUnixContext(p.ctx, path) })
	server := opens(p, "Accept", func() (*UnixStream, error) { return l.AcceptContext(p.ctx) })
	p.do("PeerCredentials", func() error { _, err := server.PeerCredentials(); return err })
	a, b := p.unixPair()
	for i := range 2 {
		text := fmt.Appendf(nil, "fd%d", i)
		p.sends("SendFDs", text, func(q []byte) (int, error) { return client.SendFDsContext(p.ctx, q, int(a.d.fd)) })
		p.passed(server, text, b)
	}
	p.do("CloseWrite", client.CloseWrite)
	p.ends("RecvFDs the end", func(q []byte) (int, error) {
		n, _, err := server.RecvFDs(q, make([]int, 1))
		return n, err
	})
	p.closes(l)
	if _, err := os.Lstat(path.Path()); err == nil {
		p.Error("the listener's file is still there")
	}
}

// unixPair makes a pair. Of the two, none is open after a failure.
func (p *play) unixPair() (a, b *UnixStream) {
	a = opens(p, "UnixStreamPair", func() (s *UnixStream, err error) {
		s, b, err = UnixStreamPair()
		return s, err
	})
	p.opened = append(p.opened, b)
	return a, b
}

// passed receives a descriptor, makes a stream of it and has it speak to the
// stream that it must be connected to.
func (p *play) passed(via *UnixStream, text []byte, other *UnixStream) {
	got, fds, held := make([]byte, len(text)), make([]int, 1), 0
	p.do("RecvFDs", func() error {
		n, m, err := via.RecvFDs(got, fds)
		held = m
		if err == nil && n != len(text) {
			p.Errorf("RecvFDs: %d bytes", n)
		}
		return err
	})
	if diff := cmp.Diff([]any{string(text), 1}, []any{string(got), held}); diff != "" {
		p.Fatalf("bytes and descriptors (-want +got):\n%s", diff)
	}
	s := opens(p, "UnixStreamFromFD", func() (*UnixStream, error) { return UnixStreamFromFD(fds[0]) })
	p.sends("Write", text, s.Write)
	p.receives("Read", text, other.Read)
	p.closes(s)
}

func playUnixDatagrams(p *play) {
	path := freshPath(p)
	b := opens(p, "BindUnixDatagram", func() (*UnixDatagram, error) { return BindUnixDatagram(path) })
	a := opens(p, "UnboundUnixDatagram", UnboundUnixDatagram)
	var one, two *UnixDatagram
	one = opens(p, "UnixDatagramPair", func() (s *UnixDatagram, err error) { s, two, err = UnixDatagramPair(); return s, err })
	p.opened = append(p.opened, two)
	for i := range 2 {
		text := fmt.Sprint("unix", i)
		p.sendsOne("SendTo", text, func(q []byte) (int, error) { return a.SendToContext(p.ctx, q, path) })
		p.gets("RecvFrom", text, func(q []byte) (int, error) {
			n, from, err := b.RecvFrom(q)
			if err == nil && from != (UnixAddr{}) {
				p.Errorf("from %v", from)
			}
			return n, err
		})
		p.sendsOne("Send", text, one.Send)
		p.gets("Peek", text, two.Peek)
		p.gets("Recv", text, two.Recv)
	}
	p.do("Connect", func() error { return a.Connect(path) })
	p.sendsOne("TrySend", "try", func(q []byte) (int, error) {
		for { // a system that is out of memory says that the queue is full (G16)
			if n, err := a.TrySend(q); err != ErrWouldBlock {
				return n, err
			}
			p.do("Writable", func() error { return a.Writable(p.ctx) })
		}
	})
	p.gets("TryRecv", "try", b.TryRecv)
	p.do("Disconnect", a.Disconnect)
	p.none("TryRecv", b.TryRecv)
}
