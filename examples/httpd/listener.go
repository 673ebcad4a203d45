package main

import (
	"time"

	volt "github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

// backlog is how many connections may wait to be accepted.
const backlog = 1024

// listen makes a listener for a service that answers small requests fast. The
// options hold for each connection that it accepts, on every system.
func listen(addr volt.Address) (*volt.TCPListener, error) {
	newSocket := volt.NewTCPSocketV4
	if addr.Family() == volt.FamilyIPv6 {
		newSocket = volt.NewTCPSocketV6
	}
	s, err := newSocket()
	if err != nil {
		return nil, err
	}
	defer s.Close() // once it listens, this does nothing
	err = s.With(
		// A restart must not wait for the last server's connections to time out.
		sockopt.ReuseAddr.To(true),
		// An answer leaves at once, without waiting for more to fill a packet.
		sockopt.NoDelay.To(true),
		// Room for a burst of answers, and for requests that wait their turn.
		sockopt.SendBuffer.To(256<<10),
		sockopt.RecvBuffer.To(128<<10),
		// Close returns at once; what is unsent after this time is given up, so
		// that clients that vanish do not hold the memory.
		sockopt.Linger.To(5*time.Second),
	)
	if err != nil {
		return nil, err
	}
	// A client whose machine is gone says nothing: probe after a minute, and
	// give up after fifty seconds without an answer.
	err = s.SetKeepAliveConfig(volt.KeepAlive{Idle: time.Minute, Interval: 10 * time.Second, Count: 5})
	if err != nil {
		return nil, err
	}
	return s.ListenOn(addr, backlog)
}
