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

// greet is written as if it had a goroutine of its own.
func greet(s *net.Session) error {
	name := make([]byte, 5)
	s.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.ReadFull(s, name); err != nil {
		return err
	}
	var title string
	err := s.Go(func() { title = lookUp(string(name)) }) // may block: off the loop
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s, "Hello, %s %s.\n", title, name)
	return err
}

// lookUp stands for a call that takes its time.
func lookUp(name string) string { return strings.ToUpper(name[:1]) + "." }

// ServeFunc runs handlers in blocking style as coroutines of the loop.
func ExampleLoop_ServeFunc() {
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
	go loop.ServeFunc(ctx, l, greet)

	conn, err := net.Connect(l.LocalAddress().String())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.WriteAll([]byte("Grace")); err != nil {
		log.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	fmt.Print(string(answer), err)
	// Output:
	// Hello, G. Grace.
	// <nil>
}

// A Poller tells a loop of one's own which sockets to try.
func ExamplePoller() {
	p, err := net.NewPoller()
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	here, there, err := net.UnixStreamPair()
	if err != nil {
		log.Fatal(err)
	}
	defer here.Close()
	defer there.Close()
	const token = 7
	if err := p.Register(here, token, net.Readable); err != nil {
		log.Fatal(err)
	}
	if _, err := there.TryWrite([]byte("news")); err != nil {
		log.Fatal(err)
	}
	if err := there.CloseWrite(); err != nil {
		log.Fatal(err)
	}
	events := make([]net.Event, 16)
	n, err := p.Wait(events, time.Second)
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 64)
	for _, ev := range events[:n] {
		for err == nil { // until ErrWouldBlock or the end: it is edge-triggered
			var n int
			n, err = here.TryRead(buf)
			fmt.Printf("%d: %q, %v\n", ev.Token, buf[:n], err)
		}
	}
	// Output:
	// 7: "news", <nil>
	// 7: "", EOF
}
