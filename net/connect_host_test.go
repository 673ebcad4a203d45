package net

import (
	"context"
	"errors"
	stdnet "net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// A zone is what a name server of the test's own knows of one name.
type zone struct {
	addrs []string
	code  dnsmessage.RCode
	hold  <-chan struct{} // IPv6 addresses are not told before this is closed; nil: at once
}

// nameServer answers on a socket of ours until the test ends.
type nameServer struct {
	s     *UDPSocket
	zones map[string]zone

	mu    sync.Mutex
	asked bool
	done  sync.WaitGroup
}

// resolverFor returns a resolver that asks a server that knows zones.
func resolverFor(t testing.TB, zones map[string]zone) (*stdnet.Resolver, *nameServer) {
	t.Helper()
	s, err := BindUDP(LoopbackV4(0))
	if err != nil {
		t.Fatal(err)
	}
	n := &nameServer{s: s, zones: zones}
	n.done.Go(n.serve)
	// Everybody is answered first: a resolver goes on waiting behind the back
	// of those who have given up.
	t.Cleanup(func() { s.SetReadDeadline(time.Now()); n.done.Wait(); s.Close() })
	return &stdnet.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, _, _ string) (stdnet.Conn, error) {
			var d stdnet.Dialer
			return d.DialContext(ctx, "udp", s.LocalAddress().String())
		},
	}, n
}

// wasAsked reports whether any question has come.
func (n *nameServer) wasAsked() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked
}

func (n *nameServer) serve() {
	for buf := make([]byte, 512); ; {
		k, from, err := n.s.RecvFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:k]) != nil || len(m.Questions) != 1 {
			continue
		}
		n.done.Go(func() { n.answer(m, from) })
	}
}

func (n *nameServer) answer(m dnsmessage.Message, to Address) {
	q := m.Questions[0]
	n.mu.Lock()
	n.asked = true
	n.mu.Unlock()
	z, ok := n.zones[q.Name.String()]
	if !ok {
		z.code = dnsmessage.RCodeNameError
	}
	if q.Type == dnsmessage.TypeAAAA && z.hold != nil {
		<-z.hold
	}
	m.Response, m.RCode, m.Authoritative = true, z.code, true
	m.Additionals = nil
	for _, text := range z.addrs {
		ip := netip.MustParseAddr(text)
		r := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60}}
		switch {
		case ip.Is4() && q.Type == dnsmessage.TypeA:
			r.Body = &dnsmessage.AResource{A: ip.As4()}
		case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
			r.Body = &dnsmessage.AAAAResource{AAAA: ip.As16()}
		default:
			continue
		}
		m.Answers = append(m.Answers, r)
	}
	if b, err := m.Pack(); err == nil {
		n.s.SendTo(b, to)
	}
}

// defaultResolver makes r the one of the package's functions.
func defaultResolver(t testing.TB, r *stdnet.Resolver) {
	before := stdnet.DefaultResolver
	stdnet.DefaultResolver = r
	t.Cleanup(func() { stdnet.DefaultResolver = before })
}

func TestResolve(t *testing.T) {
	r, server := resolverFor(t, map[string]zone{
		"one.test.":    {addrs: []string{"192.0.2.1"}},
		"twice.test.":  {addrs: []string{"192.0.2.1", "192.0.2.1"}},
		"mapped.test.": {addrs: []string{"::ffff:192.0.2.9"}},
		"empty.test.":  {},
		"broken.test.": {code: dnsmessage.RCodeServerFailure},
	})
	defaultResolver(t, r)
	for _, tt := range []struct {
		name, host string
		want       []string
		notFound   bool // otherwise temporary, where want is nil
	}{
		{"one address", "one.test.", []string{"192.0.2.1:80"}, false},
		{"the same twice", "twice.test.", []string{"192.0.2.1:80"}, false},
		{"F2 mapped", "mapped.test.", []string{"192.0.2.9:80"}, false},
		{"IPv4 literal", "192.0.2.7", []string{"192.0.2.7:80"}, false},
		{"IPv6 literal", "2001:db8::7", []string{"[2001:db8::7]:80"}, false},
		{"literal with a zone", "fe80::1%7", []string{"[fe80::1%7]:80"}, false},
		{"NXDOMAIN", "none.test.", nil, true},
		{"empty answer", "empty.test.", nil, true},
		{"SERVFAIL", "broken.test.", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Resolve(t.Context(), tt.host, 80)
			if diff := cmp.Diff(addresses(tt.want), got, cmpAddress); diff != "" {
				t.Errorf("Resolve (-want +got):\n%s", diff)
			}
			first, firstErr := ResolveFirst(t.Context(), tt.host, 80)
			if tt.want != nil {
				if err != nil || firstErr != nil || first != got[0] {
					t.Errorf("errors %v, %v; first %v", err, firstErr, first)
				}
				return
			}
			for _, err := range []error{err, firstErr} {
				var dns *stdnet.DNSError
				if !errors.As(err, &dns) || dns.IsNotFound != tt.notFound || dns.IsTemporary == tt.notFound {
					t.Errorf("I2: error %#v", err)
				}
			}
		})
	}
	if !server.wasAsked() {
		t.Error("nobody asked the server")
	}
}

