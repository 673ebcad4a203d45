package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	volt "github.com/volt-net/volt/net"
)

// talk sends each line of lines as a message, and writes what the others say to
// w. After the last line it takes what still comes, until the server ends too.
func talk(ctx context.Context, conn *volt.TCPStream, lines io.Reader, w io.Writer) error {
	in, out := conn.IntoSplit()
	defer in.Close()
	defer context.AfterFunc(ctx, func() { in.Close() })()
	said := make(chan error, 1)
	go func() {
		defer out.Close()
		said <- say(out, lines)
	}()
	buffered := bufio.NewReader(in)
	for {
		message, err := receive(buffered)
		switch {
		case err == io.EOF, errors.Is(err, volt.ErrClosed):
			return ended(said)
		case err != nil:
			return err
		}
		fmt.Fprintf(w, "%s\n", message)
	}
}

func say(out *volt.OwnedWriteHalf, lines io.Reader) error {
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, longest)
	for scanner.Scan() {
		if err := send(out, scanner.Bytes()); err != nil {
			return err
		}
	}
	return scanner.Err()
}

// ended is how talking ended, if it has: who is about to type a line cannot be
// waited for.
func ended(said <-chan error) error {
	select {
	case err := <-said:
		return err
	default:
		return nil
	}
}
