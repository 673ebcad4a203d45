package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	volt "github.com/volt-net/volt/net"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:7001", "`address` to listen on")
	connect := flag.String("connect", "", "`address` of a server to talk to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *connect != "" {
		err = join(ctx, *connect, os.Stdin, os.Stdout)
	} else {
		err = run(ctx, os.Stdout, *listen)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
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

// join talks to the server at addr.
func join(ctx context.Context, addr string, lines io.Reader, w io.Writer) error {
	conn, err := volt.ConnectContext(ctx, addr)
	if err != nil {
		return err
	}
	return talk(ctx, conn, lines, w)
}
