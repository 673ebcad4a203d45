package net

import (
	"context"
	"errors"
	"io"
	"io/fs"
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

	"github.com/volt-net/volt/platform"
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

// leaveStale makes a socket's file that nobody has open.
func leaveStale(t *testing.T, addr UnixAddr) {
	t.Helper()
	l := mustListenUnix(t, addr)
	l.KeepFile()
	l.Close()
}

// TestUnixRefusals is what cannot be connected to or listened on (G3, G6 to
// G9).
func TestUnixRefusals(t *testing.T) {
	dir := socketDir(t)
	missing, stale := unixPath(t, dir+"/missing"), unixPath(t, dir+"/stale")
	file, nowhere := unixPath(t, dir+"/file"), unixPath(t, dir+"/no/where")
	other := unixPath(t, dir+"/datagrams")
	leaveStale(t, stale)
	if err := os.WriteFile(file.Path(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	datagrams, err := stdnet.ListenUnixgram("unixgram", other.std("unixgram"))
	if err != nil {
		t.Fatal(err)
	}
	defer datagrams.Close()
	connect := func(a UnixAddr) error { _, err := ConnectUnix(a); return err }
	listen := func(a UnixAddr) error { _, err := ListenUnix(a); return err }
	for _, tt := range []struct {
		name string
		do   func(UnixAddr) error
		addr UnixAddr
		want error
	}{
		{"G7 connect, missing", connect, missing, ErrNotFound},
		{"G7 connect, stale", connect, stale, ErrRefused},
		{"G8 connect, regular file", connect, file, ErrRefused},
		{"G9 connect, datagram socket", connect, other, ErrWrongType},
		{"connect, no directory", connect, nowhere, ErrNotFound},
		{"G3 connect, unnamed", connect, UnixAddr{}, ErrInvalidAddress},
		{"G6 listen, stale", listen, stale, ErrAddrInUse},
		{"G6 listen, regular file", listen, file, ErrAddrInUse},
		{"G6 listen, taken", listen, other, ErrAddrInUse},
		{"listen, no directory", listen, nowhere, ErrNotFound},
		{"G3 listen, unnamed", listen, UnixAddr{}, ErrInvalidAddress},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.do(tt.addr)
			errorIs(t, tt.name, err, tt.want)
			var op *stdnet.OpError
			if !errors.As(err, &op) || op.Net != "unix" {
				t.Errorf("%v is no OpError of network unix", err)
			}
		})
	}
	for _, a := range []UnixAddr{stale, file, other} {
		if _, err := os.Lstat(a.Path()); err != nil {
			t.Errorf("a refused Listen removed it: %v", err)
		}
	}
}

// TestG6Replace: only a socket that nobody has open is replaced.
func TestG6Replace(t *testing.T) {
	for _, tt := range []struct {
		name string
		lay  func(t *testing.T, addr UnixAddr) // what lies at the path
		want error
	}{
		{"nothing", func(*testing.T, UnixAddr) {}, nil},
		{"stale socket", leaveStale, nil},
		{"listener", func(t *testing.T, addr UnixAddr) { mustListenUnix(t, addr) }, ErrAddrInUse},
		{"bound, not listening", func(t *testing.T, addr UnixAddr) {
			d, err := unixSocket(platform.Stream, platform.UnixListener)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.close() })
			if _, err := d.bindPath(addr, false, 0); err != nil {
				t.Fatal(err)
			}
		}, ErrAddrInUse},
		{"datagram socket", func(t *testing.T, addr UnixAddr) {
			c, err := stdnet.ListenUnixgram("unixgram", addr.std("unixgram"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
		}, ErrAddrInUse},
		{"regular file", func(t *testing.T, addr UnixAddr) { os.WriteFile(addr.Path(), []byte("x"), 0o600) }, ErrAddrInUse},
		{"directory", func(t *testing.T, addr UnixAddr) { os.Mkdir(addr.Path(), 0o700) }, ErrAddrInUse},
		{"link to a stale socket", func(t *testing.T, addr UnixAddr) {
			target := freshPath(t)
			leaveStale(t, target)
			os.Symlink(target.Path(), addr.Path())
		}, ErrAddrInUse},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := freshPath(t)
			tt.lay(t, addr)
			before, _ := os.Lstat(addr.Path())
			l, err := UnixListenConfig{Replace: true}.Listen(addr)
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if err == nil {
				l.Close()
				return
			}
			if after, err := os.Lstat(addr.Path()); err != nil || !os.SameFile(before, after) {
				t.Errorf("what was there is gone: %v", err)
			}
		})
	}
}

// TestG6Close: Close removes the file that it made and no other.
func TestG6Close(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, l *UnixListener, path string)
		left bool
	}{
		{"made here", func(t *testing.T, l *UnixListener, path string) {}, false},
		{"gone already", func(t *testing.T, l *UnixListener, path string) { os.Remove(path) }, false},
		{"replaced by a file", func(t *testing.T, l *UnixListener, path string) {
			os.Remove(path)
			os.WriteFile(path, nil, 0o600)
		}, true},
		{"replaced by a listener", func(t *testing.T, l *UnixListener, path string) {
			os.Remove(path)
			mustListenUnix(t, l.LocalAddress())
		}, true},
		{"KeepFile", func(t *testing.T, l *UnixListener, path string) { l.KeepFile() }, true},
		{"of an imported listener", func(t *testing.T, l *UnixListener, path string) {
			f, err := l.File()
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			twin, err := UnixListenerFromFile(f)
			if err != nil {
				t.Fatal(err)
			}
			l.KeepFile()
			twin.Close()
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := freshPath(t)
			l := mustListenUnix(t, addr)
			tt.do(t, l, addr.Path())
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			_, err := os.Lstat(addr.Path())
			if diff := cmp.Diff(tt.left, err == nil); diff != "" {
				t.Errorf("file left (-want +got): %s", diff)
			}
			errorIs(t, "second Close", l.Close(), ErrClosed)
		})
	}
}

func TestG29Mode(t *testing.T) {
	addr := freshPath(t)
	l, err := UnixListenConfig{Mode: 0o600}.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	info, err := os.Lstat(addr.Path())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fs.FileMode(0o600), info.Mode().Perm()); diff != "" {
		t.Error(diff)
	}
}

func TestUnixBacklogRange(t *testing.T) {
	for _, n := range []int{-1, maxBacklog + 1} {
		addr := freshPath(t)
		_, err := UnixListenConfig{Backlog: n}.Listen(addr)
		errorIs(t, "Listen", err, syscall.EINVAL)
		if _, err := os.Lstat(addr.Path()); err == nil {
			t.Error("the file is left behind")
		}
	}
}

// TestG11FullBacklog: a connect to a full queue waits for room, until its
// context ends.
func TestG11FullBacklog(t *testing.T) {
	l, err := UnixListenConfig{Backlog: 1}.Listen(freshPath(t))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	connect := func(ctx context.Context) error {
		c, err := ConnectUnixContext(ctx, l.LocalAddress())
		if err == nil {
			t.Cleanup(func() { c.Close() })
		}
		return err
	}
	full := false
	for range 16 {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		err := connect(ctx)
		cancel()
		if full = errors.Is(err, context.DeadlineExceeded); full {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !full {
		t.Fatal("16 connections wait in a queue for 1")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	done := park(func() error { return connect(ctx) })
	for range 2 {
		c, err := l.AcceptContext(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	if err := soon(t, "connect", done); err != nil {
		t.Error(err)
	}
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
