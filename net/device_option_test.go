package net

import (
	"errors"
	stdnet "net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// supported skips the test where the system or the process lacks the option.
func supported[T platform.OptionType](t *testing.T, o sockopt.Option[T], err error) {
	t.Helper()
	if !o.Supported() {
		t.Skip(o.Info().Reason)
	}
	if err != nil && lacking(o.Option.Info(), err) {
		t.Skipf("it needs %s: %v", o.Info().Needs, err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// loopbackIndex is the index of the loopback interface.
func loopbackIndex(t *testing.T) int {
	t.Helper()
	list, err := stdnet.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		if i.Flags&stdnet.FlagLoopback != 0 {
			return i.Index
		}
	}
	t.Skip("no loopback interface")
	return 0
}

// TestB32BindInterface: a socket that is kept to the loopback interface
// reaches this machine, and none is kept to an interface that there is not.
func TestB32BindInterface(t *testing.T) {
	index := loopbackIndex(t)
	for family, make := range builders(t) {
		t.Run(family, func(t *testing.T) {
			s := builder(t, make)
			supported(t, sockopt.BindInterface, s.SetBindInterface(index))
			addr := "[::1]:0"
			if family == "IPv4" {
				addr = "127.0.0.1:0"
			}
			l := mustListen(t, addr)
			c, err := s.Connect(t.Context(), l.LocalAddress())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			got, err := c.BindInterface()
			if diff := cmp.Diff(index, got); diff != "" || err != nil {
				t.Errorf("the stream (-want +got): %s %v", diff, err)
			}
			nowhere := builder(t, make)
			if err := nowhere.SetBindInterface(1<<31 - 1); err != nil {
				errorIs(t, "an interface that there is not", err, ErrNoInterface)
			} else if c, err := nowhere.Connect(t.Context(), l.LocalAddress()); err == nil {
				c.Close()
				t.Error("connected by an interface that there is not")
			}
		})
	}
}

// TestPathMTU: a path on this machine takes what its loopback interface does.
func TestPathMTU(t *testing.T) {
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			s, _ := pair(t, addr)
			n, err := s.PathMTU()
			if !fits(s.d, sockopt.PathMTU.Option.Info()) {
				errorIs(t, "a family that is not told", err, errors.ErrUnsupported)
				return
			}
			if err != nil || n < 1280 || n > 1<<17 {
				t.Errorf("%d bytes, %v", n, err)
			}
		})
	}
	for name, addr := range udpLoopbacks(t) {
		t.Run("UDP "+name, func(t *testing.T) {
			s, _ := connectedUDP(t, addr)
			if !fits(s.d, sockopt.PathMTU.Option.Info()) {
				t.Skip("not an option of this family here")
			}
			if n, err := s.PathMTU(); err != nil || n < 1280 || n > 1<<17 {
				t.Errorf("%d bytes, %v", n, err)
			}
			_, err := unbound(t, addr).PathMTU()
			errorIs(t, "without a peer", err, ErrNotConnected)
		})
	}
}

// TestWithheld: a connection that waits for data is accepted when there is
// some, and not before.
func TestWithheld(t *testing.T) {
	for name, withhold := range map[string]func(t *testing.T, l *TCPListener){
		"DeferAccept": func(t *testing.T, l *TCPListener) {
			supported(t, sockopt.DeferAccept, SetOption(l, sockopt.DeferAccept, patience))
		},
		"AcceptFilter": func(t *testing.T, l *TCPListener) {
			supported(t, sockopt.AcceptFilter, SetOption(l, sockopt.AcceptFilter, "dataready"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := mustListen(t, "127.0.0.1:0")
			withhold(t, l)
			c, err := Connect(l.LocalAddress().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, _, err := l.TryAccept(); !errors.Is(err, ErrWouldBlock) {
				t.Errorf("accepting a connection without data: %v", err)
			}
			if _, err := c.Write([]byte("data")); err != nil {
				t.Fatal(err)
			}
			s, err := l.AcceptTCP()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			buf := make([]byte, 4)
			if _, err := s.ReadFull(buf); err != nil || string(buf) != "data" {
				t.Errorf("read %q, %v", buf, err)
			}
		})
	}
}

// TestB31FastOpen: with both ends of it switched on, what is written right
// after Connect arrives, whatever the machine makes of it.
func TestB31FastOpen(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	supported(t, sockopt.FastOpen, l.SetFastOpen(true))
	for range 3 { // the first may fetch a cookie, the others use it
		s := builder(t, NewTCPSocketV4)
		if sockopt.FastOpenConnect.Supported() {
			supported(t, sockopt.FastOpenConnect, s.SetFastOpenConnect(true))
		}
		c, err := s.Connect(t.Context(), l.LocalAddress())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if diff := cmp.Diff(l.LocalAddress().String(), c.PeerAddress().String()); diff != "" {
			t.Errorf("peer (-want +got):\n%s", diff)
		}
		if _, err := c.WriteAll([]byte("first")); err != nil {
			t.Fatal(err)
		}
		a, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if _, err := a.Write([]byte("and back")); err != nil {
			t.Fatal(err)
		}
		for _, read := range []struct {
			s    *TCPStream
			want string
		}{{a, "first"}, {c, "and back"}} {
			buf := make([]byte, len(read.want))
			if _, err := read.s.ReadFull(buf); err != nil || string(buf) != read.want {
				t.Errorf("read %q, %v", buf, err)
			}
		}
	}
}

// TestCookie: no two sockets have the same.
func TestCookie(t *testing.T) {
	seen := map[uint64]bool{}
	for range 3 {
		n, err := builder(t, NewTCPSocketV4).Cookie()
		supported(t, sockopt.Cookie, err)
		if n == 0 || seen[n] {
			t.Errorf("cookie %d, after %v", n, seen)
		}
		seen[n] = true
	}
}
