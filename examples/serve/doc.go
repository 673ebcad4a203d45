// Serve shows that strangers can talk to Volt, and Volt to strangers.
//
// Without flags it runs four services over the loopback interface, on IPv4 and,
// where the machine has it, IPv6: the standard net/http and a raw echo service
// on Volt's listener, asked by the standard library's clients, and the same two
// of the standard library, asked through Volt's Connect. Every answer is
// compared byte by byte. It prints a table and exits with 0 only if all were
// right.
//
// With -listen it serves HTTP on that address until it is interrupted:
//
//	go run ./examples/serve -listen 127.0.0.1:8080
//	curl http://127.0.0.1:8080/
package main
