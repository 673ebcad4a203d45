package net

import (
	stdnet "net"
	"testing"
)

// BenchmarkDatagram sends a datagram over the loopback and receives it, with
// the standard library for comparison. It reports what one datagram costs.
func BenchmarkDatagram(b *testing.B) {
	const size = 64
	std := func() *stdnet.UDPConn {
		c, err := stdnet.ListenUDP("udp4", &stdnet.UDPAddr{IP: stdnet.IPv4(127, 0, 0, 1)})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.Close() })
		return c
	}
	stdFrom, stdTo := std(), std()
	stdAddr := stdTo.LocalAddr().(*stdnet.UDPAddr).AddrPort()
	from, to := bound(b, LoopbackV4(0)), bound(b, LoopbackV4(0))
	p, addr := make([]byte, size), to.LocalAddress()
	batch := batchOf(32, size)

	for _, c := range []struct {
		name string
		each int
		do   func() error
	}{
		{"std", 1, func() error {
			if _, err := stdFrom.WriteToUDPAddrPort(p, stdAddr); err != nil {
				return err
			}
			_, _, err := stdTo.ReadFromUDPAddrPort(p)
			return err
		}},
		{"parked", 1, func() error {
			if _, err := from.SendTo(p, addr); err != nil {
				return err
			}
			_, _, err := to.RecvFrom(p)
			return err
		}},
		{"tried", 1, func() error {
			if _, err := from.TrySendTo(p, addr); err != nil {
				return err
			}
			_, _, err := to.TryRecvFrom(p)
			return err
		}},
		{"message", 1, func() error {
			if _, err := from.SendMessage(p, Meta{Dst: addr}); err != nil {
				return err
			}
			_, _, err := to.RecvMessage(p)
			return err
		}},
		{"batch", 32, func() error {
			for i := range batch {
				batch[i].Addr = addr
			}
			if _, err := from.SendBatch(batch); err != nil {
				return err
			}
			_, err := to.RecvBatch(batch)
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.each), "ns/datagram")
		})
	}
}
