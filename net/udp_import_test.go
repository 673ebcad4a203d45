package net

import (
	"errors"
	stdnet "net"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stdFile is a copy of a socket of the standard library.
func stdFile(t *testing.T, c interface{ File() (*os.File, error) }) *os.File {
	t.Helper()
	f, err := c.File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func stdUDP(t *testing.T, addr Address) *stdnet.UDPConn {
	t.Helper()
	c, err := stdnet.ListenUDP("udp", addr.UDPAddr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestUDPFromFile: a socket from elsewhere is like any other, with a peer or
// without.
func TestUDPFromFile(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			c := stdUDP(t, addr)
			f := stdFile(t, c)
			s, err := UDPSocketFromFile(f)
			if err != nil {
				t.Fatal(err)
			}
			kept(t, s)
			local := AddressFrom(c.LocalAddr().(*stdnet.UDPAddr).AddrPort())
			if diff := cmp.Diff([]Address{local, {}}, []Address{s.LocalAddress(), s.PeerAddress()}, cmpAddress); diff != "" {
				t.Errorf("addresses (-want +got):\n%s", diff)
			}
			if !nonBlocking(t, s) {
				t.Error("blocking")
			}
			b := bound(t, addr)
			mustSendTo(t, s, sized(1, 65507), b.LocalAddress()) // D6
			if n, _, err := b.RecvFrom(make([]byte, 1<<16)); n != 65507 || err != nil {
				t.Errorf("D27: %d, %v", n, err)
			}
			if err := s.Connect(b.LocalAddress()); err != nil {
				t.Fatal(err)
			}
			twin, err := UDPSocketFromFile(stdFile(t, s))
			if err != nil {
				t.Fatal(err)
			}
			kept(t, twin)
			if diff := cmp.Diff(b.LocalAddress(), twin.PeerAddress(), cmpAddress); diff != "" {
				t.Errorf("peer (-want +got):\n%s", diff)
			}
			errorIs(t, "D3", second(twin.TrySendTo([]byte("x"), b.LocalAddress())), ErrIsConnected)
			if err := twin.Disconnect(); err != nil {
				t.Fatal(err)
			}
			mustSendTo(t, twin, "x", b.LocalAddress())
		})
	}
}

// TestUDPFromDual: what a dual-stack socket of the standard library hears of
// IPv4 shows as IPv4.
func TestUDPFromDual(t *testing.T) {
	if _, ok := families(t)["IPv6"]; !ok {
		t.Skip("no IPv6")
	}
	c, err := stdnet.ListenUDP("udp", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := UDPSocketFromFile(stdFile(t, c))
	if err != nil {
		t.Fatal(err)
	}
	kept(t, s)
	a := bound(t, LoopbackV4(0))
	mustSendTo(t, a, "x", LoopbackV4(s.LocalAddress().Port()))
	wantDatagram(t, s, datagramFrom{"x", a.LocalAddress()})
	mustSendTo(t, s, "y", a.LocalAddress())
	wantDatagram(t, a, datagramFrom{"y", LoopbackV4(s.LocalAddress().Port())})
}

// TestUDPFromFD takes the number itself, and refuses what is no UDP socket,
// which stays the caller's.
func TestUDPFromFD(t *testing.T) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := UDPSocketFromFD(fd)
	if err != nil {
		t.Fatal(err)
	}
	kept(t, s)
	b := bound(t, LoopbackV4(0))
	mustSendTo(t, s, "x", b.LocalAddress())
	if n, err := b.Recv(make([]byte, 8)); n != 1 || err != nil {
		t.Errorf("received %d, %v", n, err)
	}

	stream := inheritable(t)
	defer syscall.Close(stream)
	file, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	local, other := datagramPair(t)
	defer other.Close()
	for _, tt := range []struct {
		name string
		fd   int
		want error
	}{
		{"a stream", stream, errors.ErrUnsupported},
		{"a Unix socket", number(local), errors.ErrUnsupported},
		{"H27 a file", int(file.Fd()), syscall.ENOTSOCK},
		{"no descriptor", -1, syscall.EBADF},
	} {
		_, err := UDPSocketFromFD(tt.fd)
		errorIs(t, tt.name, err, tt.want)
	}
	if _, err := TCPStreamFromFile(stdFile(t, s)); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a UDP socket as a stream: %v", err)
	}
	_, err = UDPSocketFromFile(file)
	errorIs(t, "H27 a file by name", err, syscall.ENOTSOCK)
	if _, err := file.Stat(); err != nil {
		t.Errorf("the file was closed: %v", err)
	}
}

