package server

import (
	"context"

	"github.com/cloudwego/netpoll"
)

func serveNetpoll(c Config, listening func(string)) error {
	l, err := netpoll.CreateListener(c.Network, c.Address)
	if err != nil {
		return err
	}
	loop, err := netpoll.NewEventLoop(func(_ context.Context, conn netpoll.Connection) error {
		return answer(conn, c)
	})
	if err != nil {
		return err
	}
	listening(l.Addr().String())
	return loop.Serve(l)
}

func answer(conn netpoll.Connection, c Config) error {
	r, w := conn.Reader(), conn.Writer()
	n := min(r.Len(), c.Buffer)
	if c.Sink {
		if err := r.Skip(n); err != nil {
			return err
		}
		return r.Release()
	}
	p, err := r.Next(n)
	if err != nil {
		return err
	}
	if _, err := w.WriteBinary(p); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return r.Release()
}
