package net_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/volt-net/volt/net"
)

// most is how many bytes either side takes of the other.
const most = 4096

// client is the life of a connection, seen from the side that opens it.
func client(ctx context.Context, host string, port uint16) (response string, err error) {
	// Resolve and connect: of the host's addresses, to the one that answers
	// first. The goroutine waits, no thread does, and on failure nothing is left
	// to close.
	conn, err := net.ConnectHost(ctx, host, port)
	if err != nil {
		return "", err
	}
	// Close, whatever happens. What was written is sent all the same.
	defer conn.Close()

	// Configure. Small writes leave at once unless told otherwise; here, all
	// that follows has to be over in ten seconds.
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return "", err
	}

	// Write: all of it, however much the kernel takes at a time.
	if _, err := conn.WriteAll([]byte("GET /status HTTP/1.0\r\n\r\n")); err != nil {
		return "", err
	}

	// Shut down writing: the server reads the end of the stream, and can still
	// answer.
	if err := conn.CloseWrite(); err != nil {
		return "", err
	}

	// Read up to the end of the stream. A connection that breaks instead is an
	// error, never an end.
	b, err := io.ReadAll(io.LimitReader(conn, most))
	return string(b), err
}

// server is the same, seen from the side that accepts.
func server(ctx context.Context, l *net.TCPListener) error {
	conn, err := l.AcceptContext(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	request := make([]byte, most)
	for n := 0; !bytes.Contains(request[:n], []byte("\r\n\r\n")); {
		if n == len(request) {
			return errors.New("the request is too long")
		}
		k, err := conn.Read(request[n:])
		if err != nil {
			return err
		}
		n += k
	}
	if _, err := conn.WriteAll([]byte("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")); err != nil {
		return err
	}
	// Close once the client has taken all: it ends its side when it has.
	return conn.CloseGracefully(ctx)
}

func Example_lifecycle() {
	ctx := context.Background()
	l, err := net.Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() { served <- server(ctx, l) }()
	response, err := client(ctx, "127.0.0.1", l.LocalAddress().Port()) // or a name
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\nserver: %v\n", response, <-served)
	// Output:
	// "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"
	// server: <nil>
}
