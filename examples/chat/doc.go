// Chat passes what each client says to all the others, in messages with their
// length in front. A stream is split in two: one goroutine reads, another
// writes, and neither can use the other's side. A client that does not keep up
// is sent away instead of holding up the rest.
//
//	go run ./examples/chat -listen 127.0.0.1:7001
//	go run ./examples/chat -connect 127.0.0.1:7001
//
// The client sends each line of its standard input as a message and prints
// those of the others.
package main