// TestFromFDTooWide: a number of more than 32 bits is no other descriptor's.
func TestFromFDTooWide(t *testing.T) {
	s := bound(t, LoopbackV4(0))
	for _, high := range []int64{1 << 32, -1 << 32} {
		fd := int(high + int64(s.d.fd))
		if fd == int(s.d.fd) {
			t.Skip("integers have 32 bits here")
		}
		twin, err := UDPSocketFromFD(fd)
		var r *RangeError
		if twin != nil || !errors.As(err, &r) {
			t.Errorf("%d: %v, %v", fd, twin, err)
		}
	}
}

// TestMulticastInterfaceOfImported: that the system is to choose ends what
// somebody else has chosen, on a socket from elsewhere as on one that others
// have had in hand.
func TestMulticastInterfaceOfImported(t *testing.T) {
	lo := loopback(t)
	for name, addr := range udpLoopbacks(t) {
		imported := func(t *testing.T) *UDPSocket {
			s, err := UDPSocketFromFile(stdFile(t, stdUDP(t, addr)))
			if err != nil {
				t.Fatal(err)
			}
			return kept(t, s)
		}
		for from, socket := range map[string]func(*testing.T) *UDPSocket{
			"imported": imported,
			"made":     func(t *testing.T) *UDPSocket { return bound(t, addr) },
		} {
			t.Run(name+" "+from, func(t *testing.T) {
				s := socket(t)
				errorIs(t, "of none, of none before", s.SetMulticastInterface(Interface{}), nil)
				s = socket(t)
				chooseOutgoing(t, s, lo.Index)
				err := s.SetMulticastInterface(Interface{})
				if addr.Family() == FamilyIPv6 && errors.Is(err, ErrInvalidState) {
					t.Skip("this system does not take a choice back (E5)")
				}
				errorIs(t, "of none", err, nil)
				if outgoing(t, s) {
					t.Error("the interface is still chosen")
				}
			})
		}
	}
}

// chooseOutgoing chooses the loopback for groups behind the package's back. By
// address, as what is chosen by index does not read everywhere (E14).
func chooseOutgoing(t *testing.T, s *UDPSocket, index int) {
	t.Helper()
	var err error
	if s.d.family == FamilyIPv6 {
		err = syscall.SetsockoptInt(number(s), syscall.IPPROTO_IPV6, syscall.IPV6_MULTICAST_IF, index)
	} else {
		err = syscall.SetsockoptInet4Addr(number(s), syscall.IPPROTO_IP, syscall.IP_MULTICAST_IF, [4]byte{127, 0, 0, 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	if !outgoing(t, s) {
		t.Fatal("no interface is chosen")
	}
}

// outgoing reports whether an interface for groups is chosen.
func outgoing(t *testing.T, s *UDPSocket) bool {
	t.Helper()
	if s.d.family == FamilyIPv6 {
		index, err := syscall.GetsockoptInt(number(s), syscall.IPPROTO_IPV6, syscall.IPV6_MULTICAST_IF)
		if err != nil {
			t.Fatal(err)
		}
		return index != 0
	}
	ip, err := syscall.GetsockoptInet4Addr(number(s), syscall.IPPROTO_IP, syscall.IP_MULTICAST_IF)
	if err != nil {
		t.Fatal(err)
	}
	return ip != [4]byte{}
}
