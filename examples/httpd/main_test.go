package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	volt "github.com/volt-net/volt/net"
)

// start runs the server for the length of the test.
func start(t *testing.T) (addr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, w, "127.0.0.1:0")
		w.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, addr, _ = strings.Cut(strings.TrimSuffix(line, "/\n"), "http://")
	return addr
}

func TestStandardClient(t *testing.T) {
	addr := start(t)
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	type result struct {
		Status int
		Body   string
	}
	for _, tt := range []struct {
		method, path, body string
		want               result
	}{
		{"GET", "/health", "", result{200, "ok"}},
		{"GET", "/", "", result{404, ""}},
		{"POST", "/health", strings.Repeat("x", 100<<10), result{405, ""}},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), tt.method, "http://"+addr+tt.path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, result{response.StatusCode, string(body)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	addr := start(t)
	for _, tt := range []struct{ name, request, want string }{
		{"no path", "GET\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"too many words", "GET / HTTP/1.1 x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"another version", "GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported"},
		{"endless headers", strings.Repeat("x", largest), "HTTP/1.1 431 Request Header Fields Too Large"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(10 * time.Second))
			if _, err := io.WriteString(conn, tt.request); err != nil {
				t.Fatal(err)
			}
			conn.(*net.TCPConn).CloseWrite()
			got, err := io.ReadAll(conn)
			if err != nil {
				t.Fatal(err)
			}
			status, _, _ := strings.Cut(string(got), "\r\n")
			if diff := cmp.Diff(tt.want, status); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestListenerOptions: accepted connections have what the listener was given.
func TestListenerOptions(t *testing.T) {
	l, err := listen(volt.LoopbackV4(0))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := volt.ConnectContext(t.Context(), l.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := l.AcceptContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	type options struct {
		NoDelay, KeepAlive     bool
		Idle, Interval, Linger time.Duration
		Count                  int
	}
	var got options
	for _, err := range []error{
		read(&got.NoDelay, conn.NoDelay), read(&got.KeepAlive, conn.KeepAlive), read(&got.Linger, conn.Linger),
		read(&got.Idle, conn.KeepAliveIdle), read(&got.Interval, conn.KeepAliveInterval), read(&got.Count, conn.KeepAliveCount),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	want := options{true, true, time.Minute, 10 * time.Second, 5 * time.Second, 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func read[T any](to *T, get func() (T, error)) (err error) {
	*to, err = get()
	return err
}
