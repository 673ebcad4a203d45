package server

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"

	volt "github.com/volt-net/volt/net"
)

// batch is how many datagrams the batching servers take at most at once.
const batch = 64

func listenStdUDP(c Config) (*net.UDPConn, error) {
	addr, err := netip.ParseAddrPort(c.Address)
	if err != nil {
		return nil, err
	}
	return net.ListenUDP("udp4", net.UDPAddrFromAddrPort(addr))
}

func serveStdUDP(c Config, listening func(string)) error {
	s, err := listenStdUDP(c)
	if err != nil {
		return err
	}
	listening(s.LocalAddr().String())
	buf := make([]byte, c.Buffer)
	for {
		n, from, err := s.ReadFromUDPAddrPort(buf)
		if err != nil {
			return err
		}
		if _, err := s.WriteToUDPAddrPort(buf[:n], from); err != nil {
			return err
		}
	}
}

func serveStdBatch(c Config, listening func(string)) error {
	s, err := listenStdUDP(c)
	if err != nil {
		return err
	}
	listening(s.LocalAddr().String())
	conn := ipv4.NewPacketConn(s)
	list := make([]ipv4.Message, batch)
	whole := make([][]byte, batch)
	for i := range list {
		whole[i] = make([]byte, c.Buffer)
		list[i].Buffers = [][]byte{whole[i]}
	}
	for {
		n, err := conn.ReadBatch(list, 0)
		if err != nil {
			return err
		}
		for i := range list[:n] {
			list[i].Buffers[0] = whole[i][:list[i].N]
		}
		for sent := 0; sent < n; {
			k, err := conn.WriteBatch(list[sent:n], 0)
			if err != nil {
				return err
			}
			sent += k
		}
		for i := range list[:n] {
			list[i].Buffers[0] = whole[i]
		}
	}
}

func listenVoltUDP(c Config) (*volt.UDPSocket, error) {
	addr, err := volt.ParseAddress(c.Address)
	if err != nil {
		return nil, err
	}
	return volt.BindUDP(addr)
}

func serveVoltUDP(c Config, listening func(string)) error {
	s, err := listenVoltUDP(c)
	if err != nil {
		return err
	}
	listening(s.LocalAddress().String())
	buf := make([]byte, c.Buffer)
	for {
		n, from, err := s.RecvFrom(buf)
		if err != nil {
			return err
		}
		if _, err := s.SendTo(buf[:n], from); err != nil {
			return err
		}
	}
}

func serveVoltBatch(c Config, listening func(string)) error {
	s, err := listenVoltUDP(c)
	if err != nil {
		return err
	}
	listening(s.LocalAddress().String())
	list := make([]volt.Datagram, batch)
	whole := make([][]byte, batch)
	for i := range list {
		whole[i] = make([]byte, c.Buffer)
		list[i].Buffer = whole[i]
	}
	for {
		n, err := s.RecvBatch(list)
		if err != nil {
			return err
		}
		for i := range list[:n] {
			list[i].Buffer = whole[i][:list[i].N]
		}
		if err := sendAll(s, list[:n]); err != nil {
			return err
		}
		for i := range list[:n] {
			list[i].Buffer = whole[i]
		}
	}
}

func sendAll(s *volt.UDPSocket, list []volt.Datagram) error {
	for len(list) > 0 {
		n, err := s.SendBatch(list)
		if err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
