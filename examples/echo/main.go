package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	volt "github.com/volt-net/volt/net"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:7000", "`address` to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}

// run serves on addr until ctx is done.
func run(ctx context.Context, w io.Writer, addr string) error {
	l, err := volt.Listen(addr)
	if err != nil {
		return err
	}
	defer l.Close()
	fmt.Fprintln(w, "listening on", l.LocalAddress())
	return serve(ctx, l)
}

const (
	most  = 1000            // connections at once; others wait to be accepted
	idle  = time.Minute     // how long a client may be silent, or not take its answer
	grace = 5 * time.Second // how long a connection may take to end
)

// serve gives every connection a goroutine. It returns when ctx is done and the
// last connection has ended.
func serve(ctx context.Context, l *volt.TCPListener) error {
	var connections sync.WaitGroup
	defer connections.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	slots := make(chan struct{}, most)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		conn, err := l.AcceptContext(ctx)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return err
		}
		connections.Go(func() {
			defer func() { <-slots }()
			if err := echo(ctx, conn); err != nil {
				log.Printf("%v: %v", conn.PeerAddress(), err)
			}
		})
	}
}

// echo answers until the client ends the connection or ctx is done.
func echo(ctx context.Context, conn *volt.TCPStream) error {
	defer conn.Close()
	buf := make([]byte, 16<<10)
	for {
		if err := conn.SetDeadline(time.Now().Add(idle)); err != nil {
			return err
		}
		n, err := conn.ReadContext(ctx, buf)
		if err == io.EOF || errors.Is(err, context.Canceled) {
			return end(conn)
		}
		if err != nil {
			return err
		}
		if _, err := conn.WriteAll(buf[:n]); err != nil {
			return err
		}
	}
}

// end lets the client have all that was sent before the connection closes.
func end(conn *volt.TCPStream) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return conn.CloseGracefully(ctx)
}
