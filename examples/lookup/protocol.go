package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const opGet = 1

// What a response says.
const (
	statusFound = iota
	statusNotFound
	statusMalformed
)

// Bytes of the longest request and response. Both pass every network without
// being taken apart.
const (
	longestKey      = 255
	longestRequest  = 2 + longestKey
	longestValue    = 512 - 3
	longestResponse = 3 + longestValue
)

var (
	errNotFound  = errors.New("not found")
	errMalformed = errors.New("malformed")
	errTooLong   = errors.New("too long")
)

func makeRequest(key string) ([]byte, error) {
	if len(key) > longestKey {
		return nil, fmt.Errorf("key of %d bytes: %w", len(key), errTooLong)
	}
	return append([]byte{opGet, byte(len(key))}, key...), nil
}

func parseRequest(p []byte) (key string, err error) {
	if len(p) < 2 || p[0] != opGet || len(p) != 2+int(p[1]) {
		return "", errMalformed
	}
	return string(p[2:]), nil
}

// appendResponse adds a response to b. The value has at most longestValue bytes.
func appendResponse(b []byte, status byte, value string) []byte {
	b = binary.BigEndian.AppendUint16(append(b, status), uint16(len(value)))
	return append(b, value...)
}

func parseResponse(p []byte) (value string, err error) {
	switch {
	case len(p) < 3 || len(p) != 3+int(binary.BigEndian.Uint16(p[1:])):
		return "", errMalformed
	case p[0] == statusFound:
		return string(p[3:]), nil
	case p[0] == statusNotFound:
		return "", errNotFound
	}
	return "", fmt.Errorf("the server did not take the request: status %d", p[0])
}
