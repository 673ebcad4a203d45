package behaviour

import (
	"context"
	"errors"
	stdnet "net"
	"os"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/volt-net/volt/net"
)

var names = []Script{
	{Row: "I1", Title: "a name is tried at all its addresses", Run: localhost},
	{Row: "I2", Title: "what a resolver says is kept", Run: resolverErrors},
	{Row: "I3", Title: "errors have classes, and the system's number", Over: streams, Run: errorNumbers},
	{Row: "I10", Title: "closing is no error", Over: streams, Run: closeIsFine},
}

// localhost may have addresses of both families, in any order; the listener
// has one.
func localhost(t *T) {
	l := t.onlyListener()
	port := l.LocalAddress().Port()
	all, err := net.Resolve(t.ctx, "localhost", port)
	if err != nil {
		t.Skip("this machine does not know localhost: " + err.Error())
	}
	t.Print("the listener's address is one of them: %t", slices.Contains(all, l.LocalAddress()))
	t.Print("all have the port: %t", !slices.ContainsFunc(all, func(a net.Address) bool { return a.Port() != port }))
	first, err := net.ResolveFirst(t.ctx, "localhost", port)
	t.Print("the first is the first: %t, %s", first == all[0], Class(err))
	c, err := net.ConnectHost(t.ctx, "localhost", port)
	t.Own(c, err)
	t.Print("the peer is the listener: %t", c.PeerAddress() == l.LocalAddress())
	literal, err := net.Resolve(t.ctx, "127.0.0.1", port)
	t.Print("an address is its own name: %t, %s", len(literal) == 1 && literal[0] == l.LocalAddress(), Class(err))
}

// onlyListener listens on IPv4, and keeps its port from others on IPv6.
func (t *T) onlyListener() *net.TCPListener {
	if !hasIPv6() {
		return t.Listener()
	}
	listen := func() (*net.TCPListener, error) { return t.Listener(), nil }
	l, _ := both(t, listen, func(port uint16) (*net.TCPSocket, error) {
		s, err := net.NewTCPSocketV6()
		t.Own(s, err)
		return s, s.Bind(net.LoopbackV6(port))
	})
	return l
}

// A nameServer answers every question with one code, or not at all.
type nameServer struct {
	code  byte
	asked atomic.Int32
	dumb  bool
}

// The codes of RFC 1035, section 4.1.1.
const (
	serverFailure = 2
	nameError     = 3
)

// serve runs until the script has ended, and returns who asks the server.
func (s *nameServer) serve(t *T) *stdnet.Resolver {
	u := t.UDP()
	go func() {
		for p := make([]byte, 4096); ; {
			n, from, err := u.RecvFrom(p)
			if err != nil {
				return
			}
			if s.asked.Add(1); !s.dumb {
				u.SendTo(s.answer(p[:n]), from)
			}
		}
	}()
	to := u.LocalAddress().String()
	return &stdnet.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, _, _ string) (stdnet.Conn, error) {
			var d stdnet.Dialer
			return d.DialContext(ctx, "udp", to)
		},
	}
}

// answer repeats the question and adds the code.
func (s *nameServer) answer(question []byte) []byte {
	const header = 12
	end := header
	for end < len(question) && question[end] != 0 {
		end += 1 + int(question[end])
	}
	p := slices.Clone(question[:min(len(question), end+5)])
	p[2] |= 0x80                          // an answer
	p[3] = 0x80 | s.code                  // recursion is available
	copy(p[6:], []byte{0, 0, 0, 0, 0, 0}) // with no records
	return p
}

func resolverErrors(t *T) {
	for _, s := range []struct {
		name   string
		server *nameServer
		limit  time.Duration
	}{
		{name: "no such name", server: &nameServer{code: nameError}},
		{name: "the server fails", server: &nameServer{code: serverFailure}},
		{name: "no answer", server: &nameServer{dumb: true}, limit: 50 * time.Millisecond},
	} {
		h := net.HostDialer{Resolver: s.server.serve(t)}
		ctx, cancel := t.ctx, func() {}
		if s.limit > 0 {
			ctx, cancel = context.WithTimeout(ctx, s.limit)
		}
		_, err := h.Connect(ctx, "volt.invalid.", 9)
		cancel()
		if s.limit == 0 && s.server.asked.Load() == 0 {
			t.Skip("this machine does not look names up by the DNS")
		}
		t.dnsError(s.name, err)
	}
	_, err := net.Resolve(t.ctx, "", 9)
	t.dnsError("no name", err)
	_, err = net.Resolve(t.ctx, "volt..invalid", 9)
	t.dnsError("what cannot be a name", err)
}

// dnsError prints what a resolver's error says.
func (t *T) dnsError(what string, err error) {
	var dns *stdnet.DNSError
	if !errors.As(err, &dns) {
		t.Say(what, err)
		return
	}
	t.Print("%s: not found %t, temporary %t, timeout %t", what, dns.IsNotFound, dns.IsTemporary, dns.IsTimeout)
}

// errorNumbers has two errors whose numbers differ between systems, and one
// that has none.
func errorNumbers(t *T) {
	_, err := t.connectDead()
	t.number("Connect", err, net.ErrRefused, syscall.ECONNREFUSED)
	a, b := t.Streams()
	t.Check(b.Close())
	t.Check(a.Readable(t.ctx))
	err = t.untilError(a)
	t.Print("Write: %s, a number: %t", Class(err), errors.As(err, new(syscall.Errno)))
	c, _ := t.Streams()
	_, err = c.TryRead(make([]byte, 1))
	timeout, ok := err.(interface{ Timeout() bool })
	t.Print("TryRead: %s, EAGAIN: %t, a timeout: %t", Class(err), errors.Is(err, syscall.EAGAIN), ok && timeout.Timeout())
}

// connectDead connects to where nobody listens.
func (t *T) connectDead() (Stream, error) {
	if t.on == Unix {
		addr := t.Path()
		t.stale(addr)
		return net.ConnectUnixContext(t.ctx, addr)
	}
	return t.Socket().Connect(t.ctx, t.DeadPort())
}

// number prints what an error is made of.
func (t *T) number(what string, err, class error, want syscall.Errno) {
	var op *stdnet.OpError
	var call *os.SyscallError
	var number syscall.Errno
	t.Print("%s: %t, an OpError: %t, a SyscallError: %t, the number: %t, %t", what, errors.Is(err, class),
		errors.As(err, &op), errors.As(err, &call), errors.As(err, &number), number == want)
}

// closeIsFine closes connections in all kinds of states.
func closeIsFine(t *T) {
	for _, state := range []struct {
		name string
		make func(a, b Stream)
	}{
		{"idle", func(a, b Stream) {}},
		{"unread data", func(a, b Stream) { t.Send(b, "unread"); t.Check(a.Readable(t.ctx)) }},
		{"unsent data", func(a, b Stream) { t.Fill(a) }},
		{"shut down", func(a, b Stream) { t.Check(a.Shutdown(net.ShutdownBoth)) }},
		{"the peer has closed", func(a, b Stream) { t.Check(b.Close()); t.Ends(a, 1) }},
		{"the peer has closed with unread data", func(a, b Stream) {
			t.Fill(a)
			t.Check(b.Close())
			t.Check(a.Readable(t.ctx))
		}},
		{"a write has failed", func(a, b Stream) { t.Check(b.Abort()); t.untilError(a) }},
	} {
		a, b := t.Streams()
		state.make(a, b)
		t.Say(state.name+", Close", a.Close())
		t.Say("again", a.Close())
	}
}
