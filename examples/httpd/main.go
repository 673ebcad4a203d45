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

	volt "github.com/volt-net/volt/net"
)

func main() {
	addr := flag.String("listen", "127.0.0.1:8080", "IP `address` and port to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *addr); err != nil {
		fmt.Fprintln(os.Stderr, "httpd:", err)
		os.Exit(1)
	}
}

// run serves on addr until ctx is done.
func run(ctx context.Context, w io.Writer, addr string) error {
	a, err := volt.ParseAddress(addr)
	if err != nil {
		return err
	}
	l, err := listen(a)
	if err != nil {
		return err
	}
	defer l.Close()
	fmt.Fprintf(w, "listening on http://%v/\n", l.LocalAddress())
	return serve(ctx, l)
}

// most is how many requests are answered at once.
const most = 1000

// serve answers until ctx is done, and then finishes the requests under way,
// which takes no longer than their deadline.
func serve(ctx context.Context, l *volt.TCPListener) error {
	var requests sync.WaitGroup
	defer requests.Wait()
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
		requests.Go(func() {
			defer func() { <-slots }()
			if err := answer(conn); err != nil {
				log.Printf("%v: %v", conn.PeerAddress(), err)
			}
		})
	}
}
