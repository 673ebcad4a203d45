package server

import (
	"context"

	volt "github.com/volt-net/volt/net"
)

var loops = []Server{
	{Name: "volt-loop", Doc: "Volt, an event loop with a handler", Networks: []string{"tcp", "unix", "udp"}, Serve: serveLoop},
	{Name: "volt-func", Doc: "Volt, blocking style as coroutines on an event loop", Networks: streams, Serve: serveFunc},
}

func newLoop(c Config, listening func(string)) (*volt.Loop, volt.Listener, error) {
	l, err := listenVolt(c)
	if err != nil {
		return nil, nil, err
	}
	loop, err := volt.NewLoop(volt.LoopConfig{ReadBuffer: c.Buffer})
	if err != nil {
		return nil, nil, err
	}
	listening(l.Addr().String())
	return loop, l, nil
}

func serveLoop(c Config, listening func(string)) error {
	if c.Network == "udp" {
		return serveLoopUDP(c, listening)
	}
	loop, l, err := newLoop(c, listening)
	if err != nil {
		return err
	}
	return loop.Serve(context.Background(), l, echoHandler{sink: c.Sink})
}

type echoHandler struct {
	volt.NopHandler
	sink bool
}

// Data answers, and stops reading while the peer takes nothing.
func (h echoHandler) Data(s *volt.Session, p []byte) {
	if h.sink {
		return
	}
	n, err := s.Write(p)
	if err == nil {
		return
	}
	s.PauseReading()
	if err != volt.ErrHighWater || s.Keep(p[n:]) != nil {
		s.Abort()
	}
}

// Writable goes on with what Data has kept.
func (h echoHandler) Writable(s *volt.Session) { s.ResumeReading() }

func serveLoopUDP(c Config, listening func(string)) error {
	s, err := listenVoltUDP(c)
	if err != nil {
		return err
	}
	loop, err := volt.NewLoop(volt.LoopConfig{})
	if err != nil {
		return err
	}
	listening(s.LocalAddress().String())
	return loop.ServePacket(context.Background(), s, packetEcho{})
}

type packetEcho struct{}

// Datagrams answers. What there is no room for is lost, as datagrams may be.
func (packetEcho) Datagrams(s *volt.PacketSession, list []volt.Datagram) {
	for i := range list {
		list[i].Buffer = list[i].Buffer[:list[i].N]
	}
	_, _ = s.Socket().TrySendBatch(list)
}

func (packetEcho) Closed(*volt.PacketSession, error) {}

func serveFunc(c Config, listening func(string)) error {
	loop, l, err := newLoop(c, listening)
	if err != nil {
		return err
	}
	lent := newBuffers(c.Buffer)
	return loop.ServeFunc(context.Background(), l, func(s *volt.Session) error {
		for {
			if err := s.Readable(); err != nil {
				return err
			}
			if err := once(s, c, lent); err != nil {
				return err
			}
		}
	})
}
