package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"text/tabwriter"
	"time"

	volt "github.com/volt-net/volt/net"
)

const (
	clients  = 8   // at once, for each row of the table
	requests = 200 // of each client
	longest  = 32 << 10

	// limit makes an answer that never comes an error.
	limit = 40 * time.Second
)

// A service is a row of the table: a server on host, and clients that ask it.
type service struct {
	name string
	ask  func(ctx context.Context, host string, t *tally) error
}

var services = []service{
	{"volt serves http", voltServesHTTP},
	{"volt serves echo", voltServesEcho},
	{"volt asks http", voltAsksHTTP},
	{"volt asks echo", voltAsksEcho},
}

type family struct{ name, host string }

// families lists the loopback addresses that the machine has.
func families() []family {
	all := []family{{"IPv4", "127.0.0.1"}, {"IPv6", "::1"}}
	here := all[:0]
	for _, f := range all {
		if l, err := net.Listen("tcp", net.JoinHostPort(f.host, "0")); err == nil {
			l.Close()
			here = append(here, f)
		}
	}
	return here
}

// check runs every service on every family and prints the table.
func check(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	system, poller := volt.Platform()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PLATFORM\tPOLLER\tSERVICE\tFAMILY\tREQUESTS\tBYTES\tERRORS")
	var errs []error
	for _, s := range services {
		for _, f := range families() {
			t := new(tally)
			if err := s.ask(ctx, f.host, t); err != nil {
				t.fail(err)
			}
			fmt.Fprintf(table, "%s/%s\t%s\t%s\t%s\t%d\t%d\t%d\n",
				system, runtime.GOARCH, poller, s.name, f.name, t.requests, t.bytes, t.errors)
			if t.first != nil {
				errs = append(errs, fmt.Errorf("%s, %s: %w", s.name, f.name, t.first))
			}
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// A tally counts what came back right, and what did not.
type tally struct {
	mu       sync.Mutex
	requests int
	bytes    int
	errors   int
	first    error
}

func (t *tally) right(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	t.bytes += n
}

func (t *tally) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.errors++
	if t.first == nil {
		t.first = err
	}
}

// each runs ask once for every client, all at the same time, and counts their
// errors.
func (t *tally) each(ask func(client uint64) error) {
	var wg sync.WaitGroup
	for client := range uint64(clients) {
		wg.Go(func() {
			if err := ask(client); err != nil {
				t.fail(err)
			}
		})
	}
	wg.Wait()
}
