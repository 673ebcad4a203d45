//go:build swap

package net

import (
	"bytes"
	"errors"
	"io"
	"os"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// listens and dials are the two ends of a connection. A fault may have left
// another one in the queue, of a dial that failed after the kernel was done.
func (p *play) listens() *TCPListener {
	return opens(p, "Listen", func() (*TCPListener, error) { return Listen("127.0.0.1:0") })
}

// at asks for an address until it is known: asking never fails, so it may be
// in vain.
func at[A interface{ IsValid() bool }](p *play, ask func() A) A {
	p.Helper()
	for range mostErrors {
		if a := ask(); a.IsValid() {
			return a
		}
	}
	p.Fatal("no address")
	panic("unreachable")
}

func (p *play) dials(l *TCPListener) (client, server *TCPStream) {
	to := at(p, l.LocalAddress)
	client = opens(p, "Connect", func() (*TCPStream, error) { return ConnectContext(p.ctx, to.String()) })
	for {
		server = opens(p, "Accept", func() (*TCPStream, error) { return l.AcceptContext(p.ctx) })
		if server.PeerAddress() == at(p, client.LocalAddress) {
			return client, server
		}
		p.closes(server)
	}
}

// closes closes s now.
func (p *play) closes(s io.Closer) {
	if err := s.Close(); err != nil {
		p.errs = append(p.errs, err)
	}
}

// sends writes all of b, going on where an error stopped it.
func (p *play) sends(what string, b []byte, write func([]byte) (int, error)) {
	p.do(what, func() error {
		n, err := write(b)
		b = b[n:]
		return err
	})
}

// receives reads as much as want has, and compares.
func (p *play) receives(what string, want []byte, read func([]byte) (int, error)) {
	p.Helper()
	got := make([]byte, len(want))
	rest := got
	for len(rest) > 0 {
		p.do(what, func() error {
			n, err := read(rest)
			rest = rest[n:]
			return err
		})
	}
	if !bytes.Equal(want, got) {
		p.Errorf("%s: what came is not what was sent:\n%s", what, cmp.Diff(want, got))
	}
}

// ends reads the end of a stream.
func (p *play) ends(what string, read func([]byte) (int, error)) {
	p.Helper()
	p.do(what, func() error {
		n, err := read(make([]byte, 8))
		if n > 0 {
			p.Errorf("%s: %d bytes beyond the last", what, n)
		}
		if err == io.EOF {
			return nil
		}
		return err
	})
}

func playTCP(p *play) {
	l := p.listens()
	for range 2 {
		client, server := p.dials(l)
		text := noise(3000)
		p.sends("Write", text, client.Write)
		p.receives("Read", text, server.Read)
		p.sends("Write back", text, server.Write)
		p.do("CloseWrite", server.CloseWrite)
		p.receives("ReadFull", text, client.ReadFull)
		p.ends("Read the end", client.Read)
		p.do("CloseWrite back", client.CloseWrite)
		p.ends("Read that end", server.Read)
	}
}

func playBuffers(p *play) {
	client, server := p.dials(p.listens())
	text := noise(3000)
	for range 2 {
		p.sends("WriteBuffers", text, func(b []byte) (int, error) {
			n, err := client.WriteBuffers(pieces(b, 700))
			return int(n), err
		})
		p.receives("ReadBuffers", text, func(b []byte) (int, error) { return server.ReadBuffers(pieces(b, 300)) })
	}
	p.sends("TryWriteBuffers", text[:9], func(b []byte) (int, error) { return client.TryWriteBuffers(pieces(b, 4)) })
	p.receives("ReadFull", text[:9], server.ReadFull)
	p.closes(client)
	p.ends("ReadBuffers the end", func(b []byte) (int, error) { return server.ReadBuffers([][]byte{b}) })
}

func playTries(p *play) {
	l := p.listens()
	client, server := p.dials(l)
	text := noise(500)
	for range 2 {
		p.sends("TryWrite", text, client.TryWrite)
		p.do("Readable", func() error { return server.Readable(p.ctx) })
		p.receives("TryPeek", text, func(b []byte) (int, error) {
			n, err := server.TryPeek(b)
			if err == ErrWouldBlock {
				err = server.Readable(p.ctx)
			}
			return n, err
		})
		p.do("Ready", func() error { _, err := server.Ready(p.ctx, Readable|Writable); return err })
		p.receives("TryRead", text, func(b []byte) (int, error) {
			n, err := server.TryRead(b)
			if err == ErrWouldBlock {
				err = server.Readable(p.ctx)
			}
			return n, err
		})
	}
	p.do("CloseRead", server.CloseRead)
	p.do("TakeError", server.TakeError)
	p.closes(server)
	if _, err := client.Peek(make([]byte, 1)); err != io.EOF {
		p.errs = append(p.errs, err) // and again with the read
	}
	p.ends("Read the end", client.Read)
	p.do("CloseGracefully", func() error {
		err := client.CloseGracefully(p.ctx)
		if errors.Is(err, ErrClosed) { // the first, which failed, has closed it
			return nil
		}
		return err
	})
	extra := opens(p, "Connect", func() (*TCPStream, error) { return ConnectContext(p.ctx, at(p, l.LocalAddress).String()) })
	s := opens(p, "TryAccept", func() (*TCPStream, error) {
		for {
			s, _, err := l.TryAccept()
			if err != ErrWouldBlock {
				return s, err
			}
		}
	})
	p.do("Abort", func() error {
		if err := s.Abort(); !errors.Is(err, ErrClosed) {
			return err
		}
		return nil
	})
	p.closes(extra)
}

// playWaits has every reader wait in the poller, of which there is none yet.
func playWaits(p *play) {
	defer p.freshPoller()()
	client, server := p.dials(p.listens())
	for i, s := range []*TCPStream{server, client} {
		from := []*TCPStream{client, server}[i]
		for round := range byte(2) {
			text := []byte{round, 1, 2}
			got := make([]byte, 3)
			done := park(func() error {
				for n := 0; n < len(got); {
					k, err := s.Read(got[n:])
					if n += k; err != nil {
						return err
					}
				}
				return nil
			})
			until(p, "the reader waits, or fails", func() bool { return s.d.slots[reading].waiting() || len(done) > 0 })
			p.sends("Write", text, from.Write)
			if err := soon(p, "the reader returns", done); err != nil {
				p.errs = append(p.errs, err)
				p.receives("Read again", text, s.Read)
			} else if diff := cmp.Diff(text, got); diff != "" {
				p.Errorf("what came (-want +got):\n%s", diff)
			}
		}
	}
	p.end()
}

// file makes a copy of a descriptor, which the standard library closes.
func (p *play) file(call func() (*os.File, error)) *os.File {
	f := opens(p, "File", call)
	raw, err := f.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { double.Forget(platform.FD(fd)) })
	}
	if err != nil {
		p.Fatal(err)
	}
	return f
}

