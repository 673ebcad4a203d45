package server

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/volt-net/volt/bench/raw"
)

// loop is one epoll instance, level-triggered, and all that it watches.
type loop struct {
	Config
	ep, listener int
	buf          []byte
	unsent       map[int][]byte // what a full socket has not taken
}

func serveEpoll(c Config, listening func(string)) error {
	fd, addr, err := bound(c)
	if err != nil {
		return err
	}
	listening(addr)
	if c.Network == "udp" {
		return echoDatagrams(fd, make([]byte, c.Buffer))
	}
	ep, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	l := &loop{Config: c, ep: ep, listener: fd, buf: make([]byte, c.Buffer), unsent: map[int][]byte{}}
	if err := l.watch(unix.EPOLL_CTL_ADD, fd, unix.EPOLLIN); err != nil {
		return err
	}
	return l.run()
}

// bound makes the socket that c describes, a datagram socket blocking.
func bound(c Config) (fd int, addr string, err error) {
	if c.Network == "unix" {
		fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return -1, "", err
		}
		if err := unix.Bind(fd, &unix.SockaddrUnix{Name: c.Address}); err != nil {
			return -1, "", err
		}
		return fd, c.Address, unix.Listen(fd, unix.SOMAXCONN)
	}
	typ := unix.SOCK_STREAM | unix.SOCK_NONBLOCK
	if c.Network == "udp" {
		typ = unix.SOCK_DGRAM
	}
	to, err := netip.ParseAddrPort(c.Address)
	if err != nil {
		return -1, "", err
	}
	fd, err = unix.Socket(unix.AF_INET, typ|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, "", err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}); err != nil {
		return -1, "", err
	}
	if c.Network == "tcp" {
		if err := unix.Listen(fd, 4096); err != nil {
			return -1, "", err
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
			return -1, "", err
		}
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return -1, "", err
	}
	port := sa.(*unix.SockaddrInet4).Port
	return fd, netip.AddrPortFrom(to.Addr(), uint16(port)).String(), nil
}

func echoDatagrams(fd int, buf []byte) error {
	for {
		n, from, err := unix.Recvfrom(fd, buf, 0)
		if err == nil {
			err = unix.Sendto(fd, buf[:n], 0, from)
		}
		if err != nil && err != unix.EINTR {
			return err
		}
	}
}

func (l *loop) watch(op, fd int, events uint32) error {
	return unix.EpollCtl(l.ep, op, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)})
}

func (l *loop) run() error {
	events := make([]unix.EpollEvent, 512)
	for {
		n, err := unix.EpollWait(l.ep, events, -1)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, e := range events[:max(n, 0)] {
			if err := l.handle(int(e.Fd), e.Events); err != nil {
				return err
			}
		}
	}
}

func (l *loop) handle(fd int, events uint32) error {
	if fd == l.listener {
		return l.accept()
	}
	if rest := l.unsent[fd]; len(rest) > 0 {
		return l.send(fd, rest)
	}
	n, errno := raw.Read(fd, l.buf)
	switch {
	case errno == unix.EAGAIN:
		return nil
	case errno != 0 || n == 0:
		return unix.Close(fd)
	case l.Sink:
		return nil
	}
	return l.send(fd, l.buf[:n])
}

func (l *loop) accept() error {
	for {
		fd, _, err := unix.Accept4(l.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err == unix.EAGAIN {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.watch(unix.EPOLL_CTL_ADD, fd, unix.EPOLLIN); err != nil {
			return err
		}
	}
}

// send writes p; what the socket does not take waits, and reading with it.
func (l *loop) send(fd int, p []byte) error {
	waited := len(l.unsent[fd]) > 0
	n, errno := raw.Write(fd, p)
	switch {
	case errno == unix.EAGAIN:
		n = 0
	case errno != 0:
		delete(l.unsent, fd)
		return unix.Close(fd)
	}
	switch rest := p[n:]; {
	case len(rest) > 0:
		l.unsent[fd] = append([]byte(nil), rest...)
		return l.watch(unix.EPOLL_CTL_MOD, fd, unix.EPOLLOUT)
	case waited:
		delete(l.unsent, fd)
		return l.watch(unix.EPOLL_CTL_MOD, fd, unix.EPOLLIN)
	}
	return nil
}
