package net

import (
	"context"
	"errors"
	stdnet "net"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// packetHooks is a PacketHandler that does nothing.
type packetHooks struct{}

func (packetHooks) Datagrams(*PacketSession, []Datagram) {}
func (packetHooks) Closed(*PacketSession, error)         {}

// TestNothingGiven: a call that gets nil where it needs something says so, and
// has done nothing.
func TestNothingGiven(t *testing.T) {
	var (
		noListener *TCPListener
		noStream   *TCPStream
		noSocket   *UDPSocket
		noSession  *Session
		noOption   sockopt.Option[int]
	)
	loop := looping(t, LoopConfig{Loops: 1})
	p, err := NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	l := mustListen(t, "127.0.0.1:0")
	c, server := pair(t, "127.0.0.1:0")
	u := bound(t, LoopbackV4(0))
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // what is not refused ends at once
	fn := func(*Session) error { return nil }
	for _, tt := range []struct {
		name, op string
		call     func() error
	}{
		{"Serve no handler", "accept", func() error { return loop.Serve(ctx, l, nil) }},
		{"Serve nil", "accept", func() error { return loop.Serve(ctx, nil, echoes{}) }},
		{"Serve no listener", "accept", func() error { return loop.Serve(ctx, noListener, echoes{}) }},
		{"Serve a zero listener", "accept", func() error { return loop.Serve(ctx, new(UnixListener), echoes{}) }},
		{"ServeFunc no function", "accept", func() error { return loop.ServeFunc(ctx, l, nil) }},
		{"ServeFunc no listener", "accept", func() error { return loop.ServeFunc(ctx, noListener, fn) }},
		{"Attach no handler", "attach", func() error { _, err := loop.Attach(server, nil); return err }},
		{"Attach nil", "attach", func() error { _, err := loop.Attach(nil, echoes{}); return err }},
		{"Attach no stream", "attach", func() error { _, err := loop.Attach(noStream, echoes{}); return err }},
		{"AttachFunc no function", "attach", func() error { _, err := loop.AttachFunc(server, nil); return err }},
		{"AttachFunc no stream", "attach", func() error { _, err := loop.AttachFunc(noStream, fn); return err }},
		{"ServePacket no handler", "attach", func() error { return loop.ServePacket(ctx, u, nil) }},
		{"ServePacket no socket", "attach", func() error { return loop.ServePacket(ctx, nil, packetHooks{}) }},
		{"AttachPacket no handler", "attach", func() error { _, err := loop.AttachPacket(u, nil); return err }},
		{"AttachPacket no socket", "attach", func() error { _, err := loop.AttachPacket(nil, packetHooks{}); return err }},

		{"Register nil", "register", func() error { return p.Register(nil, 1, Readable) }},
		{"Register no socket", "register", func() error { return p.Register(noSocket, 1, Readable) }},
		{"Modify no socket", "register", func() error { return p.Modify(noStream, 1, Readable) }},
		{"Deregister no socket", "deregister", func() error { return p.Deregister(noListener) }},

		{"SetOption nil", "set", func() error { return SetOption(nil, sockopt.NoDelay, true) }},
		{"SetOption no session", "set", func() error { return SetOption(noSession, sockopt.NoDelay, true) }},
		{"SetOption no option", "set", func() error { return SetOption(c, noOption, 1) }},
		{"GetOption no socket", "get", func() error { _, err := GetOption(noStream, sockopt.NoDelay); return err }},
		{"GetOption no option", "get", func() error { _, err := GetOption(c, noOption); return err }},
		{"GetSetting no socket", "get", func() error { _, err := GetSetting(nil, platform.NoDelay.Info()); return err }},
		{"GetSetting no option", "get", func() error { _, err := GetSetting(c, nil); return err }},
		{"With no setting", "set", func() error { return c.With(platform.Setting{}) }},
		{"With no option", "set", func() error { return u.With(noOption.To(1)) }},
		{"HostDialer no setting", "set", func() error {
			h := HostDialer{Settings: make([]platform.Setting, 1)}
			_, err := h.Connect(t.Context(), "127.0.0.1", l.LocalAddress().Port())
			return err
		}},

		{"TryIO no function", "io", func() error { return c.TryIO(Readable, nil) }},
		{"Control no function", "raw-control", func() error { return raw.Control(nil) }},
		{"Read no function", "raw-read", func() error { return raw.Read(nil) }},
		{"Write no function", "raw-write", func() error { return raw.Write(nil) }},
		{"ReadFrom nil", "write", func() error { _, err := c.ReadFrom(nil); return err }},
		{"WriteTo nil", "read", func() error { _, err := c.WriteTo(nil); return err }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.call()
			errorIs(t, tt.name, err, ErrInvalidState)
			var op *stdnet.OpError
			if errors.As(err, &op); op == nil {
				t.Fatalf("%T is no OpError", err)
			}
			if diff := cmp.Diff(tt.op, op.Op); diff != "" {
				t.Error(diff)
			}
		})
	}
	if n := loop.Sessions(); n != 0 {
		t.Errorf("%d sessions", n)
	}
	// All is as it was: what was refused can be had.
	s, err := loop.Attach(server, echoes{})
	if err != nil {
		t.Fatal(err)
	}
	asks(t, c, []byte("hello"))
	errorIs(t, "Post", s.Post(nil), ErrInvalidState)
	on(t, s, func() { errorIs(t, "Go", s.Go(nil), ErrInvalidState) })
}

// TestNothingToReunite: halves stay as they are when there is nothing to make
// a stream with.
func TestNothingToReunite(t *testing.T) {
	c, _ := pair(t, "127.0.0.1:0")
	r, w := c.IntoSplit()
	for _, other := range []*OwnedWriteHalf{nil, {}} {
		_, err := r.Reunite(other)
		errorIs(t, "Reunite", err, ErrInvalidState)
		_, err = r.ReuniteUnix(other)
		errorIs(t, "ReuniteUnix", err, ErrInvalidState)
	}
	if _, err := r.Reunite(w); err != nil {
		t.Error(err)
	}
}

// TestNoFile: there is nothing to copy a descriptor of.
func TestNoFile(t *testing.T) {
	for name, from := range map[string]func(*os.File) error{
		"TCPStream":    func(f *os.File) error { _, err := TCPStreamFromFile(f); return err },
		"TCPListener":  func(f *os.File) error { _, err := TCPListenerFromFile(f); return err },
		"UDPSocket":    func(f *os.File) error { _, err := UDPSocketFromFile(f); return err },
		"UnixStream":   func(f *os.File) error { _, err := UnixStreamFromFile(f); return err },
		"UnixListener": func(f *os.File) error { _, err := UnixListenerFromFile(f); return err },
		"UnixDatagram": func(f *os.File) error { _, err := UnixDatagramFromFile(f); return err },
	} {
		errorIs(t, name, from(nil), os.ErrInvalid)
	}
}
