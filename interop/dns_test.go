package interop

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	volt "github.com/volt-net/volt/net"
)

// many is a name with more addresses than fit into a datagram.
const many = "many.example."

// TestDNS asks a server of miekg/dns through its client. The answer that does
// not fit into a datagram is asked for again over TCP.
func TestDNS(t *testing.T) {
	packets, err := volt.BindUDP(volt.LoopbackV4(0))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := volt.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(answer)})
	serve(t, &dns.Server{Listener: listener, Handler: dns.HandlerFunc(answer)})

	overUDP := func(ctx context.Context) (net.Conn, error) {
		s, err := volt.UnboundUDP()
		if err != nil {
			return nil, err
		}
		if err := s.Connect(packets.LocalAddress()); err != nil {
			s.Close()
			return nil, err
		}
		return s, nil
	}
	overTCP := func(ctx context.Context) (net.Conn, error) {
		s, err := volt.ConnectContext(ctx, listener.LocalAddress().String())
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	type result struct {
		Addresses int
		Truncated bool
	}
	for _, tt := range []struct {
		name, host string
		dial       func(context.Context) (net.Conn, error)
		want       result
	}{
		{"UDP", "one.example.", overUDP, result{Addresses: 1}},
		{"UDP, too long", many, overUDP, result{Truncated: true}},
		{"TCP", "one.example.", overTCP, result{Addresses: 1}},
		{"TCP, long", many, overTCP, result{Addresses: 100}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			conn, err := tt.dial(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			question := new(dns.Msg).SetQuestion(tt.host, dns.TypeA)
			reply, _, err := new(dns.Client).ExchangeWithConnContext(ctx, question, &dns.Conn{Conn: conn})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, result{len(reply.Answer), reply.Truncated}); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// serve runs the server until the test is over.
func serve(t *testing.T, server *dns.Server) {
	t.Helper()
	ready, served := make(chan struct{}), make(chan error, 1)
	server.NotifyStartedFunc = func() { close(ready) }
	go func() { served <- server.ActivateAndServe() }()
	select {
	case <-ready:
	case err := <-served:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

// answer knows two names, and says so when its answer does not fit.
func answer(w dns.ResponseWriter, question *dns.Msg) {
	name, count := question.Question[0].Name, 1
	if strings.EqualFold(name, many) {
		count = 100
	}
	reply := new(dns.Msg).SetReply(question)
	ip := netip.MustParseAddr("192.0.2.1")
	for range count {
		header := dns.RR_Header{Name: name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60}
		reply.Answer = append(reply.Answer, &dns.A{Hdr: header, A: ip.AsSlice()})
		ip = ip.Next()
	}
	if _, ok := w.RemoteAddr().(*net.UDPAddr); ok && reply.Len() > dns.MinMsgSize {
		reply.Answer, reply.Truncated = nil, true
	}
	w.WriteMsg(reply) // what is lost, the client misses
}
