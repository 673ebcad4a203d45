// Multicast publishes a message to a group at regular intervals, or prints what
// others publish: a heartbeat, or the discovery of services on a network.
//
//	go run ./examples/multicast -interface lo
//	go run ./examples/multicast -interface lo -publish heartbeat:node-42:healthy
//
// The interface is called lo0 on some systems. Without -interface the system
// chooses one, which many machines cannot for want of a route. A subscriber
// receives the groups that it has joined and no others, on every system.
package main
