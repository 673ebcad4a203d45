package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	volt "github.com/volt-net/volt/net"
)

const (
	attempts = 3           // datagrams get lost
	patience = time.Second // with each attempt
)

// lookup asks the server for the value of a key.
//
// Each lookup has a socket of its own, so that a response that comes late is
// not taken for that to the next request; and the socket is connected, so that
// only the server is heard, and that nobody serves there is an error at once.
func lookup(ctx context.Context, server volt.Address, key string) (string, error) {
	request, err := makeRequest(key)
	if err != nil {
		return "", err
	}
	s, err := connect(server)
	if err != nil {
		return "", err
	}
	defer s.Close()
	for range attempts {
		value, err := ask(ctx, s, request)
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return value, err
		}
	}
	return "", fmt.Errorf("no answer from %v to %d requests", server, attempts)
}

func connect(server volt.Address) (*volt.UDPSocket, error) {
	newSocket := volt.UnboundUDP
	if server.Family() == volt.FamilyIPv6 {
		newSocket = volt.UnboundUDPv6
	}
	s, err := newSocket()
	if err != nil {
		return nil, err
	}
	if err := s.Connect(server); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// ask sends the request once and waits for a response.
func ask(ctx context.Context, s *volt.UDPSocket, request []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := s.SendContext(ctx, request); err != nil {
		return "", err
	}
	response := make([]byte, longestResponse+1)
	n, err := s.RecvContext(ctx, response)
	if err != nil {
		return "", err
	}
	return parseResponse(response[:n])
}
