package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	volt "github.com/volt-net/volt/net"
)

// start serves the entries until the test is over.
func start(t *testing.T, addr string, entries ...string) volt.Address {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, w, addr, entries)
		w.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	a, err := volt.ParseAddress(strings.Fields(line)[2])
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestLookup(t *testing.T) {
	long := strings.Repeat("k", longestKey)
	value := strings.Repeat("v", longestValue)
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(addr, func(t *testing.T) {
			if l, err := volt.Listen(addr); err == nil {
				l.Close()
			} else {
				t.Skip("no such family here:", err)
			}
			server := start(t, addr, "db.internal=10.0.1.50", "empty=", long+"="+value)
			for _, tt := range []struct {
				key, want string
				err       error
			}{
				{"db.internal", "10.0.1.50", nil},
				{"empty", "", nil},
				{long, value, nil},
				{"", "", errNotFound},
				{"api.example.com", "", errNotFound},
				{long + "k", "", errTooLong},
			} {
				got, err := lookup(t.Context(), server, tt.key)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%q (-want +got):\n%s", tt.key, diff)
				}
				if diff := cmp.Diff(tt.err, err, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("%q: error (-want +got):\n%s", tt.key, diff)
				}
			}
			var out strings.Builder
			if err := askAll(t.Context(), &out, server.String(), []string{"db.internal", "empty"}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("db.internal=10.0.1.50\nempty=\n", out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLost: of a server that loses the first request, the second is answered.
func TestLost(t *testing.T) {
	s, err := volt.BindUDP(volt.LoopbackV4(0))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.SetDeadline(time.Now().Add(10 * time.Second))
	served := make(chan error, 1)
	go func() {
		request := make([]byte, longestRequest)
		_, _, err := s.RecvFrom(request)
		if err == nil {
			var n int
			var from volt.Address
			n, from, err = s.RecvFrom(request)
			if err == nil {
				_, err = s.SendTo(respond(nil, request[:n], map[string]string{"key": "value"}), from)
			}
		}
		served <- err
	}()
	got, err := lookup(t.Context(), s.LocalAddress(), "key")
	if err := errors.Join(err, <-served); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("value", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNobody: that nobody serves there is known before any time has run out.
func TestNobody(t *testing.T) {
	s, err := volt.BindUDP(volt.LoopbackV4(0))
	if err != nil {
		t.Fatal(err)
	}
	nobody := s.LocalAddress()
	s.Close()
	if _, err := lookup(t.Context(), nobody, "key"); !errors.Is(err, volt.ErrRefused) {
		t.Errorf("lookup: %v, want %v", err, volt.ErrRefused)
	}
}

func TestMalformed(t *testing.T) {
	malformed := "\x02\x00\x00"
	for _, tt := range []struct{ name, request, want string }{
		{"nothing", "", malformed},
		{"another operation", "\x02\x01k", malformed},
		{"cut off", "\x01\x05k", malformed},
		{"too much", "\x01\x01kk", malformed},
		{"found", "\x01\x01k", "\x00\x00\x01v"},
		{"not found", "\x01\x01x", "\x01\x00\x00"},
	} {
		got := respond(nil, []byte(tt.request), map[string]string{"k": "v"})
		if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for _, response := range []string{"", "\x00\x00", "\x00\x00\x02v", "\x00\x00\x01vv"} {
		if _, err := parseResponse([]byte(response)); err != errMalformed {
			t.Errorf("response %q: %v", response, err)
		}
	}
}
