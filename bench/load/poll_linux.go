package load

import (
	"time"

	"golang.org/x/sys/unix"
)

func (g *Generator) add(c *conn) error {
	for len(g.byFD) <= c.fd {
		g.byFD = append(g.byFD, nil)
	}
	g.byFD[c.fd] = c
	events := uint32(unix.EPOLLIN)
	if g.Workload.Sink() {
		events = unix.EPOLLOUT
	}
	return g.watch(unix.EPOLL_CTL_ADD, c.fd, events)
}

// await turns events about room on or off.
func (g *Generator) await(c *conn, room bool) error {
	if c.waiting == room {
		return nil
	}
	c.waiting = room
	events := uint32(unix.EPOLLIN)
	if room {
		events |= unix.EPOLLOUT
	}
	return g.watch(unix.EPOLL_CTL_MOD, c.fd, events)
}

func (g *Generator) watch(op, fd int, events uint32) error {
	return unix.EpollCtl(g.ep, op, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)})
}

// wait fills g.events and returns how many there are.
func (g *Generator) wait(timeoutMS int) (int, error) {
	for {
		n, err := unix.EpollWait(g.ep, g.events, timeoutMS)
		if err != unix.EINTR {
			return n, err
		}
	}
}

// cpuTimes reads the processor time of the server and of this process.
func cpuTimes(pid int) (server, own time.Duration, err error) {
	if server, err = cpuTime(clockOf(pid)); err != nil {
		return 0, 0, err
	}
	own, err = cpuTime(unix.CLOCK_PROCESS_CPUTIME_ID)
	return server, own, err
}

// clockOf is the number of the clock that counts a process's time on the
// processors, all threads together, in nanoseconds: clock_getcpuclockid(3). A
// thread that runs just now is counted up to the kernel's last tick.
func clockOf(pid int) int32 { return int32(^pid)<<3 | 2 }

func cpuTime(clock int32) (time.Duration, error) {
	var ts unix.Timespec
	err := unix.ClockGettime(clock, &ts)
	return time.Duration(ts.Nano()), err
}
