// Echo sends back whatever it reads: a server with a goroutine for each
// connection, so that a slow client holds up nobody else. It bounds how many
// there are and how long they may be silent, and when it is interrupted it
// lets each client have what was already sent to it.
//
//	go run ./examples/echo -listen 127.0.0.1:7000
//	nc 127.0.0.1 7000
package main
