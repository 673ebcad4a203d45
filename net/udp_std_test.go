package net

import (
	"context"
	stdnet "net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
)

// quicConn is what quic-go asks of a socket to use all of it.
type quicConn interface {
	stdnet.PacketConn
	SyscallConn() (syscall.RawConn, error)
	SetReadBuffer(int) error
	SetWriteBuffer(int) error
	ReadMsgUDP(p, oob []byte) (n, oobn, flags int, addr *stdnet.UDPAddr, err error)
	WriteMsgUDP(p, oob []byte, addr *stdnet.UDPAddr) (n, oobn int, err error)
}

var _ quicConn = (*UDPSocket)(nil)

// TestUDPPacketConn lets the standard library's socket talk to ours.
func TestUDPPacketConn(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			std, err := stdnet.ListenUDP("udp", addr.UDPAddr())
			if err != nil {
				t.Fatal(err)
			}
			defer std.Close()
			std.SetDeadline(time.Now().Add(patience))
			s := bound(t, addr)
			to := std.LocalAddr().(*stdnet.UDPAddr)
			p := make([]byte, 16)
			for _, tt := range []struct {
				name string
				send func() (int, error)
			}{
				{"WriteTo of a UDPAddr", func() (int, error) { return s.WriteTo([]byte("hello"), to) }},
				{"WriteTo of an Address", func() (int, error) { return s.WriteTo([]byte("hello"), AddressFrom(to.AddrPort())) }},
				{"WriteToUDPAddrPort", func() (int, error) { return s.WriteToUDPAddrPort([]byte("hello"), to.AddrPort()) }},
				{"WriteMsgUDP", func() (int, error) { n, _, err := s.WriteMsgUDP([]byte("hello"), nil, to); return n, err }},
				{"WriteMsgUDPAddrPort", func() (int, error) {
					n, _, err := s.WriteMsgUDPAddrPort([]byte("hello"), nil, to.AddrPort())
					return n, err
				}},
			} {
				if n, err := tt.send(); n != 5 || err != nil {
					t.Fatalf("%s: %d, %v", tt.name, n, err)
				}
				n, from, err := std.ReadFromUDP(p)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff("hello from "+s.LocalAddr().String(), string(p[:n])+" from "+from.String()); diff != "" {
					t.Errorf("%s:\n%s", tt.name, diff)
				}
			}
			for _, tt := range []struct {
				name string
				recv func() (int, stdnet.Addr, error)
			}{
				{"ReadFrom", func() (int, stdnet.Addr, error) { return s.ReadFrom(p) }},
				{"ReadFromUDPAddrPort", func() (int, stdnet.Addr, error) {
					n, ap, err := s.ReadFromUDPAddrPort(p)
					return n, stdnet.UDPAddrFromAddrPort(ap), err
				}},
				{"ReadMsgUDP", func() (int, stdnet.Addr, error) {
					n, _, _, a, err := s.ReadMsgUDP(p, nil)
					return n, a, err
				}},
				{"ReadMsgUDPAddrPort", func() (int, stdnet.Addr, error) {
					n, _, _, ap, err := s.ReadMsgUDPAddrPort(p, nil)
					return n, stdnet.UDPAddrFromAddrPort(ap), err
				}},
			} {
				if _, err := std.WriteTo([]byte("hello"), s.LocalAddr()); err != nil {
					t.Fatal(err)
				}
				n, from, err := tt.recv()
				if err != nil {
					t.Fatalf("%s: %v", tt.name, err)
				}
				if diff := cmp.Diff("hello from "+to.String(), string(p[:n])+" from "+from.String()); diff != "" {
					t.Errorf("%s:\n%s", tt.name, diff)
				}
			}
		})
	}
}

// TestUDPUnderXNet uses the batches of golang.org/x/net, as quic-go does.
func TestUDPUnderXNet(t *testing.T) {
	s, c := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	conn := ipv4.NewPacketConn(s)
	if err := conn.SetControlMessage(ipv4.FlagDst, true); err != nil {
		t.Fatal(err)
	}
	mustSendTo(t, c, "hello", s.LocalAddress())
	ms := []ipv4.Message{{Buffers: [][]byte{make([]byte, 16)}, OOB: make([]byte, 128)}}
	if n, err := conn.ReadBatch(ms, 0); n != 1 || err != nil {
		t.Fatalf("ReadBatch: %d, %v", n, err)
	}
	var cm ipv4.ControlMessage
	if err := cm.Parse(ms[0].OOB[:ms[0].NN]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("hello to 127.0.0.1", string(ms[0].Buffers[0][:ms[0].N])+" to "+cm.Dst.String()); diff != "" {
		t.Error(diff)
	}
}

// TestUDPResolver answers the standard resolver over one of our sockets, which
// asks over another.
func TestUDPResolver(t *testing.T) {
	server := bound(t, LoopbackV4(0))
	served := make(chan error, 1)
	go func() { served <- answerNames(server) }()
	r := &stdnet.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (stdnet.Conn, error) {
		s, err := UnboundUDP()
		if err != nil {
			return nil, err
		}
		return s, s.Connect(server.LocalAddress())
	}}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got, err := r.LookupNetIP(ctx, "ip4", "volt.example.")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("[192.0.2.7]", netipText(got)); diff != "" {
		t.Error(diff)
	}
	server.Close()
	errorIs(t, "the server", soon(t, "the server ends", served), ErrClosed)
}

func netipText(list []netip.Addr) string {
	s := "["
	for i, a := range list {
		if i > 0 {
			s += " "
		}
		s += a.String()
	}
	return s + "]"
}

// answerNames says that every name is 192.0.2.7, until s is closed.
func answerNames(s *UDPSocket) error {
	p := make([]byte, 512)
	for {
		n, from, err := s.ReadFrom(p)
		if err != nil {
			return err
		}
		var m dnsmessage.Message
		if err := m.Unpack(p[:n]); err != nil {
			return err
		}
		m.Response, m.Additionals = true, nil
		for _, q := range m.Questions {
			h := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 7}}})
		}
		b, err := m.Pack()
		if err != nil {
			return err
		}
		if _, err := s.WriteTo(b, from); err != nil {
			return err
		}
	}
}
