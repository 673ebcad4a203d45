package net

import (
	"context"
	"fmt"
	"io"
	stdnet "net"
	"sync"
	"testing"
)

// BenchmarkEcho sends 64 bytes there and back over many connections at once,
// to servers of package net, in each of its ways, and of the standard library in
// turn. The clients are the same for all. Compare within a run; servers and
// clients share the machine's processors.
func BenchmarkEcho(b *testing.B) {
	for _, conns := range []int{1, 50, 1000} {
		for _, impl := range []struct {
			name  string
			serve func(b *testing.B) (addr string)
		}{
			{"park", func(b *testing.B) string { return serveEach(b, mustListen(b, "127.0.0.1:0")) }},
			{"loop", func(b *testing.B) string {
				l := mustListen(b, "127.0.0.1:0")
				serving(b, looping(b, LoopConfig{}), l, echoes{})
				return l.Addr().String()
			}},
			{"coroutine", func(b *testing.B) string {
				l, loop := mustListen(b, "127.0.0.1:0"), looping(b, LoopConfig{})
				servingUntil(b, func(ctx context.Context) error { return loop.ServeFunc(ctx, l, echoFunc) })
				return l.Addr().String()
			}},
			{"std", func(b *testing.B) string {
				l, err := stdnet.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					b.Fatal(err)
				}
				return serveEach(b, l)
			}},
		} {
			b.Run(fmt.Sprintf("%s/%d", impl.name, conns), func(b *testing.B) {
				benchEcho(b, conns, impl.serve(b))
			})
		}
	}
}

// serveEach echoes on each connection by a goroutine, until b ends.
func serveEach(b *testing.B, l stdnet.Listener) (addr string) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { echo(c) })
		}
	})
	b.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().String()
}

const echoSize = 64

func benchEcho(b *testing.B, conns int, addr string) {
	clients := make([]stdnet.Conn, conns)
	for i := range clients {
		c, err := stdnet.Dial("tcp", addr)
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
