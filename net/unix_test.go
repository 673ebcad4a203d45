package net

import (
	"context"
	"errors"
	"io"
	stdnet "net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/nettest"
)

func TestUnixConn(t *testing.T) {
	for name, connect := range unixMakers(t) {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (c1, c2 stdnet.Conn, stop func(), err error) {
				a, b, err := connect()
				if err != nil {
					return nil, nil, nil, err
				}
				return a, b, func() { a.Close(); b.Close() }, nil
			})
		})
	}
}

func TestUnixHTTP(t *testing.T) {
	l := mustListenUnix(t, freshPath(t))
	serve(t, l, hello)
	for who, dial := range map[string]func(context.Context) (stdnet.Conn, error){
		"our client": func(ctx context.Context) (stdnet.Conn, error) {
			return ConnectUnixContext(ctx, l.LocalAddress())
		},
		"their client": func(ctx context.Context) (stdnet.Conn, error) {
			var d stdnet.Dialer
			return d.DialContext(ctx, "unix", l.LocalAddress().Path())
		},
	} {
		tr := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (stdnet.Conn, error) { return dial(ctx) }}
		if diff := cmp.Diff("GET /x from false", get(t, &http.Client{Transport: tr}, "http://unix/x")); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
		tr.CloseIdleConnections()
	}
}

// TestG4Addresses: unnamed is unnamed on every system, and stays known after
// the end (G14).
func TestG4Addresses(t *testing.T) {
	l := mustListenUnix(t, freshPath(t))
	client, server, err := connectUnixPair(l)
	if err != nil {
		t.Fatal(err)
	}
	a, b := unixPairOf(t)
	named := l.LocalAddress()
	for _, state := range []string{"open", "after the peer's end", "closed"} {
		want := []UnixAddr{{}, named, named, {}, {}, {}}
		got := []UnixAddr{client.LocalAddress(), client.PeerAddress(), server.LocalAddress(), server.PeerAddress(), a.LocalAddress(), a.PeerAddress()}
		if diff := cmp.Diff(want, got, cmpUnixAddr); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
		std := []string{client.RemoteAddr().String(), server.RemoteAddr().String(), client.LocalAddr().Network()}
		if diff := cmp.Diff([]string{named.Path(), "", "unix"}, std); diff != "" {
			t.Errorf("%s, standard types: %s", state, diff)
		}
		if state == "open" {
			b.Close()
			server.Close()
		} else {
			client.Close()
			a.Close()
		}
	}
	if _, ok := l.Addr().(*stdnet.UnixAddr); !ok {
		t.Errorf("Addr is a %T", l.Addr())
	}
}

func TestG5EveryLength(t *testing.T) {
	dir := socketDir(t)
	for n := len(dir) + 2; n <= sys.Traits().Sockaddr.MaxPath(); n++ {
		addr := unixPath(t, dir+"/"+strings.Repeat("x", n-len(dir)-1))
		l, err := ListenUnix(addr)
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		client, server, err := connectUnixPair(l)
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if diff := cmp.Diff([]UnixAddr{addr, addr}, []UnixAddr{l.LocalAddress(), server.LocalAddress()}, cmpUnixAddr); diff != "" {
			t.Errorf("%d bytes: %s", n, diff)
		}
		client.Close()
		server.Close()
		l.Close()
	}
}

func TestG2Abstract(t *testing.T) {
	addr, err := UnixAbstract("volt\x00test " + socketDir(t))
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	l := mustListenUnix(t, addr)
	client, server, err := connectUnixPair(l)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	defer server.Close()
	if diff := cmp.Diff([]UnixAddr{addr, addr}, []UnixAddr{server.LocalAddress(), client.PeerAddress()}, cmpUnixAddr); diff != "" {
		t.Error(diff)
	}
	_, err = ListenUnix(addr)
	errorIs(t, "listen again", err, ErrAddrInUse)
}

