package net

import (
	"bytes"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// TestC48Huge transfers more at once than fits into a C int.
func TestC48Huge(t *testing.T) {
	if strconv.IntSize == 32 || raceDetector {
		t.Skip("no memory to show it")
	}
	size := 3
	size <<= 30
	huge, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skipf("no memory to show it: %v", err)
	}
	defer syscall.Munmap(huge)
	a, b := pair(t, "127.0.0.1:0")
	copy(huge, "head")
	n, err := a.TryWrite(huge)
	if err != nil || n < 4 || n > platform.MaxTransfer {
		t.Fatalf("TryWrite: %d, %v", n, err)
	}
	n, err = tryRead(t, b, huge)
	if err != nil || n < 4 || !bytes.HasPrefix(huge, []byte("head")) {
		t.Errorf("TryRead: %d, %v, %q", n, err, huge[:4])
	}
	n, err = a.TryWriteBuffers([][]byte{huge[:4], huge})
	if err != nil && err != ErrWouldBlock || n > platform.MaxTransfer {
		t.Errorf("TryWriteBuffers: %d, %v", n, err)
	}
}

// TestC49ManyBuffers passes more buffers than one system call takes.
func TestC49ManyBuffers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		count int
		size  func(i int) int
	}{
		{"3,000 of a byte", 3000, func(int) int { return 1 }},
		{"3,000 of all sizes", 3000, func(i int) int { return i % 97 }},
		{"most of them empty", 5000, func(i int) int { return i / 4900 }},
		{"3,000 that do not fit", 3000, func(int) int { return 4 << 10 }},
		{"1,024", 1024, func(int) int { return 3 }},
		{"1,025", 1025, func(int) int { return 3 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, in [][]byte
			var want []byte
			for i := range tt.count {
				b := make([]byte, tt.size(i))
				for k := range b {
					b[k] = byte(i*7 + k)
				}
				want = append(want, b...)
				out, in = append(out, b), append(in, make([]byte, len(b)))
			}
			a, b := pair(t, "127.0.0.1:0")
			a.SetDeadline(time.Now().Add(patience))
			b.SetDeadline(time.Now().Add(patience))
			done := park(func() error {
				n, err := a.WriteBuffers(out)
				if diff := cmp.Diff(int64(len(want)), n); diff != "" {
					t.Errorf("written (-want +got):\n%s", diff)
				}
				return err
			})
			var got []byte
			for len(got) < len(want) {
				n, err := b.ReadBuffers(in)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range in {
					k := min(n, len(p))
					got, n = append(got, p[:k]...), n-k
				}
			}
			if err := soon(t, "WriteBuffers", done); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(want, got) {
				t.Error("other bytes than were sent")
			}
			if rest := bytes.Join(out, nil); !bytes.Equal(want, rest) {
				t.Error("WriteBuffers changed its argument")
			}
		})
	}
}

// TestC47Urgent: out-of-band data neither shows up among the rest nor holds it
// back.
func TestC47Urgent(t *testing.T) {
	a, b := pair(t, "127.0.0.1:0")
	to, err := syscall.Getpeername(number(a))
	if err != nil {
		t.Fatal(err)
	}
	b.SetReadDeadline(time.Now().Add(patience))
	raw, err := a.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if _, err := a.Write([]byte("before")); err != nil {
			t.Fatal(err)
		}
		var sent error
		raw.Control(func(fd uintptr) {
			sent = uninterrupted(func() error { return syscall.Sendto(int(fd), []byte("!"), syscall.MSG_OOB, to) })
		})
		if sent != nil {
			t.Skipf("no way to send it: %v", sent)
		}
		if _, err := a.Write([]byte("after")); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len("beforeafter"))
		if _, err := b.ReadFull(got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("beforeafter", string(got)); diff != "" {
			t.Fatal(diff)
		}
	}
}
