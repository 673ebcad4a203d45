package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	volt "github.com/volt-net/volt/net"
)

func voltServesEcho(ctx context.Context, host string, t *tally) error {
	l, err := volt.Listen(net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	accept := func() (io.ReadWriteCloser, error) { return l.AcceptTCP() }
	return askEcho(ctx, l, accept, new(net.Dialer).DialContext, t)
}

func voltAsksEcho(ctx context.Context, host string, t *tally) error {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	accept := func() (io.ReadWriteCloser, error) { return l.Accept() }
	return askEcho(ctx, l, accept, dialVolt, t)
}

// askEcho runs the echo service on l and asks it through dial.
func askEcho(ctx context.Context, l net.Listener, accept func() (io.ReadWriteCloser, error), dial dialFunc, t *tally) error {
	served := make(chan error, 1)
	go func() { served <- serveEcho(accept) }()
	addr := l.Addr().String()
	t.each(func(seed uint64) error {
		conn, err := dial(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		return exchange(ctx, conn, seed, t)
	})
	return errors.Join(l.Close(), <-served)
}

// serveEcho gives every connection a goroutine that sends back what it reads.
// It ends when the listener is closed and the last connection is done.
func serveEcho(accept func() (io.ReadWriteCloser, error)) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		wg.Go(func() {
			defer conn.Close()
			echo(conn)
		})
	}
}

// echo ends with the stream. An error shows at the client, which counts it.
func echo(conn io.ReadWriter) {
	buf := make([]byte, 16<<10)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			return
		}
	}
}

// exchange sends messages of random length and wants each back as it was; then
// it ends its side, and wants the end back too.
func exchange(ctx context.Context, conn net.Conn, seed uint64, t *tally) error {
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return err
		}
	}
	random := stream(seed)
	buf := make([]byte, longest)
	for range requests {
		sent := message(random)
		if _, err := conn.Write(sent); err != nil {
			return err
		}
		got := buf[:len(sent)]
		if _, err := io.ReadFull(conn, got); err != nil {
			return err
		}
		if !bytes.Equal(got, sent) {
			return fmt.Errorf("sent %d bytes, got others back", len(sent))
		}
		t.right(len(got))
	}
	if err := conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		return err
	}
	if n, err := conn.Read(buf); n != 0 || err != io.EOF {
		return fmt.Errorf("after the end: %d bytes, %v", n, err)
	}
	return nil
}
