package net

import (
	"context"
	"errors"
	"io/fs"
	stdnet "net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

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
