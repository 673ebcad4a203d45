package net

import (
	"io"
	stdnet "net"
	"testing"
)

// BenchmarkFile sends a file of 1 MiB over a connection: by the kernel, by
// copying, and as the standard library does it.
func BenchmarkFile(b *testing.B) {
	const size = 1 << 20
	f := fileOf(b, pattern(size))
	for _, c := range []struct {
		name string
		send func(c stdnet.Conn, r io.Reader) (int64, error)
		std  bool
	}{
		{"volt", func(c stdnet.Conn, r io.Reader) (int64, error) { return io.Copy(c, r) }, false},
		{"copied", func(c stdnet.Conn, r io.Reader) (int64, error) { return io.Copy(onlyWriter{c}, onlyReader{r}) }, false},
		{"std", func(c stdnet.Conn, r io.Reader) (int64, error) { return io.Copy(c, r) }, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			from, to := benchPair(b, c.std)
			done := make(chan struct{})
			go func() {
				defer close(done)
				io.Copy(onlyWriter{io.Discard}, onlyReader{to})
			}()
			b.SetBytes(size)
			b.ReportAllocs()
			before := cpuTime()
			b.ResetTimer()
			for range b.N {
				if _, err := f.Seek(0, io.SeekStart); err != nil {
					b.Fatal(err)
				}
				if n, err := c.send(from, f); n != size || err != nil {
					b.Fatal(n, err)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
			from.Close()
			<-done
		})
	}
}

// benchPair returns the two ends of a TCP connection.
func benchPair(b *testing.B, std bool) (client, server stdnet.Conn) {
	b.Helper()
	if !std {
		return pair(b, "127.0.0.1:0")
	}
	l, err := stdnet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	if client, err = stdnet.Dial("tcp", l.Addr().String()); err != nil {
		b.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// BenchmarkProxy moves 64 KiB from one connection to another.
func BenchmarkProxy(b *testing.B) {
	const size = 64 << 10
	for _, c := range []struct {
		name string
		std  bool
		move func(to stdnet.Conn, from stdnet.Conn) (int64, error)
	}{
		{"volt", false, func(to, from stdnet.Conn) (int64, error) { return io.Copy(to, from) }},
		{"copied", false, func(to, from stdnet.Conn) (int64, error) { return io.Copy(onlyWriter{to}, onlyReader{from}) }},
		{"std", true, func(to, from stdnet.Conn) (int64, error) { return io.Copy(to, from) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			feeder, from := benchPair(b, c.std)
			to, sink := benchPair(b, c.std)
			done := make(chan struct{}, 2)
			go func() { c.move(to, from); to.Close(); done <- struct{}{} }()
			go func() { io.Copy(onlyWriter{io.Discard}, onlyReader{sink}); done <- struct{}{} }()
			p := make([]byte, size)
			b.SetBytes(size)
			before := cpuTime()
			b.ResetTimer()
			for range b.N {
				if _, err := feeder.Write(p); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
			feeder.Close()
			<-done
			<-done
		})
	}
}
