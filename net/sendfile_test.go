package net

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	stdnet "net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// byteStream is what the two kinds of stream have in common here.
type byteStream interface {
	stdnet.Conn
	io.ReaderFrom
	io.WriterTo
	CloseWrite() error
}

// streamPairs are connected streams of both kinds.
func streamPairs() map[string]func(t testing.TB) (a, b byteStream) {
	return map[string]func(t testing.TB) (a, b byteStream){
		"TCP":  func(t testing.TB) (a, b byteStream) { return pair(t, "127.0.0.1:0") },
		"Unix": func(t testing.TB) (a, b byteStream) { return unixPairOf(t) },
	}
}

// pattern is n bytes of which no two pages are alike.
func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i>>12 ^ i)
	}
	return p
}

// fileOf is an open file that holds p.
func fileOf(t testing.TB, p []byte) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, p, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// collect reads s to its end in a goroutine of its own.
func collect(s byteStream) <-chan []byte {
	got := make(chan []byte, 1)
	s.SetReadDeadline(time.Now().Add(patience))
	go func() {
		p, _ := io.ReadAll(s)
		got <- p
	}()
	return got
}

// same holds contents to their hash: megabytes make no message.
func same(t testing.TB, what string, want, got []byte) {
	t.Helper()
	if diff := cmp.Diff(len(want), len(got)); diff != "" {
		t.Errorf("%s: length (-want +got):\n%s", what, diff)
	}
	if sha256.Sum256(want) != sha256.Sum256(got) {
		t.Errorf("%s: the contents differ", what)
	}
}

// TestReadFromFile sends files, whole and in part. The position moves as if
// they were read, and so does the limit.
func TestReadFromFile(t *testing.T) {
	for name, connect := range streamPairs() {
		for _, tt := range []struct {
			name        string
			size, begin int
			limit       int64 // 0: none
		}{
			{"empty", 0, 0, 0},
			{"one byte", 1, 0, 0},
			{"64 KiB", 64 << 10, 0, 0},
			{"10 MB", 10_000_000, 0, 0},
			{"10 MB from the middle", 10_000_000, 5_000_001, 0},
			{"from the end", 1000, 1000, 0},
			{"from beyond the end", 1000, 1001, 0},
			{"limited", 1_000_000, 1000, 777_777},
			{"limited to more than there is", 1_000_000, 1000, 2_000_000},
		} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				a, b := connect(t)
				data := pattern(tt.size)
				f := fileOf(t, data)
				if _, err := f.Seek(int64(tt.begin), io.SeekStart); err != nil {
					t.Fatal(err)
				}
				want := data[min(tt.begin, tt.size):]
				var from io.Reader = f
				var limited *io.LimitedReader
				if tt.limit > 0 {
					want = want[:min(int64(len(want)), tt.limit)]
					limited = &io.LimitedReader{R: f, N: tt.limit}
					from = limited
				}
				got := collect(b)
				n, err := a.ReadFrom(from)
				if err != nil {
					t.Error(err)
				}
				a.CloseWrite()
				same(t, "received", want, soon(t, "receive", got))
				at, _ := f.Seek(0, io.SeekCurrent)
				if diff := cmp.Diff([]int64{int64(len(want)), int64(tt.begin + len(want))}, []int64{n, at}); diff != "" {
					t.Errorf("count and position (-want +got):\n%s", diff)
				}
				if limited != nil && limited.N != tt.limit-n {
					t.Errorf("%d left of the limit, want %d", limited.N, tt.limit-n)
				}
			})
		}
	}
}

// TestReadFromAny sends what is no regular file, or hides that it is one.
func TestReadFromAny(t *testing.T) {
	data := pattern(300_000)
	feed := func(t testing.TB, w io.WriteCloser) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.Write(data)
			w.Close()
		}()
		t.Cleanup(func() { <-done })
	}
	sources := map[string]func(t testing.TB) io.Reader{
		"memory":        func(testing.TB) io.Reader { return bytes.NewReader(data) },
		"hidden memory": func(testing.TB) io.Reader { return onlyReader{bytes.NewReader(data)} },
		"file by io.Copy": func(t testing.TB) io.Reader {
			return fileOf(t, data)
		},
		"pipe": func(t testing.TB) io.Reader {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { r.Close() })
			feed(t, w)
			return r
		},
		"TCP": func(t testing.TB) io.Reader {
			a, b := pair(t, "127.0.0.1:0")
			feed(t, a)
			return b
		},
		"Unix": func(t testing.TB) io.Reader {
			a, b := unixPairOf(t)
			feed(t, a)
			return b
		},
		"half": func(t testing.TB) io.Reader {
			a, b := pair(t, "127.0.0.1:0")
			feed(t, a)
			r, _ := b.Split()
			return r
		},
		"limited TCP": func(t testing.TB) io.Reader {
			a, b := pair(t, "127.0.0.1:0")
			feed(t, a)
			return io.LimitReader(b, int64(len(data)))
		},
	}
	for name, connect := range streamPairs() {
		for from, source := range sources {
			t.Run(name+"/"+from, func(t *testing.T) {
				a, b := connect(t)
				got := collect(b)
				n, err := io.Copy(a, source(t))
				if err != nil || n != int64(len(data)) {
					t.Errorf("copied %d: %v", n, err)
				}
				a.CloseWrite()
				same(t, "received", data, soon(t, "receive", got))
			})
		}
	}
}

