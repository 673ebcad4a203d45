package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/volt-net/volt/bench/load"
	"github.com/volt-net/volt/bench/server"
)

// TestServersAnswerAlike sends every stream server more than sockets hold.
func TestServersAnswerAlike(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		for _, s := range server.All() {
			if s.Serves(network) {
				t.Run(network+"/"+s.Name, func(t *testing.T) { exchange(t, network, program(t), "server", s.Name) })
			}
		}
		t.Run(network+"/c-epoll", func(t *testing.T) {
			if load.Available() != nil {
				t.Skip("epoll is Linux's")
			}
			exchange(t, network, compiled(t))
		})
	}
}

func compiled(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "epoll")
	out, err := exec.Command("cc", "-Wall", "-Wextra", "-Werror", "-o", name, "c/epoll.c").CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return name
}

func exchange(t *testing.T, network string, command ...string) {
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	cmd := exec.Command(command[0], append(command[1:], network, address, "4096", "echo")...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error("end of input should end the server:", err)
		}
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial(network, strings.Fields(line)[1])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	converse(t, conn)
}

// converse writes until nobody takes any more, which is when the server's writes
// are cut too, and only then reads. One library takes whatever comes.
func converse(t *testing.T, conn net.Conn) {
	const most = 64 << 20
	rng := rand.NewChaCha8([32]byte{})
	var sent []byte
	chunk := make([]byte, 256<<10)
	for len(sent) < most {
		if _, err := rng.Read(chunk); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Write(chunk)
		sent = append(sent, chunk[:n]...)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(sent))
	if n, err := io.ReadFull(conn, got); err != nil {
		t.Fatal(err, n, "bytes of", len(sent))
	}
	if !bytes.Equal(sent, got) {
		t.Error("the answer is not what was sent")
	}
}
