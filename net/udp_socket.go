package net

import (
	stdnet "net"
	"sync"
	"sync/atomic"

	"github.com/volt-net/volt/platform"
)

// UDPSocket sends and receives UDP datagrams. It is a standard net.PacketConn
// and, once Connect has named its peer, a standard net.Conn.
//
// What is the same on every system: datagrams of 65,507 bytes, the most that
// IPv4 allows, can be sent and received (D6, D27); a socket receives what is
// sent to groups that it has joined and no others (E9); and IPv6 sockets leave
// IPv4 alone unless made by [UnboundUDPDual] (F1).
type UDPSocket struct {
	datagram

	peering   sync.Mutex    // Connect and Disconnect take turns
	multicast atomic.Uint32 // index of the interface for groups, 0 for the system's choice
	meta      atomic.Bool   // the kernel has been asked to tell what RecvMessage reports
}

var (
	_ stdnet.Conn       = (*UDPSocket)(nil)
	_ stdnet.PacketConn = (*UDPSocket)(nil)
	_ Socket            = (*UDPSocket)(nil)
)

// BindUDP makes a socket of addr's family with addr as its local address; port
// 0 is one that the system picks. To set options first, see [UnboundUDP].
func BindUDP(addr Address) (*UDPSocket, error) {
	family := addr.Family()
	if family == platform.FamilyNone {
		return nil, opError("bind", "udp", nil, nil, &AddressError{Why: whyNone})
	}
	s, err := newUDPSocket(family, false)
	if err != nil {
		return nil, err
	}
	if err := s.Bind(addr); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// UnboundUDP makes an IPv4 socket without an address. Bind gives it one, or
// the first datagram that it sends.
func UnboundUDP() (*UDPSocket, error) { return newUDPSocket(platform.Inet4, false) }

// UnboundUDPv6 is [UnboundUDP] for IPv6 only.
func UnboundUDPv6() (*UDPSocket, error) { return newUDPSocket(platform.Inet6, false) }

// UnboundUDPDual is [UnboundUDP] for IPv6 and IPv4 at once. IPv4 senders show
// as IPv4 addresses.
func UnboundUDPDual() (*UDPSocket, error) { return newUDPSocket(platform.Inet6, true) }

func newUDPSocket(family platform.Family, dual bool) (*UDPSocket, error) {
	d, err := newUDPDesc(family, dual)
	if err != nil {
		return nil, opError("socket", "udp", nil, nil, err)
	}
	return &UDPSocket{datagram: datagram{socket{d}}}, nil
}

// datagramRoom is enough for the largest datagram with what systems keep
// beside it, and less than what most give without being asked.
const datagramRoom = 96 << 10

func newUDPDesc(family platform.Family, dual bool) (*desc, error) {
	fd, err := sys.Socket(family, platform.Datagram)
	if err != nil {
		return nil, err
	}
	d := newDesc(fd, family, platform.Datagram)
	d.typ, d.dual = platform.UDPSocket, dual
	if err := d.equip(); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// equip makes a new socket what it is on no system by itself.
func (d *desc) equip() error {
	if d.family == platform.Inet6 {
		if err := d.force(platform.V6Only.Info(), platform.Pack(!d.dual)); err != nil {
			return err
		}
	}
	return d.even()
}

// even makes a socket what one of this module promises: it receives the groups
// that it has joined (E9), and has room for the largest datagram (D6, D27).
func (d *desc) even() error {
	err := d.force(platform.MulticastAll.Info(), platform.Pack(false))
	if err != nil && !unsupported(err) {
		return err
	}
	for _, buffer := range []platform.Option[int]{platform.SendBuffer, platform.RecvBuffer} {
		have, err := getOption(d, buffer)
		if err == nil && have < datagramRoom {
			err = d.force(buffer.Info(), platform.Pack(datagramRoom))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Bind gives the socket its local address, which may be that of a group.
func (s *UDPSocket) Bind(addr Address) error {
	d := s.d
	if err := d.acquire(); err != nil {
		return d.fail("bind", err)
	}
	defer d.release()
	return opError("bind", d.network(), nil, addr.UDPAddr(), d.bind(addr))
}

// LocalAddress returns the address the socket is bound to, or the zero Address.
func (s *UDPSocket) LocalAddress() Address { return addressFromSys(s.d.localAddr()) }

// PeerAddress returns the address that Connect has named, or the zero Address.
func (s *UDPSocket) PeerAddress() Address { return addressFromSys(s.d.peer()) }

// Connect names the only peer that the socket sends to and receives from,
// until Disconnect or another Connect. Nothing is sent. Datagrams of others
// that came before may still be received after (D18). The unspecified address
// is the loopback (C6).
func (s *UDPSocket) Connect(addr Address) error {
	d := s.d
	to, err := d.target(addr)
	if err == nil {
		s.peering.Lock()
		defer s.peering.Unlock()
		if err = d.acquire(); err == nil {
			err = d.setPeer(to)
			d.release()
		}
	}
	return opError("dial", d.network(), nil, known(addr.UDPAddr()), err)
}

// Disconnect lets the socket send to and receive from anyone again. Without a
// peer it does nothing. Whether the socket keeps its port is the system's
// affair (D12).
func (s *UDPSocket) Disconnect() error {
	d := s.d
	s.peering.Lock()
	defer s.peering.Unlock()
	if err := d.acquire(); err != nil {
		return d.fail("disconnect", err)
	}
	defer d.release()
	if !d.has(flagConnected) {
		return nil
	}
	return d.fail("disconnect", d.setPeer(platform.Addr{}))
}

// setPeer connects the socket, or takes its peer away: then some systems say
// that they cannot, after they have (D12). They also take the old peer away
// before they refuse a new one (soconnect of FreeBSD and xnu).
func (d *desc) setPeer(to platform.Addr) error {
	err := sys.Connect(d.fd, to)
	if err != nil {
		if _, e := sys.PeerAddr(d.fd); sys.Classify(e) != platform.ClassNotConnected {
			return err
		}
		if to.Family == platform.FamilyNone {
			err = nil
		}
		to = platform.Addr{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remote, d.local = to, platform.Addr{} // the local address may be another now
	if to.Family == platform.FamilyNone {
		d.flags.And(^flagConnected)
	} else {
		d.set(flagConnected)
	}
	return err
}
