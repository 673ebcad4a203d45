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

// shout answers each line in capitals.
type shout struct{ net.NopHandler }

// Opened bounds how long a client may say nothing.
func (shout) Opened(s *net.Session) { s.SetIdleTimeout(time.Minute) }

// Data answers the lines that are whole; what is left comes again with what
// follows.
func (shout) Data(s *net.Session, p []byte) {
	whole := bytes.LastIndexByte(p, '\n') + 1
	if _, err := s.Write(bytes.ToUpper(p[:whole])); err != nil {
		s.Abort() // the client does not take its answers
		return
	}
	if err := s.Keep(p[whole:]); err != nil {
		s.Abort() // the line is too long
	}
}

// A Loop serves any number of connections with a few goroutines.
func ExampleLoop() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	loop, err := net.NewLoop(net.LoopConfig{})
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	l, err := net.Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() { served <- loop.Serve(ctx, l, shout{}) }()

	conn, err := net.Connect(l.LocalAddress().String())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.WriteAll([]byte("one\ntwo\nthr")); err != nil {
		log.Fatal(err)
	}
	answer := make([]byte, len("one\ntwo\n"))
	if _, err := conn.ReadFull(answer); err != nil {
		log.Fatal(err)
	}
	if _, err := conn.WriteAll([]byte("ee\n")); err != nil {
		log.Fatal(err)
	}
	if err := conn.CloseWrite(); err != nil {
		log.Fatal(err)
	}
	rest, err := io.ReadAll(conn)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s%s", answer, rest)

	cancel() // nothing more is accepted
	fmt.Println(errors.Is(<-served, context.Canceled))
	fmt.Println(loop.Shutdown(context.Background()))
	// Output:
	// ONE
	// TWO
	// THREE
	// true
	// <nil>
}