// TestSpliceLimit leaves in the source what a limit does not cover.
func TestSpliceLimit(t *testing.T) {
	from, source := pair(t, "127.0.0.1:0")
	a, b := unixPairOf(t)
	if _, err := from.Write([]byte("hello, world")); err != nil {
		t.Fatal(err)
	}
	limited := &io.LimitedReader{R: source, N: 5}
	n, err := a.ReadFrom(limited)
	if n != 5 || err != nil || limited.N != 0 {
		t.Errorf("ReadFrom: %d, %v, %d left", n, err, limited.N)
	}
	a.CloseWrite()
	got, _ := io.ReadAll(b)
	rest := make([]byte, 7)
	if _, err := source.ReadFull(rest); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"hello", ", world"}, []string{string(got), string(rest)}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReadFromTruncated sends a file that loses its second half meanwhile.
func TestReadFromTruncated(t *testing.T) {
	a, b := pair(t, "127.0.0.1:0")
	data := pattern(16 << 20)
	f := fileOf(t, data)
	a.SetDeadline(time.Now().Add(patience))
	done := make(chan int64, 1)
	go func() {
		n, err := a.ReadFrom(f)
		if err != nil {
			t.Error(err)
		}
		a.CloseWrite()
		done <- n
	}()
	head := make([]byte, 1)
	if _, err := b.ReadFull(head); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(f.Name(), 8<<20); err != nil {
		t.Fatal(err)
	}
	got := append(head, readAll(t, b)...)
	n := soon(t, "ReadFrom", done)
	if diff := cmp.Diff(int64(len(got)), n); diff != "" {
		t.Errorf("count (-want +got):\n%s", diff)
	}
	if len(got) < 8<<20 {
		t.Fatalf("%d bytes came", len(got))
	}
	same(t, "the first half", data[:8<<20], got[:8<<20])
}

// TestReadFromInterrupted ends the sending of a file in the middle. What was
// sent is counted, and the file's position is behind it.
func TestReadFromInterrupted(t *testing.T) {
	for name, connect := range streamPairs() {
		for _, tt := range []struct {
			name string
			end  func(a, b byteStream)
			want error
		}{
			{"deadline", func(a, _ byteStream) { a.SetWriteDeadline(time.Now()) }, os.ErrDeadlineExceeded},
			{"close", func(a, _ byteStream) { a.Close() }, ErrClosed},
			{"peer gone", func(_, b byteStream) { b.Close() }, ErrReset},
		} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				a, b := connect(t)
				f := fileOf(t, pattern(64<<20))
				type result struct {
					n   int64
					err error
				}
				done := make(chan result, 1)
				go func() {
					n, err := a.ReadFrom(f)
					done <- result{n, err}
				}()
				if _, err := b.Read(make([]byte, 1)); err != nil {
					t.Fatal(err)
				}
				tt.end(a, b)
				r := soon(t, "ReadFrom", done)
				errorIs(t, "ReadFrom", r.err, tt.want)
				var op *stdnet.OpError
				if !errors.As(r.err, &op) || op.Op != "write" {
					t.Errorf("error %v", r.err)
				}
				if at, _ := f.Seek(0, io.SeekCurrent); at != r.n || r.n == 0 {
					t.Errorf("sent %d, position %d", r.n, at)
				}
			})
		}
	}
}

// TestSpliceInterrupted ends a proxy's copying from either side.
func TestSpliceInterrupted(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(from, to *TCPStream)
		want error
	}{
		{"source closed", func(from, _ *TCPStream) { from.Close() }, ErrClosed},
		{"source expired", func(from, _ *TCPStream) { from.SetReadDeadline(time.Now()) }, os.ErrDeadlineExceeded},
		{"source shut", func(from, _ *TCPStream) { from.CloseRead() }, nil},
		{"target closed", func(from, to *TCPStream) { to.Close() }, ErrClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			feeder, from := pair(t, "127.0.0.1:0")
			to, sink := pair(t, "127.0.0.1:0")
			done := make(chan error, 1)
			go func() { done <- second64(from.WriteTo(to)) }()
			// A byte that has gone through shows that the copying is under way.
			for _, s := range []func([]byte) (int, error){feeder.Write, sink.ReadFull} {
				if _, err := s(make([]byte, 1)); err != nil {
					t.Fatal(err)
				}
			}
			tt.end(from, to)
			if tt.name == "target closed" {
				feeder.Write([]byte("x")) // for the target to be noticed
			}
			errorIs(t, "WriteTo", soon(t, "WriteTo", done), tt.want)
		})
	}
}

func second64(_ int64, err error) error { return err }
