package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// start runs the server until end is called, which returns what run did.
func start(t *testing.T) (addr string, end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, w, "127.0.0.1:0")
		w.CloseWithError(err)
		done <- err
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(line)[2], func() error { cancel(); return <-done }
}

func dial(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn.(*net.TCPConn)
}

func TestEcho(t *testing.T) {
	addr, end := start(t)
	var clients sync.WaitGroup
	for i := range 10 {
		conn := dial(t, addr)
		clients.Go(func() {
			sent := bytes.Repeat([]byte{byte('a' + i)}, 1<<20)
			go func() {
				conn.Write(sent) // what fails here, the reader misses
				conn.CloseWrite()
			}()
			got, err := io.ReadAll(conn)
			if err != nil || !bytes.Equal(sent, got) {
				t.Errorf("client %d: sent %d bytes, got %d back, %v", i, len(sent), len(got), err)
			}
		})
	}
	clients.Wait()
	if err := end(); err != nil {
		t.Error(err)
	}
}

// TestInterrupt: a client that is there when the server ends gets its answer,
// and then the end of the stream instead of a reset.
func TestInterrupt(t *testing.T) {
	addr, end := start(t)
	conn := dial(t, addr)
	if _, err := conn.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(conn, first); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	rest, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("hello", string(first)+string(rest)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	conn.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
