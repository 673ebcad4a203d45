package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"sync"
	"time"

	volt "github.com/volt-net/volt/net"
)

const (
	most    = 1000             // clients at once; others wait to be accepted
	slowest = 10 * time.Second // for one message to be taken
)

// serve lets everybody who connects to l talk to each other, until ctx is done.
func serve(ctx context.Context, l *volt.TCPListener) error {
	var clients sync.WaitGroup
	defer clients.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var everyone room
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
		peer := conn.PeerAddress()
		clients.Go(func() {
			defer func() { <-slots }()
			if err := everyone.attend(ctx, conn); err != nil {
				log.Printf("%v: %v", peer, err)
			}
		})
	}
}

// attend makes the client a member until it goes, fails, falls too far behind,
// or ctx is done. Each half of the stream is closed by the goroutine that uses
// it, and the stream with the second of them.
func (r *room) attend(ctx context.Context, conn *volt.TCPStream) error {
	in, out := conn.IntoSplit()
	defer context.AfterFunc(ctx, func() { in.Close() })()
	m := r.join()
	wrote := make(chan error, 1)
	go func() {
		err := write(out, m)
		r.leave(m)
		in.Close() // so that the reader ends too
		wrote <- err
	}()
	err := r.read(in, m)
	r.leave(m)
	return errors.Join(err, <-wrote)
}

// read says what the client sends.
func (r *room) read(in *volt.OwnedReadHalf, m member) error {
	defer in.Close()
	buffered := bufio.NewReader(in)
	for {
		message, err := receive(buffered)
		if err == io.EOF || errors.Is(err, volt.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		r.say(m, message)
	}
}

// write sends the client what the others say.
func write(out *volt.OwnedWriteHalf, m member) error {
	defer out.Close()
	for message := range m {
		if err := out.SetWriteDeadline(time.Now().Add(slowest)); err != nil {
			return err
		}
		if err := send(out, message); err != nil {
			return err
		}
	}
	return nil
}
