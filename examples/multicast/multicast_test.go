package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	volt "github.com/volt-net/volt/net"
)

// loopback is an interface that every machine has.
func loopback(t *testing.T) volt.Interface {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			return volt.InterfaceByIndex(i.Index)
		}
	}
	t.Skip("no loopback interface")
	return volt.Interface{}
}

var group = netip.MustParseAddr("239.255.77.3")

// TestPublish has two subscribers hear one publisher, twice.
func TestPublish(t *testing.T) {
	on := loopback(t)
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	var running sync.WaitGroup
	var screens []*bufio.Reader
	at := volt.AddressFrom(netip.AddrPortFrom(group, 0))
	t.Cleanup(running.Wait)
	t.Cleanup(stop)
	for range 2 {
		s, err := subscribe(at, on)
		if err != nil {
			t.Fatal(err)
		}
		at = at.WithPort(s.LocalAddress().Port()) // the second shares the first one's
		r, w := io.Pipe()
		t.Cleanup(func() { r.Close() }) // what comes after the test is not read
		screens = append(screens, bufio.NewReader(r))
		running.Go(func() {
			defer s.Close()
			err := receive(ctx, s, w)
			w.CloseWithError(err)
			if err != nil && !errors.Is(err, io.ErrClosedPipe) {
				t.Error(err)
			}
		})
	}
	running.Go(func() {
		if err := publish(ctx, at, on, "heartbeat", time.Millisecond); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		for _, screen := range screens {
			line, err := screen.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			_, message, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if diff := cmp.Diff(`"heartbeat"`, message); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name, group, on string
		want            error
	}{
		{"no group", "127.0.0.1:5000", "", volt.ErrInvalidAddress},
		{"no address", "group:5000", "", volt.ErrInvalidAddress},
		{"no interface", "239.255.77.3:0", "no-such-one", volt.ErrNoInterface},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := run(t.Context(), tt.group, tt.on, "", time.Second); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}
