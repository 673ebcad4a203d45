// Httpd is a minimal HTTP/1.1 server, written from the socket up: a listener
// with the options of a production service, a limit on how much a client may
// send and how long it may take, and answers that arrive whole.
//
//	go run ./examples/httpd -listen 127.0.0.1:8080
//	curl -i http://127.0.0.1:8080/health
//
// It answers one request per connection. The standard net/http, which does all
// of HTTP, runs on the same listener: see examples/serve.
package main
