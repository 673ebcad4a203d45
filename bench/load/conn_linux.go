package load

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/volt-net/volt/bench/raw"
	"github.com/volt-net/volt/bench/workload"
)

// conn is one connection, or one UDP client.
type conn struct {
	fd      int
	unsent  []byte // the rest of what is being sent
	got     int    // bytes of the answer so far
	sentAt  int64
	waiting bool // for room
	due     ring // when the messages under way should have been sent; Open only
}

// patienceSeconds is how long the generator waits for a single answer or connection.
const patienceSeconds = 10

// sources is how many loopback addresses connections come from, so that ports
// do not run out while closed connections linger.
const sources = 200

// dial connects the n-th connection, and waits until it is.
func dial(w workload.Workload, address string, n int) (int, error) {
	if w.Network == "unix" {
		return dialUnix(address)
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return -1, err
	}
	typ := unix.SOCK_STREAM
	if w.Network == "udp" {
		typ = unix.SOCK_DGRAM
	}
	fd, err := unix.Socket(unix.AF_INET, typ|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := connectFrom(fd, typ, n, to); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func dialUnix(path string) (int, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := bounded(fd); err != nil {
		unix.Close(fd)
		return -1, err
	}
	if err := unix.Connect(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func connectFrom(fd, typ, n int, to netip.AddrPort) error {
	if err := bounded(fd); err != nil {
		return err
	}
	if typ == unix.SOCK_STREAM {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
			return err
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1); err != nil {
			return err
		}
	}
	from := unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, byte(2 + n%sources)}}
	if err := unix.Bind(fd, &from); err != nil {
		return err
	}
	return unix.Connect(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
}

// bounded makes blocking calls end.
func bounded(fd int) error {
	limit := unix.Timeval{Sec: patienceSeconds}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		return err
	}
	return unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit)
}

// connect opens all connections, group by group so that no backlog overflows:
// the answer to a first message shows that the server has accepted.
func (g *Generator) connect() error {
	const group = 64
	w := g.Workload
	for len(g.conns) < w.Conns {
		first := len(g.conns)
		for len(g.conns) < min(first+group, w.Conns) {
			fd, err := dial(w, g.Address, len(g.conns))
			if err != nil {
				return fmt.Errorf("connection %d: %w", len(g.conns), err)
			}
			c := &conn{fd: fd}
			g.conns = append(g.conns, c)
			if err := g.add(c); err != nil {
				return err
			}
		}
		if err := g.greet(g.conns[first:]); err != nil {
			return err
		}
	}
	return nil
}

// greet sends a message over each connection and waits for the answers.
func (g *Generator) greet(conns []*conn) error {
	for _, c := range conns {
		if g.Workload.Sink() {
			continue
		}
		if err := sendAll(c.fd, g.batch[:g.Workload.Size]); err != nil {
			return err
		}
	}
	for _, c := range conns {
		for got := 0; got < g.Workload.Size && !g.Workload.Sink(); {
			n, err := unix.Read(c.fd, g.buf)
			if err != nil || n <= 0 {
				return fmt.Errorf("first answer: %d bytes, %w", n, orEOF(err))
			}
			got += n
		}
		if err := unix.SetNonblock(c.fd, true); err != nil {
			return err
		}
	}
	return nil
}

func sendAll(fd int, p []byte) error {
	for len(p) > 0 {
		n, err := unix.Write(fd, p)
		if err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// flush sends what is unsent, and has the poller tell of room if there is too
// little.
func (g *Generator) flush(c *conn) error {
	for len(c.unsent) > 0 {
		n, errno := raw.Write(c.fd, c.unsent)
		if errno == unix.EAGAIN {
			return g.await(c, true)
		}
		if errno != 0 {
			return fmt.Errorf("write: %w", errno)
		}
		c.unsent = c.unsent[n:]
	}
	return g.await(c, false)
}
