package net

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestF1V6Only(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for name, want := range map[string]struct{ only, reachable bool }{
		"IPv6": {only: true},
		"dual": {reachable: true},
	} {
		make := builders(t)[name]
		if make == nil {
			t.Skip("no IPv6 here")
		}
		t.Run("B18 "+name, func(t *testing.T) {
			s := builder(t, make)
			only, err := s.V6Only()
			if err != nil {
				t.Fatal(err)
			}
			l, err := s.ListenOn(AnyV6(0), 0)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			c, err := ConnectContext(ctx, LoopbackV4(l.LocalAddress().Port()).String())
			if err == nil {
				defer c.Close()
				server, err := l.AcceptTCP()
				if err != nil {
					t.Fatal(err)
				}
				defer server.Close()
				// F2: the peer is IPv4, as it was dialled.
				if diff := cmp.Diff(c.LocalAddress(), server.PeerAddress(), cmpAddress); diff != "" {
					t.Errorf("the accepted stream's peer (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(c.PeerAddress(), server.LocalAddress(), cmpAddress); diff != "" {
					t.Errorf("its own address (-want +got):\n%s", diff)
				}
			} else {
				errorIs(t, "connecting over IPv4", err, ErrRefused)
			}
			if diff := cmp.Diff([]bool{want.only, want.reachable}, []bool{only, err == nil}); diff != "" {
				t.Errorf("V6Only, reachable over IPv4 (-want +got):\n%s", diff)
			}
			six, err := Connect(LoopbackV6(l.LocalAddress().Port()).String())
			if err != nil {
				t.Fatal(err)
			}
			six.Close()
		})
	}
}

// TestV6OnlyChanges: the option decides, not the constructor.
func TestV6OnlyChanges(t *testing.T) {
	if _, ok := families(t)["IPv6"]; !ok {
		t.Skip("no IPv6 here")
	}
	opened := builder(t, NewTCPSocketV6)
	if err := opened.SetV6Only(false); err != nil {
		t.Fatal(err)
	}
	if err := opened.Bind(LoopbackV4(0)); err != nil {
		t.Errorf("binding IPv4 once that is allowed: %v", err)
	}
	closed := builder(t, NewTCPSocketDual)
	if err := closed.SetV6Only(true); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "binding IPv4 once that is not", closed.Bind(LoopbackV4(0)), ErrInvalidAddress)
	if err := closed.Bind(LoopbackV6(0)); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "B18 after Bind", closed.SetV6Only(false), ErrInvalidState)
}

