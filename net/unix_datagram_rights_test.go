package net

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDatagramPassing sends a pipe in a datagram, in every form, and talks
// through what arrives.
func TestDatagramPassing(t *testing.T) {
	ctx := context.Background()
	a, b := datagramPair(t)
	server, client := bindUnix(t, freshPath(t)), bindUnix(t, freshPath(t))
	to := server.LocalAddress()
	nobody := UnixAddr{}
	for _, tt := range []struct {
		name string
		send func(p []byte, fd int) (int, error)
		recv func(p []byte, fds []int) (int, int, UnixAddr, error)
		from UnixAddr
	}{
		{"pair", func(p []byte, fd int) (int, error) { return a.SendFDs(p, fd) },
			func(p []byte, fds []int) (int, int, UnixAddr, error) {
				n, m, err := b.RecvFDs(p, fds)
				return n, m, nobody, err
			}, nobody},
		{"pair, tried", func(p []byte, fd int) (int, error) { return a.TrySendFDs(p, fd) },
			func(p []byte, fds []int) (int, int, UnixAddr, error) {
				n, m, err := b.TryRecvFDs(p, fds)
				return n, m, nobody, err
			}, nobody},
		{"pair, with a context", func(p []byte, fd int) (int, error) { return a.SendFDsContext(ctx, p, fd) },
			func(p []byte, fds []int) (int, int, UnixAddr, error) {
				n, m, err := b.RecvFDsContext(ctx, p, fds)
				return n, m, nobody, err
			}, nobody},
		{"to a name", func(p []byte, fd int) (int, error) { return client.SendFDsTo(p, to, fd) }, server.RecvFDsFrom, client.LocalAddress()},
		{"to a name, tried", func(p []byte, fd int) (int, error) { return client.TrySendFDsTo(p, to, fd) }, server.TryRecvFDsFrom, client.LocalAddress()},
		{"to a name, with a context", func(p []byte, fd int) (int, error) { return client.SendFDsToContext(ctx, p, to, fd) },
			func(p []byte, fds []int) (int, int, UnixAddr, error) { return server.RecvFDsFromContext(ctx, p, fds) }, client.LocalAddress()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, w := pipe(t)
			if n, err := tt.send([]byte("take"), int(w.Fd())); n != 4 || err != nil {
				t.Fatal(n, err)
			}
			w.Close()
			buf, fds := make([]byte, 8), make([]int, 4)
			n, m, from, err := tt.recv(buf, fds)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]any{"take", 1, tt.from}, []any{string(buf[:n]), m, from}, cmpUnixAddr); diff != "" {
				t.Fatal(diff)
			}
			got := os.NewFile(uintptr(fds[0]), "received")
			if _, err := got.WriteString("through"); err != nil {
				t.Error(err)
			}
			got.Close()
			text, err := io.ReadAll(r)
			if diff := cmp.Diff("through", string(text)); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
	if _, _, err := b.TryRecvFDs(make([]byte, 1), nil); err != ErrWouldBlock {
		t.Errorf("RecvFDs of nothing: %v", err)
	}
}

// TestG26DatagramSurplus closes what there is no room for, and loses none of
// the data.
func TestG26DatagramSurplus(t *testing.T) {
	a, b := datagramPair(t)
	_, w := pipe(t)
	before := openDescriptors()
	for _, tt := range []struct {
		count, room, got int
		want             error
	}{{3, 1, 1, ErrDescriptorsLost}, {3, 0, 0, ErrDescriptorsLost}, {3, 3, 3, nil}, {253, 253, 253, nil}, {0, 2, 0, nil}} {
		t.Run(strconv.Itoa(tt.count)+" into "+strconv.Itoa(tt.room), func(t *testing.T) {
			if _, err := a.SendFDs([]byte("data"), slices.Repeat([]int{int(w.Fd())}, tt.count)...); err != nil {
				t.Fatal(err)
			}
			buf, fds := make([]byte, 8), make([]int, tt.room)
			n, m, err := b.RecvFDs(buf, fds)
			errorIs(t, "RecvFDs", err, tt.want)
			if diff := cmp.Diff([]any{"data", tt.got}, []any{string(buf[:n]), m}); diff != "" {
				t.Error(diff)
			}
			closeAll(fds[:m])
		})
	}
	t.Run("plain Recv", func(t *testing.T) {
		if _, err := a.SendFDs([]byte("data"), int(w.Fd())); err != nil {
			t.Fatal(err)
		}
		if n, err := b.Recv(make([]byte, 8)); n != 4 || err != nil {
			t.Error(n, err)
		}
	})
	if after := openDescriptors(); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

// TestG25Datagram refuses descriptors without data, and other parcels that
// not every system takes.
func TestG25Datagram(t *testing.T) {
	a, _ := datagramPair(t)
	lone := unboundUnix(t)
	_, w := pipe(t)
	fd := int(w.Fd())
	for _, tt := range []struct {
		name string
		err  error
		want error
	}{
		{"G25 no data", second(a.SendFDs(nil, fd)), syscall.EINVAL},
		{"too many", second(a.TrySendFDs([]byte("x"), slices.Repeat([]int{fd}, 254)...)), syscall.EINVAL},
		{"negative", second(a.SendFDs([]byte("x"), -1)), syscall.EINVAL},
		{"not open", second(a.SendFDs([]byte("x"), 1<<20)), syscall.EBADF},
		{"G15 no peer", second(lone.SendFDs([]byte("x"), fd)), ErrNotConnected},
		{"G21 peer and address", second(a.SendFDsTo([]byte("x"), freshPath(t), fd)), ErrIsConnected},
		{"G7 nobody there", second(lone.SendFDsTo([]byte("x"), freshPath(t), fd)), ErrNotFound},
		{"G3 unnamed", second(lone.TrySendFDsTo([]byte("x"), UnixAddr{}, fd)), ErrInvalidAddress},
	} {
		t.Run(tt.name, func(t *testing.T) { errorIs(t, "send", tt.err, tt.want) })
	}
}

// TestDatagramBind gives an unbound socket a name, and Close takes it away.
func TestDatagramBind(t *testing.T) {
	addr := freshPath(t)
	s, peer := unboundUnix(t), unboundUnix(t)
	if diff := cmp.Diff(UnixAddr{}, s.LocalAddress(), cmpUnixAddr); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	if err := s.Bind(addr); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(addr, s.LocalAddress(), cmpUnixAddr); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	if _, err := peer.SendTo([]byte("x"), addr); err != nil {
		t.Error(err)
	}
	if n, _, err := s.RecvFrom(make([]byte, 8)); n != 1 || err != nil {
		t.Error(n, err)
	}
	errorIs(t, "second Bind", s.Bind(freshPath(t)), ErrInvalidState)
	errorIs(t, "G6 Bind to the same", peer.Bind(addr), ErrAddrInUse)
	errorIs(t, "G3 Bind to nothing", peer.Bind(UnixAddr{}), ErrInvalidAddress)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(addr.Path()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file after Close: %v", err)
	}
	errorIs(t, "Bind after Close", s.Bind(addr), ErrClosed)
}