// TestI1Resolve keeps the order of the resolver. Each name has one family only:
// where the machine has a route to neither, the two are a tie, and the answer
// that happens to come first is first.
func TestI1Resolve(t *testing.T) {
	r, _ := resolverFor(t, map[string]zone{
		"four.test.": {addrs: []string{"192.0.2.3", "192.0.2.1", "192.0.2.2"}},
		"six.test.":  {addrs: []string{"2001:db8::9", "2001:db8::1", "2001:db8::5"}},
	})
	defaultResolver(t, r)
	for _, name := range []string{"four.test.", "six.test."} {
		t.Run(name, func(t *testing.T) {
			ips, err := r.LookupNetIP(t.Context(), "ip", name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Resolve(nil, name, 7)
			if err != nil {
				t.Fatal(err)
			}
			var want []Address
			for _, ip := range ips {
				want = append(want, AddressFrom(netip.AddrPortFrom(ip, 7)))
			}
			if diff := cmp.Diff(want, got, cmpAddress); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// hostsFile is a resolver that reads one line, as the standard library reads
// hosts files.
type hostsFile []string

func (h hostsFile) LookupIPAddr(context.Context, string) (list []stdnet.IPAddr, err error) {
	for _, text := range h {
		ip := netip.MustParseAddr(text)
		list = append(list, stdnet.IPAddr{IP: ip.AsSlice(), Zone: ip.Zone()})
	}
	return list, nil
}

func (h hostsFile) LookupNetIP(_ context.Context, network, _ string) (list []netip.Addr, err error) {
	for _, text := range h {
		if ip := netip.MustParseAddr(text); ip.Is6() == (network == "ip6") {
			list = append(list, ip.WithZone(""))
		}
	}
	return list, nil
}

// TestI1ResolveFamily: the addresses of one family keep their zones.
func TestI1ResolveFamily(t *testing.T) {
	h := hostsFile{"192.0.2.1", "fe80::1%7", "2001:db8::1", "fe80::1%8", "169.254.0.1", "fe80::2"}
	for network, want := range map[string][]string{
		"ip4": {"192.0.2.1:80", "169.254.0.1:80"},
		"ip6": {"[fe80::1%7]:80", "[2001:db8::1]:80", "[fe80::1%8]:80", "[fe80::2]:80"},
	} {
		got, err := resolveFamily(t.Context(), h, network, "name.test.", 80)
		if diff := cmp.Diff(addresses(want), got, cmpAddress); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", network, err, diff)
		}
	}
}

// TestConnectHost connects to a listener by names of several kinds.
func TestConnectHost(t *testing.T) {
	held := make(chan struct{})
	defer close(held)
	dead := silent(t) // before the listener, whose address it must not have
	l := mustListen(t, "127.0.0.1:0")
	port := l.LocalAddress().Port()
	r, _ := resolverFor(t, map[string]zone{
		"one.test.":   {addrs: []string{"127.0.0.1"}},
		"both.test.":  {addrs: []string{"127.0.0.1", "::1"}}, // nobody listens at ::1
		"slow6.test.": {addrs: []string{"127.0.0.1", "::1"}, hold: held},
	})
	defaultResolver(t, r)
	for _, host := range []string{"one.test.", "both.test.", "slow6.test.", "127.0.0.1", "localhost"} {
		t.Run(host, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			s, err := ConnectHost(ctx, host, port)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if diff := cmp.Diff(l.LocalAddress(), s.PeerAddress(), cmpAddress); diff != "" {
				t.Errorf("peer (-want +got):\n%s", diff)
			}
			c, err := l.AcceptContext(ctx)
			if err != nil {
				t.Fatal(err)
			}
			c.Close()
		})
	}
	t.Run("dead first address", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		h := HostDialer{Delay: time.Millisecond}
		race := hostRace{
			delay:   h.Delay,
			lookup:  func(context.Context, string) ([]Address, error) { return []Address{dead, l.LocalAddress()}, nil },
			attempt: h.attempt,
		}
		s, err := race.run(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if diff := cmp.Diff(l.LocalAddress(), s.PeerAddress(), cmpAddress); diff != "" {
			t.Errorf("peer (-want +got):\n%s", diff)
		}
	})
}

// TestConnectHostErrors keeps the error of each lookup and attempt.
func TestConnectHostErrors(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	port := l.LocalAddress().Port()
	l.Close()
	r, server := resolverFor(t, map[string]zone{
		"refused.test.": {addrs: []string{"127.0.0.1"}},
		"empty.test.":   {},
		"broken.test.":  {code: dnsmessage.RCodeServerFailure},
		"group.test.":   {addrs: []string{"224.0.0.1"}},
		"both.test.":    {addrs: []string{"127.0.0.1", "224.0.0.1"}},
	})
	h := HostDialer{Resolver: r}
	linger := HostDialer{Resolver: r, Settings: []platform.Setting{sockopt.Linger.To(-time.Hour), sockopt.SendBuffer.To(-1)}}
	for _, tt := range []struct {
		name string
		from HostDialer
		host string
		port uint16
		want []error
		op   string
	}{
		{"refused", h, "refused.test.", port, []error{ErrRefused, syscall.ECONNREFUSED}, "dial"},
		{"NXDOMAIN", h, "none.test.", port, []error{errDNS}, "dial"},
		{"empty answer", h, "empty.test.", port, []error{errDNS}, "dial"},
		{"SERVFAIL", h, "broken.test.", port, []error{errDNS}, "dial"},
		{"group", h, "group.test.", port, []error{ErrInvalidAddress}, "dial"},
		{"group and refused", h, "both.test.", port, []error{ErrInvalidAddress, ErrRefused}, "dial"},
		{"refused literal", h, "127.0.0.1", port, []error{ErrRefused}, "dial"},
		{"literal without a zone", h, "fe80::1", port, []error{ErrInvalidAddress}, "dial"},
		{"port 0", h, "refused.test.", 0, []error{ErrInvalidAddress}, "dial"},
		{"bad option", linger, "refused.test.", port, []error{syscall.EINVAL}, "set"},
		{"bad delay", HostDialer{Delay: -1}, "refused.test.", port, []error{syscall.EINVAL}, "dial"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := tt.from.Connect(t.Context(), tt.host, tt.port)
			if s != nil {
				t.Fatal("connected")
			}
			var op *stdnet.OpError
			if !errors.As(err, &op) || op.Op != tt.op {
				t.Errorf("error %#v", err)
			}
			for _, want := range tt.want {
				if !isOrHolds(err, want) {
					t.Errorf("error %v does not match %v", err, want)
				}
			}
		})
	}
	if !server.wasAsked() {
		t.Error("nobody asked the server")
	}
}

// TestConnectHostCancelled ends a lookup that gets no answer, and an attempt.
func TestConnectHostCancelled(t *testing.T) {
	held := make(chan struct{})
	defer close(held)
	dead := silent(t)
	r, _ := resolverFor(t, map[string]zone{
		"held.test.": {hold: held},
		"dead.test.": {addrs: []string{dead.IP().String()}},
	})
	for _, host := range []string{"held.test.", "dead.test."} {
		t.Run(host, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			_, err := HostDialer{Resolver: r}.Connect(ctx, host, dead.Port())
			errorIs(t, "Connect", err, context.DeadlineExceeded)
			var timeout stdnet.Error
			if !errors.As(err, &timeout) || !timeout.Timeout() {
				t.Errorf("%v is no timeout", err)
			}
		})
	}
}

// TestHostDialerSettings sets options on the socket that connects.
func TestHostDialerSettings(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	h := HostDialer{Settings: []platform.Setting{sockopt.NoDelay.To(false), sockopt.KeepAlive.To(true)}}
	s, err := h.Connect(t.Context(), "127.0.0.1", l.LocalAddress().Port())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	noDelay, err1 := s.NoDelay()
	keepAlive, err2 := s.KeepAlive()
	if diff := cmp.Diff([]bool{false, true}, []bool{noDelay, keepAlive}); diff != "" || err1 != nil || err2 != nil {
		t.Errorf("%v, %v (-want +got):\n%s", err1, err2, diff)
	}
}
