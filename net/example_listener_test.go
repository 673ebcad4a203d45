package net_test

import (
	"fmt"
	"log"
	"time"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

// productionListener listens with options that suit a service which answers
// small requests fast. They hold for each connection that it accepts.
func productionListener(addr net.Address, backlog int) (*net.TCPListener, error) {
	socket, err := net.NewTCPSocketV4()
	if err != nil {
		return nil, err
	}
	defer socket.Close() // once it listens, this does nothing
	err = socket.With(
		sockopt.ReuseAddr.To(true), // a restart does not wait for old connections
		sockopt.NoDelay.To(true),   // answers leave at once
		sockopt.SendBuffer.To(256<<10),
		sockopt.RecvBuffer.To(128<<10),
		sockopt.Linger.To(5*time.Second), // what is still unsent so long after Close is given up
	)
	if err != nil {
		return nil, err
	}
	err = socket.SetKeepAliveConfig(net.KeepAlive{Idle: time.Minute, Interval: 10 * time.Second, Count: 5})
	if err != nil {
		return nil, err
	}
	return socket.ListenOn(addr, backlog)
}

// A socket that is neither connected nor listening yet is the place to set
// options.
func ExampleTCPSocket() {
	l, err := productionListener(net.LoopbackV4(0), 1024)
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	client, err := net.Connect(l.LocalAddress().String())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	conn, err := l.AcceptTCP()
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	fmt.Println(conn.NoDelay())
	fmt.Println(conn.KeepAliveIdle())
	fmt.Println(conn.Linger())
	// Output:
	// true <nil>
	// 1m0s <nil>
	// 5s <nil>
}
