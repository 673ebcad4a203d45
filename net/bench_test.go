package net

import (
	"fmt"
	"io"
	stdnet "net"
	"sync"
	"testing"
)

// BenchmarkEcho sends 64 bytes there and back over many connections at once:
// package net and the standard library in turn, both ends alike. Compare
// ns/op within a run; servers and clients share the machine's processors.
func BenchmarkEcho(b *testing.B) {
	for _, conns := range []int{1, 50, 1000} {
		for _, impl := range []struct {
			name   string
			listen func() (stdnet.Listener, error)
			dial   func(addr string) (stdnet.Conn, error)
		}{
			{"volt", listenVolt, dialVolt},
			{"std", func() (stdnet.Listener, error) { return stdnet.Listen("tcp", "127.0.0.1:0") },
				func(addr string) (stdnet.Conn, error) { return stdnet.Dial("tcp", addr) }},
		} {
			b.Run(fmt.Sprintf("%s/%d", impl.name, conns), func(b *testing.B) {
				benchEcho(b, conns, impl.listen, impl.dial)
			})
		}
	}
}

func listenVolt() (stdnet.Listener, error) { return Listen("127.0.0.1:0") }

func dialVolt(addr string) (stdnet.Conn, error) {
	c, err := Connect(addr)
	if err != nil {
		return nil, err
	}
	return c, nil
}

const echoSize = 64

func benchEcho(b *testing.B, conns int, listen func() (stdnet.Listener, error), dial func(string) (stdnet.Conn, error)) {
	l, err := listen()
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer l.Close()
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { echo(c) })
		}
	})
	clients := make([]stdnet.Conn, conns)
	for i := range clients {
		c, err := dial(l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		clients[i] = c
	}
	b.ReportAllocs()
	b.SetBytes(echoSize)
	before := cpuTime()
	b.ResetTimer()
	var run sync.WaitGroup
	for i, c := range clients {
		share := b.N / conns
		if i < b.N%conns {
			share++
		}
		run.Go(func() { ping(b, c, share) })
	}
	run.Wait()
	b.StopTimer()
	b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
}

func echo(c stdnet.Conn) {
	defer c.Close()
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}

func ping(b *testing.B, c stdnet.Conn, n int) {
	buf := make([]byte, 4096)
	for range n {
		if _, err := c.Write(buf[:echoSize]); err != nil {
			b.Error(err)
			return
		}
		if _, err := io.ReadAtLeast(c, buf, echoSize); err != nil {
			b.Error(err)
			return
		}
	}
}
