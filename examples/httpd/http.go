package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	volt "github.com/volt-net/volt/net"
)

const (
	largest = 8 << 10         // bytes of a request line with its headers
	slowest = 5 * time.Second // for a request to come and its answer to go
)

var (
	errMalformed = errors.New("400 Bad Request")
	errTooLarge  = errors.New("431 Request Header Fields Too Large")
	errVersion   = errors.New("505 HTTP Version Not Supported")
)

// answer reads one request and answers it.
func answer(conn *volt.TCPStream) error {
	defer conn.Close()
	// One deadline for the whole request: a client that sends a byte now and
	// then does not get longer.
	if err := conn.SetDeadline(time.Now().Add(slowest)); err != nil {
		return err
	}
	status, body := "", ""
	method, path, err := readRequest(conn)
	switch {
	case err == nil:
		status, body = route(method, path)
	case errors.Is(err, errMalformed), errors.Is(err, errTooLarge), errors.Is(err, errVersion):
		status = err.Error()
	default:
		return err
	}
	response := fmt.Appendf(nil, "HTTP/1.1 %s\r\n"+
		"Content-Type: text/plain\r\nContent-Length: %d\r\nAllow: GET\r\nConnection: close\r\n\r\n%s",
		status, len(body), body)
	if _, err := conn.WriteAll(response); err != nil {
		return err
	}
	// What the client still sends, such as a body, must be read: closing with
	// it unread is a reset, which may overtake the answer.
	ctx, cancel := context.WithTimeout(context.Background(), slowest)
	defer cancel()
	return conn.CloseGracefully(ctx)
}

// readRequest reads up to the empty line that ends the headers.
func readRequest(conn *volt.TCPStream) (method, path string, err error) {
	buf := make([]byte, largest)
	for n := 0; n < len(buf); {
		k, err := conn.Read(buf[n:])
		if err != nil {
			return "", "", err // the client went before it had asked
		}
		n += k
		if bytes.Contains(buf[:n], []byte("\r\n\r\n")) {
			line, _, _ := strings.Cut(string(buf[:n]), "\r\n")
			return parseLine(line)
		}
	}
	return "", "", errTooLarge
}

// parseLine reads a request line such as "GET /path HTTP/1.1".
func parseLine(line string) (method, path string, err error) {
	method, rest, _ := strings.Cut(line, " ")
	path, version, ok := strings.Cut(rest, " ")
	switch {
	case !ok || method == "" || !strings.HasPrefix(path, "/") || strings.Contains(version, " "):
		return "", "", errMalformed
	case version != "HTTP/1.1" && version != "HTTP/1.0":
		return "", "", errVersion
	}
	return method, path, nil
}

func route(method, path string) (status, body string) {
	switch {
	case method != "GET":
		return "405 Method Not Allowed", ""
	case path == "/health":
		return "200 OK", "ok"
	}
	return "404 Not Found", ""
}
