package net

import (
	stdnet "net"
	"net/netip"

	"github.com/volt-net/volt/platform"
)

// What the standard library's interfaces, and libraries such as quic-go, ask
// of a UDP socket.

// ReadFrom is RecvFrom for the standard interface.
func (s *UDPSocket) ReadFrom(p []byte) (int, stdnet.Addr, error) {
	n, from, err := s.RecvFrom(p)
	if err != nil {
		return n, nil, err
	}
	return n, from.UDPAddr(), nil
}

// WriteTo is SendTo for the standard interface: to may be an [Address], a
// *net.UDPAddr, or whatever else [AddressOf] takes.
func (s *UDPSocket) WriteTo(p []byte, to stdnet.Addr) (int, error) {
	a, err := AddressOf(to)
	if err != nil {
		return 0, opError("write", "udp", s.LocalAddr(), to, err)
	}
	return s.SendTo(p, a)
}

// ReadFromUDPAddrPort is RecvFrom.
func (s *UDPSocket) ReadFromUDPAddrPort(p []byte) (int, netip.AddrPort, error) {
	n, from, err := s.RecvFrom(p)
	return n, from.AddrPort(), err
}

// WriteToUDPAddrPort is SendTo.
func (s *UDPSocket) WriteToUDPAddrPort(p []byte, to netip.AddrPort) (int, error) {
	return s.SendTo(p, AddressFrom(to))
}

// ReadMsgUDP receives a datagram into p, the control messages that come with
// it into oob, and the flags that the kernel has set.
func (s *UDPSocket) ReadMsgUDP(p, oob []byte) (n, oobn, flags int, from *stdnet.UDPAddr, err error) {
	n, oobn, flags, ap, err := s.ReadMsgUDPAddrPort(p, oob)
	if ap.IsValid() {
		from = stdnet.UDPAddrFromAddrPort(ap)
	}
	return n, oobn, flags, from, err
}

// ReadMsgUDPAddrPort is ReadMsgUDP with another form of address.
func (s *UDPSocket) ReadMsgUDPAddrPort(p, oob []byte) (n, oobn, flags int, from netip.AddrPort, err error) {
	m := &platform.Message{Buffers: [][]byte{p}, Control: oob}
	err = s.d.until(reading, &op{kind: opRecvMsg, m: m})
	return m.N, m.ControlLen, m.KernelFlags, addressFromSys(m.Addr).AddrPort(), s.d.fail("read", err)
}

// WriteMsgUDP sends p with the control messages in oob: to the address, or
// where that is nil to the socket's peer.
func (s *UDPSocket) WriteMsgUDP(p, oob []byte, to *stdnet.UDPAddr) (n, oobn int, err error) {
	if to == nil {
		return s.writeMsg(p, oob, Address{})
	}
	a, err := AddressOf(to)
	if err != nil {
		return 0, 0, opError("write", "udp", s.LocalAddr(), to, err)
	}
	return s.writeMsg(p, oob, a)
}

// WriteMsgUDPAddrPort is WriteMsgUDP; the zero AddrPort is the socket's peer.
func (s *UDPSocket) WriteMsgUDPAddrPort(p, oob []byte, to netip.AddrPort) (n, oobn int, err error) {
	return s.writeMsg(p, oob, AddressFrom(to))
}

func (s *UDPSocket) writeMsg(p, oob []byte, to Address) (n, oobn int, err error) {
	m := &platform.Message{Buffers: [][]byte{p}, Control: oob}
	if to != (Address{}) {
		if m.Addr, err = s.d.target(to); err != nil {
			return 0, 0, s.failTo(to, err)
		}
	}
	err = s.d.untilSent(&op{kind: opSendMsg, m: m})
	if err != nil {
		return 0, 0, s.failTo(to, err)
	}
	return m.N, len(oob), nil
}

// sendMessage is message for writing, with the check of trySendTo.
func (d *desc) sendMessage(m *platform.Message) error {
	if m.Addr.Family != platform.FamilyNone && d.has(flagConnected) {
		return ErrIsConnected
	}
	return d.message(writing, m)
}

// SetReadBuffer is SetRecvBuffer.
func (s *UDPSocket) SetReadBuffer(n int) error { return s.SetRecvBuffer(n) }

// SetWriteBuffer is SetSendBuffer.
func (s *UDPSocket) SetWriteBuffer(n int) error { return s.SetSendBuffer(n) }