// TestUnixEnds is how connections end, told by what reads return.
func TestUnixEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(a, b *UnixStream)
		want []string
	}{
		{"peer closes", func(a, b *UnixStream) { b.Close() }, []string{"EOF"}},
		{"peer ends writing", func(a, b *UnixStream) { b.CloseWrite() }, []string{"EOF"}},
		{"data, then close", func(a, b *UnixStream) { b.Write([]byte("x")); b.Close() }, []string{"x EOF"}},
		{"G13 peer closes with unread data", func(a, b *UnixStream) { a.Write([]byte("x")); b.Close() }, []string{"EOF", "reset"}},
		{"peer aborts", func(a, b *UnixStream) { b.Abort() }, []string{"EOF"}},
		{"shut here", func(a, b *UnixStream) { a.CloseRead() }, []string{"EOF"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := unixPairOf(t)
			tt.end(a, b)
			a.SetReadDeadline(time.Now().Add(patience))
			data, err := io.ReadAll(a)
			got := strings.TrimSpace(string(data) + " EOF")
			if isReset(err) {
				got = "reset"
			} else if err != nil {
				got = err.Error()
			}
			for _, ok := range tt.want {
				if got == ok {
					return
				}
			}
			t.Errorf("read %q, want one of %q", got, tt.want)
		})
	}
}

// TestUnixShutdown: G14, G30, G31 and the idempotence of C38.
func TestUnixShutdown(t *testing.T) {
	t.Run("G14 after the peer's close", func(t *testing.T) {
		a, b := unixPairOf(t)
		b.Close()
		for range 2 {
			for _, how := range []ShutdownHow{ShutdownWrite, ShutdownRead, ShutdownBoth} {
				if err := a.Shutdown(how); err != nil {
					t.Errorf("%v: %v", how, err)
				}
			}
		}
	})
	t.Run("write to a peer that is gone", func(t *testing.T) {
		a, b := unixPairOf(t)
		b.Close()
		_, err := a.Write([]byte("x"))
		errorIs(t, "Write", err, ErrReset)
	})
	t.Run("G30 write to a peer that shut reading", func(t *testing.T) {
		a, b := unixPairOf(t)
		b.CloseRead()
		if _, err := a.Write([]byte("x")); err != nil && !errors.Is(err, ErrReset) {
			t.Error(err)
		}
	})
	t.Run("G31 fresh", func(t *testing.T) {
		fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		s, err := UnixStreamFromFD(fd)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Shutdown(ShutdownBoth); err != nil && !errors.Is(err, ErrNotConnected) {
			t.Error(err)
		}
		_, err = s.Write([]byte("x"))
		errorIs(t, "Write", err, ErrNotConnected)
	})
}

// TestUnixImport: only what is a Unix socket of the right kind is taken.
func TestUnixImport(t *testing.T) {
	a, b := unixPairOf(t)
	f, err := a.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	twin, err := UnixStreamFromFile(f)
	if err != nil {
		t.Fatal(err)
	}
	defer twin.Close()
	a.Close()
	go twin.Write([]byte("x"))
	b.SetReadDeadline(time.Now().Add(patience))
	if _, err := b.ReadFull(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]bool{true, true}, []bool{twin.PeerAddress().IsUnnamed(), twin.d.has(flagConnected)}); diff != "" {
		t.Error(diff)
	}
	_, err = UnixListenerFromFile(f)
	errorIs(t, "a stream as a listener", err, errors.ErrUnsupported)
	_, err = TCPStreamFromFile(f)
	errorIs(t, "a Unix stream as a TCP stream", err, errors.ErrUnsupported)
	tcp := mustListen(t, "127.0.0.1:0")
	g, err := tcp.File()
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	_, err = UnixListenerFromFile(g)
	errorIs(t, "a TCP listener as a Unix listener", err, errors.ErrUnsupported)
	plain, err := os.Open(filepath.Dir(os.Args[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	_, err = UnixStreamFromFile(plain)
	errorIs(t, "no socket at all", err, ErrWrongType)
}

// TestReuniteUnix: halves of other streams and other types stay apart.
func TestReuniteUnix(t *testing.T) {
	a, b := unixPairOf(t)
	ar, aw := a.IntoSplit()
	br, bw := b.IntoSplit()
	_, err := ar.ReuniteUnix(bw)
	errorIs(t, "halves of two streams", err, ErrInvalidState)
	_, err = ar.Reunite(aw)
	errorIs(t, "as a TCP stream", err, ErrInvalidState)
	s, err := ar.ReuniteUnix(aw)
	if err != nil {
		t.Fatal(err)
	}
	errorIs(t, "the half afterwards", ar.Close(), ErrClosed)
	br.Close()
	bw.Close()
	errorIs(t, "read", second(s.Read(make([]byte, 1))), io.EOF)
	s.Close()
}