// playCopies passes descriptors around.
func playCopies(p *play) {
	l := p.listens()
	file := p.file(l.File)
	copied := opens(p, "TCPListenerFromFile", func() (*TCPListener, error) { return TCPListenerFromFile(file) })
	p.closes(l)
	client, server := p.dials(copied)
	done := park(func() error { return second(server.Peek(make([]byte, 1))) })
	until(p, "the reader waits, or fails", func() bool { return server.d.slots[reading].waiting() || len(done) > 0 })
	twin := p.file(server.File)
	p.sends("Write", []byte("copy"), client.Write)
	if err := soon(p, "the reader returns", done); err != nil {
		p.errs = append(p.errs, err)
	}
	p.closes(server) // while the copy keeps the socket open: it must be removed (H25)
	again := opens(p, "TCPStreamFromFile", func() (*TCPStream, error) { return TCPStreamFromFile(twin) })
	p.receives("Read", []byte("copy"), again.Read)
}

// playOptions sets and reads options of every kind of socket.
func playOptions(p *play) {
	s := opens(p, "NewTCPSocketV4", func() (*TCPSocket, error) { return NewTCPSocketV4() })
	p.do("SetKeepAliveConfig", func() error {
		return s.SetKeepAliveConfig(KeepAlive{Idle: 70 * time.Second, Interval: 7 * time.Second, Count: 3})
	})
	p.do("SetLinger", func() error { return s.SetLinger(0) })
	p.do("Bind", func() error { return s.Bind(LoopbackV4(0)) })
	l, err := s.Listen(5)
	if err != nil {
		p.errs = append(p.errs, err)
		return // a builder is used up, whether Listen succeeds or not
	}
	p.opened = append(p.opened, l)
	_, server := p.dials(l)
	var idle time.Duration
	p.do("KeepAliveIdle", func() (err error) { idle, err = server.KeepAliveIdle(); return err })
	if diff := cmp.Diff(70*time.Second, idle); diff != "" {
		p.Errorf("inherited (-want +got):\n%s", diff)
	}
	p.do("SetRecvBuffer", func() error { return server.SetRecvBuffer(20_000) })
	var size int
	p.do("RecvBuffer", func() (err error) { size, err = server.RecvBuffer(); return err })
	if size < 10_000 { // a system that was refused once tries less
		p.Errorf("a buffer of %d", size)
	}
}

func playFamilies(p *play) {
	opens(p, "ListenPort", func() (*TCPListener, error) { return ListenPort(0) })
}
