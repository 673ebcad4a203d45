package net_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"strings"
	"time"

	"github.com/volt-net/volt/net"
)

// Closing while the peer still sends tells it of a reset, and that may cost it
// what it has not read yet. CloseGracefully ends writing, reads what still
// comes, and closes when the peer has ended too, or time is up.
func ExampleTCPStream_CloseGracefully() {
	l, err := net.Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() {
		conn, err := l.AcceptTCP()
		if err != nil {
			served <- err
			return
		}
		defer conn.Close()
		if _, err := conn.WriteAll([]byte("goodbye")); err != nil {
			served <- err
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		served <- conn.CloseGracefully(ctx)
	}()

	conn, err := net.Connect(l.LocalAddress().String())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	// More than anybody asked for, and before it has read a byte.
	if _, err := io.Copy(conn, strings.NewReader(strings.Repeat("x", 1<<20))); err != nil {
		log.Fatal(err)
	}
	if err := conn.CloseWrite(); err != nil {
		log.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	fmt.Printf("%s, %v; server: %v\n", got, err, <-served)
	// Output: goodbye, <nil>; server: <nil>
}
