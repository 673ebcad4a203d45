// Lookup is a service of requests and responses over UDP, in the manner of DNS:
// a client asks for the value of a key, and both fit into one datagram each.
//
//	go run ./examples/lookup -listen 127.0.0.1:7002 api.example.com=192.0.2.7 db.internal=10.0.1.50
//	go run ./examples/lookup -ask 127.0.0.1:7002 db.internal
//
// A request is a byte 1, the length of the key in a byte, and the key. A
// response is a status (0 found, 1 not found, 2 malformed request), the length
// of the value in two bytes, big-endian, and the value.
package main
