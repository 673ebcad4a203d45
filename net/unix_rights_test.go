package net

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// closeAll closes received descriptors.
func closeAll(fds []int) {
	for _, fd := range fds {
		syscall.Close(fd)
	}
}

// pipe returns the numbers of a pipe's ends, closed with t.
func pipe(t testing.TB) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// TestPassing sends a pipe and talks through it.
func TestPassing(t *testing.T) {
	a, b := unixPairOf(t)
	r, w := pipe(t)
	n, err := a.SendFDs([]byte("take"), int(w.Fd()))
	if n != 4 || err != nil {
		t.Fatal(n, err)
	}
	w.Close()
	b.SetReadDeadline(time.Now().Add(patience))
	buf, fds := make([]byte, 8), make([]int, 4)
	n, m, err := b.RecvFDs(buf, fds)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{"take", 1}, []any{string(buf[:n]), m}); diff != "" {
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
}

// TestA5Inheritance: no child is born with a received descriptor.
func TestA5Inheritance(t *testing.T) {
	a, b := unixPairOf(t)
	x, y := unixPairOf(t)
	if _, err := a.SendFDs([]byte("x"), number(x), number(y)); err != nil {
		t.Fatal(err)
	}
	fds := make([]int, 2)
	b.SetReadDeadline(time.Now().Add(patience))
	_, m, err := b.RecvFDs(make([]byte, 1), fds)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(fds[:m])
	if diff := cmp.Diff([]any{2, ""}, []any{m, runChild(t, "sockets")}); diff != "" {
		t.Error(diff)
	}
}

// TestManyDescriptors: any number arrives, split where it must be.
func TestManyDescriptors(t *testing.T) {
	for _, count := range []int{0, 1, 2, 252, 253, 254, 506, 507, 600} {
		t.Run(strconv.Itoa(count), func(t *testing.T) {
			a, b := unixPairOf(t)
			_, w := pipe(t)
			before := openDescriptors()
			sent := slices.Repeat([]int{int(w.Fd())}, count)
			data := bytes.Repeat([]byte("data"), 2000)
			done := park(func() error { _, err := a.SendFDs(data, sent...); return err })
			got, fds := make([]byte, len(data)), make([]int, count)
			b.SetReadDeadline(time.Now().Add(patience))
			n, m, err := b.RecvFDsFull(got, fds)
			defer func() { closeAll(fds[:m]) }()
			if err != nil {
				t.Fatalf("after %d bytes, %d descriptors: %v", n, m, err)
			}
			if err := soon(t, "SendFDs", done); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, got) {
				t.Error("the data is not what was sent")
			}
			if diff := cmp.Diff(count, m); diff != "" {
				t.Error(diff)
			}
			for _, fd := range fds[:m] {
				var st syscall.Stat_t
				if err := syscall.Fstat(fd, &st); err != nil {
					t.Fatalf("descriptor %d: %v", fd, err)
				}
			}
			closeAll(fds[:m])
			m = 0
			if after := openDescriptors(); after > before {
				t.Errorf("%d descriptors before, %d after", before, after)
			}
		})
	}
}

// TestG26Surplus: what there is no room for is closed, and said to be.
func TestG26Surplus(t *testing.T) {
	for _, tt := range []struct {
		name string
		room int
		recv func(s *UnixStream, p []byte, fds []int) (n, m int, err error)
		want error
	}{
		{"none", 0, (*UnixStream).RecvFDs, ErrDescriptorsLost},
		{"one", 1, (*UnixStream).RecvFDs, ErrDescriptorsLost},
		{"one, full", 1, (*UnixStream).RecvFDsFull, ErrDescriptorsLost},
		{"enough", 3, (*UnixStream).RecvFDs, nil},
		{"more than enough", 9, (*UnixStream).RecvFDs, nil},
		{"plain Read", 0, func(s *UnixStream, p []byte, _ []int) (int, int, error) {
			n, err := s.Read(p)
			return n, 0, err
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := unixPairOf(t)
			_, w := pipe(t)
			fd := int(w.Fd())
			before := openDescriptors()
			if _, err := a.SendFDs([]byte("abc"), fd, fd, fd); err != nil {
				t.Fatal(err)
			}
			b.SetReadDeadline(time.Now().Add(patience))
			buf, fds := make([]byte, 3), make([]int, tt.room)
			n, m, err := tt.recv(b, buf, fds)
			if !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			closeAll(fds[:m])
			if diff := cmp.Diff([]any{"abc", min(tt.room, 3)}, []any{string(buf[:n]), m}); diff != "" {
				t.Error(diff)
			}
			if after := openDescriptors(); after > before {
				t.Errorf("%d descriptors before, %d after", before, after)
			}
		})
	}
}

