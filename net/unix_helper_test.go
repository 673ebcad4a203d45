package net

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cmpUnixAddr compares addresses as == does.
var cmpUnixAddr = cmp.Comparer(func(a, b UnixAddr) bool { return a == b })

// socketDir is a directory with a short name, removed with t.
func socketDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "v")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func unixPath(t testing.TB, path string) UnixAddr {
	t.Helper()
	a, err := UnixPath(path)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// freshPath is the address of a file that is not there.
func freshPath(t testing.TB) UnixAddr {
	t.Helper()
	return unixPath(t, filepath.Join(socketDir(t), "s"))
}

func mustListenUnix(t testing.TB, addr UnixAddr) *UnixListener {
	t.Helper()
	l, err := ListenUnix(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func connectUnixPair(l *UnixListener) (client, server *UnixStream, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	client, err = ConnectUnixContext(ctx, l.LocalAddress())
	if err != nil {
		return nil, nil, err
	}
	server, err = l.AcceptContext(ctx)
	if err != nil {
		client.Close()
		return nil, nil, err
	}
	return client, server, nil
}

// unixMakers are the ways to come by two connected streams.
func unixMakers(t testing.TB) map[string]func() (a, b *UnixStream, err error) {
	reunited := func() (a, b *UnixStream, err error) {
		if a, b, err = UnixStreamPair(); err != nil {
			return nil, nil, err
		}
		a, err = reunite(a)
		if err != nil {
			return nil, nil, err
		}
		b, err = reunite(b)
		return a, b, err
	}
	l := mustListenUnix(t, freshPath(t))
	return map[string]func() (a, b *UnixStream, err error){
		"pair":     UnixStreamPair,
		"listener": func() (a, b *UnixStream, err error) { return connectUnixPair(l) },
		"reunited": reunited,
	}
}

func reunite(s *UnixStream) (*UnixStream, error) {
	r, w := s.IntoSplit()
	return r.ReuniteUnix(w)
}

// unixPairOf returns two connected streams, closed with t.
func unixPairOf(t testing.TB) (a, b *UnixStream) {
	t.Helper()
	a, b, err := UnixStreamPair()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}
