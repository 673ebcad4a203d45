package interop

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/quic-go/quic-go"

	volt "github.com/volt-net/volt/net"
)

// What makes quic-go use ECN, packet information and segmentation offload.
var _ quic.OOBCapablePacketConn = (*volt.UDPSocket)(nil)

// watched counts the packets that quic-go sends with control messages.
type watched struct {
	*volt.UDPSocket
	withControl atomic.Int64
}

func (w *watched) WriteMsgUDP(p, oob []byte, to *net.UDPAddr) (n, oobn int, err error) {
	if len(oob) > 0 {
		w.withControl.Add(1)
	}
	return w.UDPSocket.WriteMsgUDP(p, oob, to)
}

// TestQUIC sends 1 MB through an echo service of quic-go: both of its ends, on
// one address and on all of them, for which it needs packet information.
func TestQUIC(t *testing.T) {
	for _, tt := range []struct {
		name         string
		server, dial volt.Address
	}{
		{"IPv4", volt.LoopbackV4(0), volt.LoopbackV4(0)},
		{"IPv4, all interfaces", volt.AnyV4(0), volt.LoopbackV4(0)},
		{"IPv6", volt.LoopbackV6(0), volt.LoopbackV6(0)},
		{"IPv6, all interfaces", volt.AnyV6(0), volt.LoopbackV6(0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			need(t, tt.dial)
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			serverTLS, clientTLS := configs(t, "echo")

			server, serverSocket := transport(t, tt.server)
			l, err := server.Listen(serverTLS, nil)
			if err != nil {
				t.Fatal(err)
			}
			served := make(chan error, 1)
			go func() { served <- echoQUIC(ctx, l) }()

			client, clientSocket := transport(t, tt.dial)
			to := tt.dial.WithPort(serverSocket.LocalAddress().Port())
			conn, err := client.Dial(ctx, to.UDPAddr(), clientTLS, nil)
			if err != nil {
				t.Fatal(err)
			}
			sent := make([]byte, 1<<20)
			rand.Read(sent)
			got, err := exchange(ctx, conn, sent)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(len(sent), len(got)); diff != "" || string(sent) != string(got) {
				t.Errorf("came back changed (-sent +got):\n%s", diff)
			}
			conn.CloseWithError(0, "")
			if err := <-served; err != nil {
				t.Error(err)
			}
			if clientSocket.withControl.Load() == 0 || serverSocket.withControl.Load() == 0 {
				t.Error("no packet had a control message: quic-go did not find what it needs")
			}
		})
	}
}

// need skips the test on a machine that lacks addr's family.
func need(t *testing.T, addr volt.Address) {
	t.Helper()
	s, err := volt.BindUDP(addr)
	if err != nil {
		t.Skip(err)
	}
	s.Close()
}

func transport(t *testing.T, addr volt.Address) (*quic.Transport, *watched) {
	t.Helper()
	s, err := volt.BindUDP(addr)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{UDPSocket: s}
	tr := &quic.Transport{Conn: w}
	t.Cleanup(func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return tr, w
}

// echoQUIC sends back what comes on the first stream of the first connection.
func echoQUIC(ctx context.Context, l *quic.Listener) error {
	conn, err := l.Accept(ctx)
	if err != nil {
		return err
	}
	stream, err := conn.AcceptStream(ctx)
	if err != nil {
		return err
	}
	if _, err := io.Copy(stream, stream); err != nil {
		return err
	}
	return stream.Close()
}

func exchange(ctx context.Context, conn *quic.Conn, sent []byte) ([]byte, error) {
	stream, err := conn.OpenStreamSync(ctx)
	if err != nil {
		return nil, err
	}
	written := make(chan error, 1)
	go func() {
		_, err := stream.Write(sent)
		if err == nil {
			err = stream.Close()
		}
		written <- err
	}()
	got, err := io.ReadAll(stream)
	if err != nil {
		return nil, err
	}
	return got, <-written
}