// TestG32ShortReads: a read stops at a message with descriptors, and what is
// behind it is found all the same.
func TestG32ShortReads(t *testing.T) {
	for _, tt := range []struct {
		name string
		read func(s *UnixStream, p []byte) (int, error)
	}{
		{"Read", (*UnixStream).Read},
		{"ReadBuffers", func(s *UnixStream, p []byte) (int, error) { return s.ReadBuffers([][]byte{p[:2], p[2:]}) }},
		{"RecvFDs", func(s *UnixStream, p []byte) (int, error) {
			fds := make([]int, 8)
			n, m, err := s.RecvFDs(p, fds)
			closeAll(fds[:m])
			return n, err
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := unixPairOf(t)
			_, w := pipe(t)
			buf := make([]byte, 64)
			b.SetDeadline(time.Now().Add(time.Millisecond))
			_, err := tt.read(b, buf) // makes a poller watch b
			errorIs(t, "first read", err, os.ErrDeadlineExceeded)
			b.SetDeadline(time.Now().Add(patience))
			const rounds = 20
			for range rounds {
				if _, err := a.SendFDs([]byte("y"), int(w.Fd())); err != nil {
					t.Fatal(err)
				}
				a.Write([]byte("z"))
			}
			for got := 0; got < 2*rounds; {
				n, err := tt.read(b, buf)
				if err != nil {
					t.Fatalf("after %d bytes: %v", got, err)
				}
				got += n
			}
		})
	}
}

// TestSendFDsRefusals: what cannot be sent is refused, and nothing of it goes.
func TestSendFDsRefusals(t *testing.T) {
	a, b := unixPairOf(t)
	closed, _ := unixPairOf(t)
	closed.Close()
	_, w := pipe(t)
	fd, tooLarge := int(w.Fd()), math.MaxInt32
	tooLarge++ // or negative, where int has 32 bits
	for _, tt := range []struct {
		name string
		s    *UnixStream
		p    []byte
		fds  []int
		want error
	}{
		{"G25 no data", a, nil, []int{fd}, syscall.EINVAL},
		{"less data than messages", a, []byte("x"), slices.Repeat([]int{fd}, 254), syscall.EINVAL},
		{"negative", a, []byte("x"), []int{-1}, syscall.EINVAL},
		{"too large", a, []byte("x"), []int{tooLarge}, syscall.EINVAL},
		{"not open", a, []byte("x"), []int{fd, 1 << 20}, syscall.EBADF},
		{"closed", closed, []byte("x"), []int{fd}, ErrClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, err := tt.s.SendFDs(tt.p, tt.fds...)
			errorIs(t, "SendFDs", err, tt.want)
			k, err := tt.s.TrySendFDs(tt.p, tt.fds...)
			errorIs(t, "TrySendFDs", err, tt.want)
			if n+k != 0 {
				t.Errorf("%d and %d bytes went out", n, k)
			}
		})
	}
	_, err := a.TrySendFDs(make([]byte, 9), slices.Repeat([]int{fd}, 254)...)
	errorIs(t, "TrySendFDs of too many", err, syscall.EINVAL)
	_, _, err = b.TryRecvFDs(make([]byte, 1), nil)
	errorIs(t, "TryRecvFDs", err, ErrWouldBlock)
}

// TestRecvFDsEnds: deadline, context, end and close.
func TestRecvFDsEnds(t *testing.T) {
	buf := make([]byte, 4)
	a, b := unixPairOf(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := b.RecvFDsContext(ctx, buf, nil)
	errorIs(t, "done context", err, context.Canceled)
	b.SetReadDeadline(time.Now())
	_, _, err = b.RecvFDs(buf, nil)
	errorIs(t, "deadline", err, os.ErrDeadlineExceeded)
	b.SetReadDeadline(time.Now().Add(patience))
	a.Write([]byte("ab"))
	a.CloseWrite()
	n, _, err := b.RecvFDsFull(buf, nil)
	if diff := cmp.Diff([]any{2, io.ErrUnexpectedEOF}, []any{n, err}, cmp.Comparer(func(x, y error) bool { return x == y })); diff != "" {
		t.Error(diff)
	}
	for _, recv := range []func([]byte, []int) (int, int, error){b.RecvFDs, b.RecvFDsFull, b.TryRecvFDs} {
		if _, _, err := recv(buf, nil); err != io.EOF {
			t.Errorf("at the end: %v", err)
		}
		if n, m, err := recv(nil, nil); n != 0 || m != 0 || err != nil {
			t.Errorf("no room for data: %d, %d, %v", n, m, err)
		}
	}
	done := park(func() error { _, _, err := a.RecvFDs(buf, nil); return err })
	a.Close()
	errorIs(t, "Close", soon(t, "Close", done), ErrClosed)
}

// TestRecvFDsAfterOwnEnd: after an end that this side has made, receiving
// descriptors says what reading says.
func TestRecvFDsAfterOwnEnd(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(*UnixStream) error
		want error
	}{
		"CloseRead":       {(*UnixStream).CloseRead, io.EOF},
		"a half given up": {func(s *UnixStream) error { r, _ := s.IntoSplit(); return r.Close() }, ErrClosed},
		"both given up":   {func(s *UnixStream) error { r, w := s.IntoSplit(); return errors.Join(r.Close(), w.Close()) }, ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := unixPairOf(t)
			if err := tt.end(a); err != nil {
				t.Fatal(err)
			}
			p, fds := make([]byte, 1), make([]int, 1)
			errorIs(t, "Read", second(a.Read(p)), tt.want)
			for name, recv := range map[string]func([]byte, []int) (int, int, error){
				"RecvFDs": a.RecvFDs, "TryRecvFDs": a.TryRecvFDs, "RecvFDsFull": a.RecvFDsFull,
			} {
				_, _, err := recv(p, fds)
				errorIs(t, name, err, tt.want)
			}
		})
	}
}
