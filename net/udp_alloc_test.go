package net

import "testing"

// arrived repeats a Try call until there is something: some loopbacks deliver
// later.
func arrived(s *UDPSocket, try func() error) error {
	for {
		if err := try(); err != ErrWouldBlock {
			return err
		}
		if err := s.Readable(nil); err != nil {
			return err
		}
	}
}

func TestAllocsUDP(t *testing.T) {
	leanBuild(t)
	for name, addr := range udpLoopbacks(t) {
		a, b := bound(t, addr), bound(t, addr)
		p, c := connectedUDP(t, addr)
		out, in := make([]byte, 64), make([]byte, 64)
		to, many, told := b.LocalAddress(), batchOf(32, 64), batchOf(4, 64)
		for i := range told {
			told[i].Meta = new(Meta)
		}
		for _, tt := range []struct {
			name       string
			send, recv func() error
		}{
			{"TrySendTo, TryRecvFrom", func() error { return second(a.TrySendTo(out, to)) },
				func() error {
					return arrived(b, func() error { _, _, err := b.TryRecvFrom(in); return err })
				}},
			{"SendTo, RecvFrom", func() error { return second(a.SendTo(out, to)) },
				func() error { _, _, err := b.RecvFrom(in); return err }},
			{"SendTo, PeekFrom, TryRecvFrom", func() error { return second(a.SendTo(out, to)) }, func() error {
				if _, _, err := b.PeekFrom(in); err != nil {
					return err
				}
				_, _, err := b.TryRecvFrom(in)
				return err
			}},
			{"TrySend, TryRecv", func() error { return second(p.TrySend(out)) }, func() error {
				return arrived(c, func() error { return second(c.TryRecv(in)) })
			}},
			{"Send, Recv", func() error { return second(p.Send(out)) }, func() error { return second(c.Recv(in)) }},
			{"Write, Read", func() error { return second(p.Write(out)) }, func() error { return second(c.Read(in)) }},
			{"WriteToUDPAddrPort, ReadFromUDPAddrPort", func() error { return second(a.WriteToUDPAddrPort(out, to.AddrPort())) },
				func() error { _, _, err := b.ReadFromUDPAddrPort(in); return err }},
			{"SendMessage, RecvMessage", func() error { return second(a.SendMessage(out, Meta{Dst: to, TOS: 8})) },
				func() error { _, _, err := b.RecvMessage(in); return err }},
			{"TrySendMessage, TryRecvMessage", func() error { return second(a.TrySendMessage(out, Meta{Dst: to})) },
				func() error {
					return arrived(b, func() error { _, _, err := b.TryRecvMessage(in); return err })
				}},
			{"a batch of 32", func() error {
				for i := range many {
					many[i].Addr = to
				}
				return second(a.SendBatch(many))
			}, func() error { return second(b.RecvBatch(many)) }},
			{"a batch of all sizes", func() error {
				for i := range many {
					many[i].Addr, many[i].Buffer = to, many[i].Buffer[:i+1]
				}
				return second(a.SendBatch(many))
			}, func() error { return second(b.RecvBatch(many)) }},
			{"a batch with Meta", func() error {
				for i := range told {
					told[i].Addr, *told[i].Meta = to, Meta{TOS: 8}
				}
				return second(a.TrySendBatch(told))
			}, func() error {
				return arrived(b, func() error { return second(b.TryRecvBatch(told)) })
			}},
			{"a batch to the peer", func() error {
				for i := range many {
					many[i].Addr = Address{}
				}
				return second(p.SendBatch(many))
			}, func() error { return second(c.RecvBatch(many)) }},
			{"nothing to receive", func() error { return nil }, func() error {
				if _, _, err := b.TryRecvFrom(in); err != ErrWouldBlock {
					return err
				}
				return nil
			}},
		} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				noAllocs(t, func() error {
					if err := tt.send(); err != nil {
						return err
					}
					return tt.recv()
				})
			})
		}
	}
}

// TestAllocsUDPParked counts a round trip in which both ends have to wait.
func TestAllocsUDPParked(t *testing.T) {
	leanBuild(t)
	a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for p := make([]byte, 8); ; {
			n, from, err := b.RecvFrom(p)
			if err != nil {
				return
			}
			b.SendTo(p[:n], from)
		}
	}()
	t.Cleanup(func() { b.Close(); <-done })
	p, to := make([]byte, 8), b.LocalAddress()
	noAllocs(t, func() error {
		if _, err := a.SendTo(p, to); err != nil {
			return err
		}
		_, _, err := a.RecvFrom(p)
		return err
	})
}
