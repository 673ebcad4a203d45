package net

import (
	stdnet "net"
	"net/netip"
	"testing"

	"golang.org/x/net/ipv4"
)

// udpBench is a way to send datagrams over the loopback and receive them.
type udpBench struct {
	name string
	each int // datagrams of one do
	do   func() error
}

// BenchmarkUDP sends a datagram over the loopback and receives it, in several
// ways, with the standard library and its neighbour for comparison. It reports
// what one datagram costs.
func BenchmarkUDP(b *testing.B) {
	const many = 32
	for _, c := range append(stdBenches(b, many), voltBenches(b, many)...) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			before := cpuTime()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cpuTime()-before)/float64(b.N*c.each), "cpu-ns/datagram")
		})
	}
}

const benchDatagram = 64

func stdBenches(b *testing.B, many int) []udpBench {
	open := func() *stdnet.UDPConn {
		c, err := stdnet.ListenUDP("udp4", &stdnet.UDPAddr{IP: stdnet.IPv4(127, 0, 0, 1)})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.Close() })
		return c
	}
	from, to := open(), open()
	addr := to.LocalAddr().(*stdnet.UDPAddr)
	four := netip.AddrPortFrom(addr.AddrPort().Addr().Unmap(), addr.AddrPort().Port())
	p := make([]byte, benchDatagram)
	out, in := make([]ipv4.Message, many), make([]ipv4.Message, many)
	for i := range out {
		out[i] = ipv4.Message{Buffers: [][]byte{make([]byte, benchDatagram)}, Addr: addr}
		in[i].Buffers = [][]byte{make([]byte, benchDatagram)}
	}
	writer, reader := ipv4.NewPacketConn(from), ipv4.NewPacketConn(to)
	return []udpBench{
		{"std", 1, func() error {
			if _, err := from.WriteToUDPAddrPort(p, four); err != nil {
				return err
			}
			_, _, err := to.ReadFromUDPAddrPort(p)
			return err
		}},
		{"std batch", many, func() error {
			for n := 0; n < many; {
				k, err := writer.WriteBatch(out[n:], 0)
				if err != nil {
					return err
				}
				n += k
			}
			for n := 0; n < many; {
				k, err := reader.ReadBatch(in[n:], 0)
				if err != nil {
					return err
				}
				n += k
			}
			return nil
		}},
	}
}

func voltBenches(b *testing.B, many int) []udpBench {
	from, to := bound(b, LoopbackV4(0)), bound(b, LoopbackV4(0))
	p, addr := make([]byte, benchDatagram), to.LocalAddress()
	var benches []udpBench
	one := func(name string, send, recv func() error) {
		benches = append(benches, udpBench{name, 1, func() error {
			if err := send(); err != nil {
				return err
			}
			return recv()
		}})
	}
	one("parked", func() error { return second(from.SendTo(p, addr)) },
		func() error { _, _, err := to.RecvFrom(p); return err })
	one("tried", func() error { return second(from.TrySendTo(p, addr)) },
		func() error { _, _, err := to.TryRecvFrom(p); return err })
	one("message", func() error { return second(from.SendMessage(p, Meta{Dst: addr})) },
		func() error { _, _, err := to.RecvMessage(p); return err })

	batch := func(name string, out []Datagram) {
		in := batchOf(many, benchDatagram)
		benches = append(benches, udpBench{name, many, func() error {
			if _, err := from.SendBatch(out); err != nil {
				return err
			}
			for n := 0; n < many; {
				k, err := to.RecvBatch(in[n:])
				if err != nil {
					return err
				}
				n += k
			}
			return nil
		}})
	}
	alike, unlike := batchOf(many, benchDatagram), batchOf(many, benchDatagram)
	for i := range alike {
		alike[i].Addr, unlike[i].Addr = addr, addr
		unlike[i].Buffer = unlike[i].Buffer[:benchDatagram/2+i]
	}
	batch("batch", alike)
	batch("batch of all sizes", unlike)
	return benches
}
