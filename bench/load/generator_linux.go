package load

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"

	"github.com/volt-net/volt/bench/raw"
	"github.com/volt-net/volt/bench/workload"
)

// A Generator is connected to a server.
type Generator struct {
	Job
	window
	ep     int
	conns  []*conn
	byFD   []*conn
	events []unix.EpollEvent
	batch  []byte // the messages that a connection sends at once
	buf    []byte
	dialed int
}

// Available reports why there is no load generator: on Linux there is.
func Available() error { return nil }

// Dial opens the connections that the workload begins with.
func Dial(job Job) (*Generator, error) {
	w := job.Workload
	ep, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	g := &Generator{
		Job: job, ep: ep, window: window{pid: job.PID},
		events: make([]unix.EpollEvent, 512),
		batch:  make([]byte, w.Size*w.Depth), buf: make([]byte, 256<<10),
	}
	if w.Kind != workload.Churn {
		err = g.connect()
	}
	if err != nil {
		g.Close()
		return nil, err
	}
	return g, nil
}

// Close closes the connections.
func (g *Generator) Close() error {
	for _, c := range g.byFD {
		if c != nil {
			unix.Close(c.fd)
		}
	}
	return unix.Close(g.ep)
}

// Run puts the server to the workload. The connections stay.
func (g *Generator) Run() (Result, error) {
	if err := g.run(); err != nil {
		return Result{}, err
	}
	return g.finish(), nil
}

func (g *Generator) run() error {
	switch g.Workload.Kind {
	case workload.Idle:
		g.all = len(g.conns)
		return nil
	case workload.Open:
		return g.byTheClock()
	case workload.Bulk:
		return g.measure(g.fill)
	case workload.Churn:
		for range g.Workload.Conns {
			if err := g.redial(); err != nil {
				return err
			}
		}
		return g.measure(g.visit)
	}
	for _, c := range g.conns {
		if err := g.ask(c); err != nil {
			return err
		}
	}
	return g.measure(g.converse)
}

// measure handles events through the warm-up and the window. That lasts until
// every connection has had two turns on average, as the first may hold answers
// that the server had written before; of what is not answered, until more was
// sent than sockets hold.
func (g *Generator) measure(handle func(*conn, uint32) error) error {
	turns := 2
	if g.Workload.Sink() {
		turns = 64
	}
	if err := g.until(now()+int64(g.Warmup), 0, handle); err != nil {
		return err
	}
	if err := g.open(); err != nil {
		return err
	}
	if err := g.until(g.at+int64(g.Window), turns*g.Workload.Conns*g.Workload.Depth, handle); err != nil {
		return err
	}
	return g.close()
}

var errStalled = errors.New("the server has stopped answering")

func (g *Generator) until(end int64, messages int, handle func(*conn, uint32) error) error {
	for now() < end || g.messages < messages {
		n, err := g.wait(patienceSeconds * 1000)
		if err != nil {
			return err
		}
		if n == 0 {
			return errStalled
		}
		if err := g.each(n, handle); err != nil {
			return err
		}
	}
	return nil
}

func (g *Generator) each(n int, handle func(*conn, uint32) error) error {
	for _, e := range g.events[:n] {
		if err := handle(g.byFD[e.Fd], e.Events); err != nil {
			return err
		}
	}
	return nil
}

// ask sends a batch.
func (g *Generator) ask(c *conn) error {
	c.got, c.sentAt, c.unsent = 0, now(), g.batch
	return g.flush(c)
}

// receive reads once; 0 is nothing yet.
func (g *Generator) receive(c *conn) (int, error) {
	n, errno := raw.Read(c.fd, g.buf)
	switch {
	case errno == unix.EAGAIN:
		return 0, nil
	case errno != 0:
		return 0, fmt.Errorf("read: %w", errno)
	case n == 0:
		return 0, orEOF(nil)
	}
	return n, nil
}

// converse sends the next batch once the answer to the last is complete.
func (g *Generator) converse(c *conn, events uint32) error {
	if events&unix.EPOLLOUT != 0 {
		if err := g.flush(c); err != nil {
			return err
		}
	}
	if events&^unix.EPOLLOUT == 0 {
		return nil
	}
	n, err := g.receive(c)
	if err != nil {
		return err
	}
	if c.got += n; c.got < len(g.batch) {
		return nil
	}
	g.count(g.Workload.Depth, now()-c.sentAt)
	return g.ask(c)
}

// fill writes what fits. Latencies are of no interest.
func (g *Generator) fill(c *conn, _ uint32) error {
	n, errno := raw.Write(c.fd, g.batch)
	if errno != 0 && errno != unix.EAGAIN {
		return fmt.Errorf("write: %w", errno)
	}
	c.got += max(n, 0)
	if whole := c.got / g.Workload.Size; whole > 0 {
		c.got -= whole * g.Workload.Size
		g.count(whole, 0)
	}
	return nil
}

// visit ends a connection once it has its answer, and makes the next.
func (g *Generator) visit(c *conn, _ uint32) error {
	n, err := g.receive(c)
	if err != nil {
		return err
	}
	if c.got += n; c.got < len(g.batch) {
		return nil
	}
	g.byFD[c.fd] = nil
	if err := unix.Close(c.fd); err != nil {
		return err
	}
	g.count(1, now()-c.sentAt)
	return g.redial()
}

// redial makes a connection and sends its message. On the loopback the
// handshake is over when connect returns.
func (g *Generator) redial() error {
	at := now()
	fd, err := dial(g.Workload, g.Address, g.dialed)
	if err != nil {
		return fmt.Errorf("connection %d: %w", g.dialed, err)
	}
	g.dialed++
	c := &conn{fd: fd}
	if err := g.add(c); err != nil {
		return err
	}
	if err := g.ask(c); err != nil {
		return err
	}
	c.sentAt = at
	return nil
}

// orEOF is err, or the error of a connection that the server has closed.
func orEOF(err error) error {
	if err == nil {
		return fmt.Errorf("the server has closed the connection: %w", io.ErrUnexpectedEOF)
	}
	return err
}
