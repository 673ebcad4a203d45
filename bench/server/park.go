package server

import (
	"context"
	"io"
	"net"

	volt "github.com/volt-net/volt/net"
)

func serveStd(c Config, listening func(string)) error {
	if c.Network == "udp" {
		return serveStdUDP(c, listening)
	}
	lc := net.ListenConfig{KeepAlive: -1}
	l, err := lc.Listen(context.Background(), c.Network, c.Address)
	if err != nil {
		return err
	}
	return serve(l, c, listening, echo)
}

func servePark(c Config, listening func(string)) error {
	if c.Network == "udp" {
		return serveVoltUDP(c, listening)
	}
	l, err := listenVolt(c)
	if err != nil {
		return err
	}
	return serve(l, c, listening, echo)
}

func serveReadable(c Config, listening func(string)) error {
	l, err := listenVolt(c)
	if err != nil {
		return err
	}
	lent := newBuffers(c.Buffer)
	return serve(l, c, listening, func(conn net.Conn, c Config) error {
		return echoReadable(conn.(readable), c, lent)
	})
}

func listenVolt(c Config) (volt.Listener, error) {
	if c.Network == "unix" {
		addr, err := volt.UnixPath(c.Address)
		if err != nil {
			return nil, err
		}
		return volt.ListenUnix(addr)
	}
	return volt.Listen(c.Address)
}

// serve runs handle in a goroutine for each connection. What ends a connection
// is the client's affair: the load generator reports it.
func serve(l net.Listener, c Config, listening func(string), handle func(net.Conn, Config) error) error {
	listening(l.Addr().String())
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			_ = handle(conn, c)
		}()
	}
}

func echo(conn net.Conn, c Config) error {
	buf := make([]byte, c.Buffer)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return err
		}
		if c.Sink {
			continue
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			return err
		}
	}
}

type readable interface {
	net.Conn
	Readable(context.Context) error
}

// echoReadable holds a buffer only while there is something in it.
func echoReadable(conn readable, c Config, lent *buffers) error {
	for {
		if err := conn.Readable(context.Background()); err != nil {
			return err
		}
		if err := once(conn, c, lent); err != nil {
			return err
		}
	}
}

func once(conn io.ReadWriter, c Config, lent *buffers) error {
	buf := lent.borrow()
	defer lent.giveBack(buf)
	n, err := conn.Read(*buf)
	if err != nil || c.Sink {
		return err
	}
	_, err = conn.Write((*buf)[:n])
	return err
}
