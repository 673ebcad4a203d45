package net

import (
	"context"
	"errors"
	stdnet "net"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func bindUnix(t testing.TB, addr UnixAddr) *UnixDatagram {
	t.Helper()
	s, err := BindUnixDatagram(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.SetDeadline(time.Now().Add(patience))
	return s
}

func unboundUnix(t testing.TB) *UnixDatagram {
	t.Helper()
	s, err := UnboundUnixDatagram()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.SetDeadline(time.Now().Add(patience))
	return s
}

func datagramPair(t testing.TB) (a, b *UnixDatagram) {
	t.Helper()
	a, b, err := UnixDatagramPair()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	a.SetDeadline(time.Now().Add(patience))
	b.SetDeadline(time.Now().Add(patience))
	return a, b
}

// TestUnixDatagrams sends one of each size to a bound socket, in every form
// (G4, G17).
func TestUnixDatagrams(t *testing.T) {
	server, named, nameless := bindUnix(t, freshPath(t)), bindUnix(t, freshPath(t)), unboundUnix(t)
	to := server.LocalAddress()
	for form, send := range map[string]func(*UnixDatagram, []byte) (int, error){
		"TrySendTo": func(s *UnixDatagram, p []byte) (int, error) { return s.TrySendTo(p, to) },
		"SendTo":    func(s *UnixDatagram, p []byte) (int, error) { return s.SendTo(p, to) },
		"WriteTo":   func(s *UnixDatagram, p []byte) (int, error) { return s.WriteTo(p, to.std("unixgram")) },
		"SendToContext": func(s *UnixDatagram, p []byte) (int, error) {
			return s.SendToContext(context.Background(), p, to)
		},
	} {
		for who, s := range map[string]*UnixDatagram{"named": named, "nameless": nameless} {
			for _, size := range []int{0, 1, 2048, 2049, 8192} {
				t.Run(form+" "+who+" "+strconv.Itoa(size), func(t *testing.T) {
					n, err := send(s, make([]byte, size))
					if n != size || err != nil {
						t.Fatal(n, err)
					}
					buf := make([]byte, 16<<10)
					k, peeked, err := server.PeekFrom(buf)
					if err != nil {
						t.Fatal(err)
					}
					n, from, err := server.RecvFrom(buf)
					if err != nil {
						t.Fatal(err)
					}
					want := []any{size, size, s.LocalAddress(), s.LocalAddress()}
					if diff := cmp.Diff(want, []any{k, n, peeked, from}, cmpUnixAddr); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
	_, _, err := server.TryRecvFrom(nil)
	errorIs(t, "nothing left", err, ErrWouldBlock)
}

func TestG17TooLong(t *testing.T) {
	a, _ := datagramPair(t)
	for name, send := range map[string]func([]byte) (int, error){"TrySend": a.TrySend, "Send": a.Send, "Write": a.Write} {
		_, err := send(make([]byte, 4<<20))
		errorIs(t, name, err, ErrMessageTooLong)
	}
}

// TestG17Largest: what the send buffer takes either arrives or is too long; it
// is never waited for without end.
func TestG17Largest(t *testing.T) {
	a, b := datagramPair(t)
	for _, size := range []int{8 << 10, 32 << 10, unixRoom - 1<<10, unixRoom - 1, unixRoom} {
		n, err := a.Send(make([]byte, size))
		if errors.Is(err, ErrMessageTooLong) {
			break
		}
		if err != nil || n != size {
			t.Fatalf("%d bytes: %d, %v", size, n, err)
		}
		if n, err := b.Recv(make([]byte, size+1)); err != nil || n != size {
			t.Errorf("received %d of %d bytes, %v", n, size, err)
		}
	}
	room, err := b.RecvBuffer()
	if err != nil || room < unixRecvRoom {
		t.Errorf("room for %d bytes, %v", room, err)
	}
}

// TestUnixDatagramRefusals: G8, G9, G15, G21 and what lies at no path.
func TestUnixDatagramRefusals(t *testing.T) {
	dir := socketDir(t)
	missing, stale, file := unixPath(t, dir+"/missing"), unixPath(t, dir+"/stale"), unixPath(t, dir+"/file")
	leaveStale(t, stale)
	if err := os.WriteFile(file.Path(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l := mustListenUnix(t, freshPath(t))
	pair, _ := datagramPair(t)
	s := unboundUnix(t)
	to := func(s *UnixDatagram, a UnixAddr) error { return second(s.SendTo([]byte("x"), a)) }
	bind := func(a UnixAddr) error { _, err := BindUnixDatagram(a); return err }
	for _, tt := range []struct {
		name string
		err  error
		want error
	}{
		{"G15 Send", second(s.Send([]byte("x"))), ErrNotConnected},
		{"G15 TrySend", second(s.TrySend([]byte("x"))), ErrNotConnected},
		{"G21 SendTo with a peer", to(pair, missing), ErrIsConnected},
		{"SendTo, missing", to(s, missing), ErrNotFound},
		{"SendTo, stale", to(s, stale), ErrRefused},
		{"G8 SendTo, regular file", to(s, file), ErrRefused},
		{"SendTo, unnamed", to(s, UnixAddr{}), ErrInvalidAddress},
		{"Connect, missing", s.Connect(missing), ErrNotFound},
		{"Connect, stale", s.Connect(stale), ErrRefused},
		{"G8 Connect, regular file", s.Connect(file), ErrRefused},
		{"G9 SendTo, listener", to(s, l.LocalAddress()), ErrWrongType},
		{"G9 Connect, listener", s.Connect(l.LocalAddress()), ErrWrongType},
		{"G6 Bind, stale", bind(stale), ErrAddrInUse},
		{"G3 Bind, unnamed", bind(UnixAddr{}), ErrInvalidAddress},
	} {
		errorIs(t, tt.name, tt.err, tt.want)
	}
	replaced, err := UnixDatagramConfig{Replace: true}.Bind(stale)
	if err != nil {
		t.Fatal(err)
	}
	_, err = UnixDatagramConfig{Replace: true}.Bind(stale)
	errorIs(t, "Replace of what is open", err, ErrAddrInUse)
	replaced.Close()
	if _, err := os.Lstat(stale.Path()); err == nil {
		t.Error("Close leaves the file")
	}
}

// TestUnixDatagramPeer connects, reconnects and disconnects.
func TestUnixDatagramPeer(t *testing.T) {
	one, two, s := bindUnix(t, freshPath(t)), bindUnix(t, freshPath(t)), bindUnix(t, freshPath(t))
	buf := make([]byte, 8)
	for _, peer := range []*UnixDatagram{one, two} {
		if err := s.Connect(peer.LocalAddress()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		n, from, err := peer.RecvFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		want := []any{"hello", s.LocalAddress(), peer.LocalAddress()}
		if diff := cmp.Diff(want, []any{string(buf[:n]), from, s.PeerAddress()}, cmpUnixAddr); diff != "" {
			t.Error(diff)
		}
		if _, ok := s.RemoteAddr().(*stdnet.UnixAddr); !ok {
			t.Errorf("RemoteAddr is a %T", s.RemoteAddr())
		}
	}
	for range 2 {
		if err := s.Disconnect(); err != nil {
			t.Fatal(err)
		}
	}
	errorIs(t, "Send without a peer", second(s.Send([]byte("x"))), ErrNotConnected)
	if _, err := s.SendTo([]byte("x"), one.LocalAddress()); err != nil {
		t.Error(err)
	}
}

// TestG18PeerGone: sending fails as with a reset, then as without a peer;
// receiving never is the end (G19).
func TestG18PeerGone(t *testing.T) {
	a, b := datagramPair(t)
	b.Close()
	_, err := a.TryRecv(make([]byte, 1))
	if err != ErrWouldBlock && !errors.Is(err, ErrReset) {
		t.Errorf("TryRecv: %v", err)
	}
	_, err = a.Send([]byte("x"))
	if !errors.Is(err, ErrReset) && !errors.Is(err, ErrNotConnected) {
		t.Errorf("first Send: %v", err)
	}
	errorIs(t, "second Send", second(a.Send([]byte("x"))), ErrNotConnected)
}

// TestG16FullQueue: a sender waits for the receiver, and goes on soon after a
// datagram was taken, with a peer or without.
func TestG16FullQueue(t *testing.T) {
	server := bindUnix(t, freshPath(t))
	connected, x := unboundUnix(t), unboundUnix(t)
	if err := connected.Connect(server.LocalAddress()); err != nil {
		t.Fatal(err)
	}
	a, b := datagramPair(t)
	msg, buf := make([]byte, 1000), make([]byte, 1000)
	for _, tt := range []struct {
		name     string
		receiver *UnixDatagram
		try      func() (int, error)
		send     func(context.Context) (int, error)
		writable func(context.Context) error
	}{
		{"with a peer", server, func() (int, error) { return connected.TrySend(msg) },
			func(ctx context.Context) (int, error) { return connected.SendContext(ctx, msg) }, connected.Writable},
		{"without", server, func() (int, error) { return x.TrySendTo(msg, server.LocalAddress()) },
			func(ctx context.Context) (int, error) { return x.SendToContext(ctx, msg, server.LocalAddress()) }, x.Writable},
		{"pair", b, func() (int, error) { return a.TrySend(msg) },
			func(ctx context.Context) (int, error) { return a.SendContext(ctx, msg) }, a.Writable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			queued := 0
			for refused := 0; refused < 4; { // one refusal may be for want of memory
				switch _, err := tt.try(); err {
				case nil:
					queued++
					refused = 0
				case ErrWouldBlock:
					refused++
				default:
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer cancel()
			_, err := tt.send(ctx)
			errorIs(t, "context", err, context.DeadlineExceeded)
			if err := tt.writable(context.Background()); err != nil {
				t.Error(err)
			}
			done := park(func() error { return second(tt.send(context.Background())) })
			start := time.Now()
			for range queued {
				if _, err := tt.receiver.Recv(buf); err != nil {
					t.Fatal(err)
				}
			}
			if err := soon(t, "send", done); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("went on after %v", took)
			}
			if n, err := tt.receiver.Recv(buf); n != len(msg) || err != nil {
				t.Error(n, err)
			}
		})
	}
}

// TestUnixDatagramClose wakes who waits, to receive or for room.
func TestUnixDatagramClose(t *testing.T) {
	a, b := datagramPair(t)
	for {
		if _, err := a.TrySend([]byte("x")); err == ErrWouldBlock {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	send := park(func() error { return second(a.Send([]byte("x"))) })
	recv := park(func() error { return second(a.Recv(make([]byte, 1))) })
	a.Close()
	errorIs(t, "Send", soon(t, "Send", send), ErrClosed)
	errorIs(t, "Recv", soon(t, "Recv", recv), ErrClosed)
	errorIs(t, "second Close", a.Close(), ErrClosed)
	f, err := b.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	twin, err := UnixDatagramFromFile(f)
	if err != nil {
		t.Fatal(err)
	}
	twin.Close()
	_, err = UnixStreamFromFile(f)
	errorIs(t, "as a stream", err, errors.ErrUnsupported)
}

// TestUnixgramStandard talks to the standard library's sockets.
func TestUnixgramStandard(t *testing.T) {
	server := bindUnix(t, freshPath(t))
	addr := freshPath(t).std("unixgram")
	theirs, err := stdnet.ListenUnixgram("unixgram", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	theirs.SetDeadline(time.Now().Add(patience))
	if _, err := theirs.WriteTo([]byte("question"), server.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 16)
	n, from, err := server.ReadFrom(buf)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"question", addr.Name, "unixgram"}, []string{string(buf[:n]), from.String(), from.Network()}); diff != "" {
		t.Error(diff)
	}
	if _, err := server.WriteTo([]byte("answer"), from); err != nil {
		t.Fatal(err)
	}
	n, _, err = theirs.ReadFrom(buf)
	if diff := cmp.Diff("answer", string(buf[:n])); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