// TestDualConnects: a dual socket reaches both families.
func TestDualConnects(t *testing.T) {
	make := builders(t)["dual"]
	if make == nil {
		t.Skip("no IPv6 here")
	}
	for name, addr := range families(t) {
		l := mustListen(t, addr)
		c, err := builder(t, make).Connect(context.Background(), l.LocalAddress())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer c.Close()
		if diff := cmp.Diff(l.LocalAddress(), c.PeerAddress(), cmpAddress); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestBindErrors(t *testing.T) {
	taken := mustListen(t, "127.0.0.1:0").LocalAddress()
	for _, tt := range []struct {
		name string
		do   func(s *TCPSocket) error
		want error
	}{
		{"C9 IPv6 on IPv4", func(s *TCPSocket) error { return s.Bind(LoopbackV6(0)) }, ErrInvalidAddress},
		{"C10 not ours", func(s *TCPSocket) error { return s.Bind(parsed("203.0.113.1:0")) }, ErrAddrNotAvailable},
		{"C11 twice", func(s *TCPSocket) error {
			if err := s.Bind(LoopbackV4(0)); err != nil {
				return err
			}
			return s.Bind(LoopbackV4(0))
		}, ErrInvalidState},
		{"C13 taken", func(s *TCPSocket) error { _, err := s.ListenOn(taken, 0); return err }, ErrAddrInUse},
		{"E12 a group", func(s *TCPSocket) error { return s.Bind(parsed("239.1.2.3:0")) }, ErrInvalidAddress},
		{"E12 broadcast", func(s *TCPSocket) error { return s.Bind(parsed("255.255.255.255:0")) }, ErrInvalidAddress},
		{"no address", func(s *TCPSocket) error { return s.Bind(Address{}) }, ErrInvalidAddress},
		{"F5 no zone", func(s *TCPSocket) error { return s.Bind(parsed("[fe80::1]:0")) }, ErrInvalidAddress},
	} {
		t.Run(tt.name, func(t *testing.T) {
			errorIs(t, "error", tt.do(builder(t, NewTCPSocketV4)), tt.want)
		})
	}
}

// parsed is an address that is known to parse.
func parsed(s string) Address {
	a, err := ParseAddress(s)
	if err != nil {
		panic(err)
	}
	return a
}

// TestC15Rebind listens at once where a connection was closed by its server.
func TestC15Rebind(t *testing.T) {
	for range 20 {
		l := mustListen(t, "127.0.0.1:0")
		addr := l.LocalAddress()
		client, server, err := connectPair(l)
		if err != nil {
			t.Fatal(err)
		}
		server.Close() // its port is now in TIME_WAIT
		readAll(t, client)
		client.Close()
		l.Close()
		mustListen(t, addr.String())
	}
}

// TestC16RebindBesideLive does it while a connection lives on.
func TestC16RebindBesideLive(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	client, server, err := connectPair(l)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	defer server.Close()
	l.Close()
	mustListen(t, l.LocalAddress().String())
}

func TestC19ListenWithoutBind(t *testing.T) {
	for name, make := range builders(t) {
		l, err := builder(t, make).Listen(0)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer l.Close()
		if l.LocalAddress().Port() == 0 {
			t.Errorf("%s: no port", name)
		}
	}
}

// TestC26Backlog: as many as were asked for connect before anybody accepts.
func TestC26Backlog(t *testing.T) {
	for _, backlog := range []int{1, 5, 64, maxBacklog} {
		l, err := builder(t, NewTCPSocketV4).ListenOn(LoopbackV4(0), backlog)
		if err != nil {
			t.Fatal(err)
		}
		dialWithoutAccept(t, l, min(backlog, 64))
		l.Close()
	}
}

// TestC22ResetBeforeAccept: a client that is gone is no error of the listener.
func TestC22ResetBeforeAccept(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	var last Address
	for range 5 {
		c, err := Connect(l.LocalAddress().String())
		if err != nil {
			t.Fatal(err)
		}
		last = c.LocalAddress()
		c.Abort()
	}
	// They need not be there yet: some loopbacks deliver later.
	l.SetDeadline(time.Now().Add(20 * time.Millisecond))
	for {
		s, err := l.AcceptTCP()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		from := s.PeerAddress()
		if from.IP() != last.IP() || from.Port() == 0 {
			t.Errorf("accepted from %v", from)
		}
		s.SetReadDeadline(time.Now().Add(patience))
		_, err = s.Read(make([]byte, 1))
		errorIs(t, "read", err, ErrReset)
		errorIs(t, "read again", second(s.Read(make([]byte, 1))), io.EOF)
		s.Close()
	}
}

// TestC34Unconnected: what was never connected says so, in both directions.
func TestC34Unconnected(t *testing.T) {
	s, err := TCPStreamFromFD(inheritable(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := []byte("x")
	for _, tt := range []struct {
		name string
		do   func() error
	}{
		{"C34 TryWrite", func() error { return second(s.TryWrite(b)) }},
		{"C34 Write", func() error { return second(s.Write(b)) }},
		{"C34 WriteBuffers", func() error { _, err := s.WriteBuffers([][]byte{b, b}); return err }},
		{"C35 TryRead", func() error { return second(s.TryRead(b)) }},
		{"C35 Read", func() error { return second(s.Read(b)) }},
		{"C35 Peek", func() error { return second(s.Peek(b)) }},
		{"C42 Shutdown read", func() error { return s.Shutdown(ShutdownRead) }},
		{"C42 Shutdown write", func() error { return s.Shutdown(ShutdownWrite) }},
		{"C42 Shutdown both", func() error { return s.Shutdown(ShutdownBoth) }},
	} {
		t.Run(tt.name, func(t *testing.T) { errorIs(t, "error", tt.do(), ErrNotConnected) })
	}
	if s.RemoteAddr() != nil || s.PeerAddress().IsValid() {
		t.Errorf("a peer: %v", s.PeerAddress())
	}
}

func TestFromFDRefuses(t *testing.T) {
	datagram, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(datagram)
	local, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(local)
	c, _ := pair(t, "127.0.0.1:0")
	file, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	stream := func(fd int) error { _, err := TCPStreamFromFD(fd); return err }
	listener := func(fd int) error { _, err := TCPListenerFromFD(fd); return err }
	for _, tt := range []struct {
		name string
		err  error
		want error
	}{
		{"a datagram socket", stream(datagram), errors.ErrUnsupported},
		{"a local socket", stream(local), errors.ErrUnsupported},
		{"a connection as a listener", listener(number(c)), errors.ErrUnsupported},
		{"H27 a file", stream(int(file.Fd())), syscall.ENOTSOCK},
		{"no descriptor", stream(-1), syscall.EBADF},
	} {
		errorIs(t, tt.name, tt.err, tt.want)
	}
}
