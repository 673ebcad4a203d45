package main

import (
	"context"
	"errors"
	"log"

	volt "github.com/volt-net/volt/net"
)

// serve answers what comes to s from the table, until ctx is done.
func serve(ctx context.Context, s *volt.UDPSocket, table map[string]string) error {
	request := make([]byte, longestRequest+1) // one more than is allowed shows that there was more
	response := make([]byte, 0, longestResponse)
	for {
		n, from, err := s.RecvFromContext(ctx, request)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return err
		}
		response = respond(response[:0], request[:n], table)
		// Whoever cannot be reached does without; the next may be reached.
		if _, err := s.SendToContext(ctx, response, from); err != nil {
			log.Printf("%v: %v", from, err)
		}
	}
}

// respond adds the response to a request to b.
func respond(b, request []byte, table map[string]string) []byte {
	key, err := parseRequest(request)
	if err != nil {
		return appendResponse(b, statusMalformed, "")
	}
	value, ok := table[key]
	if !ok {
		return appendResponse(b, statusNotFound, "")
	}
	return appendResponse(b, statusFound, value)
}
