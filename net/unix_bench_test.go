package net

import (
	stdnet "net"
	"testing"
)

// stdUnix is the standard library's connection to itself, both ends of it.
func stdUnix(b *testing.B) (client, server stdnet.Conn) {
	b.Helper()
	l, err := stdnet.Listen("unix", freshPath(b).Path())
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	if client, err = stdnet.Dial("unix", l.Addr().String()); err != nil {
		b.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// BenchmarkUnixEcho sends 64 bytes there and back: package net and the
// standard library in turn, both ends alike.
func BenchmarkUnixEcho(b *testing.B) {
	for _, impl := range []struct {
		name    string
		connect func(b *testing.B) (client, server stdnet.Conn)
	}{
		{"volt", func(b *testing.B) (client, server stdnet.Conn) { return unixPairOf(b) }},
		{"std", stdUnix},
	} {
		b.Run(impl.name, func(b *testing.B) {
			client, server := impl.connect(b)
			done := make(chan struct{})
			go func() {
				defer close(done)
				echo(server)
			}()
			b.ReportAllocs()
			b.SetBytes(echoSize)
			before := cpuTime()
			b.ResetTimer()
			ping(b, client, b.N)
			b.StopTimer()
			b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
			client.Close()
			<-done
		})
	}
}

// BenchmarkUnixDatagram sends a datagram to the peer, which receives it.
func BenchmarkUnixDatagram(b *testing.B) {
	const size = 64
	p, in := make([]byte, size), make([]byte, size)
	std, err := stdnet.ListenUnixgram("unixgram", &stdnet.UnixAddr{Net: "unixgram", Name: freshPath(b).Path()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { std.Close() })
	stdFrom, err := stdnet.DialUnix("unixgram", nil, std.LocalAddr().(*stdnet.UnixAddr))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stdFrom.Close() })
	server, client := bindUnix(b, freshPath(b)), unboundUnix(b)
	if err := client.Connect(server.LocalAddress()); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"std", func() error {
			if _, err := stdFrom.Write(p); err != nil {
				return err
			}
			return second(std.Read(in))
		}},
		{"parked", func() error {
			if _, err := client.Send(p); err != nil {
				return err
			}
			return second(server.Recv(in))
		}},
		{"tried", func() error {
			if _, err := client.TrySend(p); err != nil {
				return err
			}
			return second(server.TryRecv(in))
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
