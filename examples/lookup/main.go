package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	volt "github.com/volt-net/volt/net"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:7002", "`address` to answer at, from the KEY=VALUE that follow")
	server := flag.String("ask", "", "`address` of a server to ask for the KEYs that follow")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *server != "" {
		err = askAll(ctx, os.Stdout, *server, flag.Args())
	} else {
		err = run(ctx, os.Stdout, *listen, flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "lookup:", err)
		os.Exit(1)
	}
}

// run serves the entries at addr until ctx is done.
func run(ctx context.Context, w io.Writer, addr string, entries []string) error {
	table := map[string]string{}
	for _, entry := range entries {
		key, value, ok := strings.Cut(entry, "=")
		if !ok || len(key) > longestKey || len(value) > longestValue {
			return fmt.Errorf("%q is no KEY=VALUE of up to %d and %d bytes", entry, longestKey, longestValue)
		}
		table[key] = value
	}
	a, err := volt.ParseAddress(addr)
	if err != nil {
		return err
	}
	s, err := volt.BindUDP(a)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(w, "listening on", s.LocalAddress())
	return serve(ctx, s, table)
}

// askAll prints the value of each key.
func askAll(ctx context.Context, w io.Writer, server string, keys []string) error {
	a, err := volt.ParseAddress(server)
	if err != nil {
		return err
	}
	for _, key := range keys {
		value, err := lookup(ctx, a, key)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		fmt.Fprintf(w, "%s=%s\n", key, value)
	}
	return nil
}
