package net

import (
	"context"
	"errors"
	"fmt"
	stdnet "net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// never is a lookup or an attempt that does not end by itself.
const never = time.Duration(-1)

// event is what a lookup or an attempt comes to, after a while.
type event struct {
	after time.Duration
	err   error
}

// wait is the time that passes for an event, unless ctx is done first.
func (e event) wait(ctx context.Context) error {
	if e.after == never {
		<-ctx.Done()
		return ctx.Err()
	}
	select {
	case <-time.After(e.after):
		return e.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

const (
	six1, six2   = "[2001:db8::1]:80", "[2001:db8::2]:80"
	four1, four2 = "192.0.2.1:80", "192.0.2.2:80"
)

// TestHostRace holds the order and the times of attempts to RFC 8305, by a
// clock that the test moves.
func TestHostRace(t *testing.T) {
	refused := event{10 * time.Millisecond, syscall.ECONNREFUSED}
	nothing := event{0, &stdnet.DNSError{Err: "no such host", IsNotFound: true}}
	for _, tt := range []struct {
		name       string
		six, four  []string
		slow6      event // of the lookups
		slow4      event
		attempts   map[string]event // as soon as begun, unless named here
		want       string           // when each attempt began, in milliseconds
		wantErrors []error
	}{
		{name: "first address", six: []string{six1}, four: []string{four1}, want: six1 + "@0"},
		{name: "interleaved", six: []string{six1, six2}, four: []string{four1, four2},
			attempts: map[string]event{six1: {never, nil}, four1: {never, nil}, six2: {never, nil}},
			want:     six1 + "@0 " + four1 + "@250 " + six2 + "@500 " + four2 + "@750"},
		{name: "next at once after a failure", six: []string{six1, six2}, four: []string{four1},
			attempts: map[string]event{six1: refused, four1: {100 * time.Millisecond, syscall.ENETUNREACH}},
			want:     six1 + "@0 " + four1 + "@10 " + six2 + "@110"},
		{name: "slow but first", six: []string{six1}, four: []string{four1},
			attempts: map[string]event{six1: {300 * time.Millisecond, nil}, four1: {never, nil}},
			want:     six1 + "@0 " + four1 + "@250"},
		{name: "IPv6 within the resolution delay", six: []string{six1}, four: []string{four1},
			slow6: event{after: 49 * time.Millisecond}, want: six1 + "@49"},
		{name: "IPv6 too late", six: []string{six1}, four: []string{four1},
			slow6: event{after: time.Hour}, want: four1 + "@50"},
		{name: "IPv6 late, IPv4 dead", six: []string{six1}, four: []string{four1},
			slow6: event{after: 400 * time.Millisecond}, attempts: map[string]event{four1: {never, nil}},
			want: four1 + "@50 " + six1 + "@400"},
		{name: "IPv6 late, IPv4 refused", six: []string{six1}, four: []string{four1},
			slow6: event{after: 80 * time.Millisecond}, attempts: map[string]event{four1: refused},
			want: four1 + "@50 " + six1 + "@80"},
		{name: "IPv6 fails, IPv4 slow", four: []string{four1},
			slow6: nothing, slow4: event{after: 80 * time.Millisecond}, want: four1 + "@80"},
		{name: "no IPv6", four: []string{four1}, slow6: nothing, want: four1 + "@0"},
		{name: "no IPv4", six: []string{six1}, slow4: nothing, want: six1 + "@0"},
		{name: "IPv4 slow", six: []string{six1}, four: []string{four1},
			slow4: event{after: time.Hour}, want: six1 + "@0"},
		{name: "all refused", six: []string{six1}, four: []string{four1},
			attempts:   map[string]event{six1: refused, four1: {0, syscall.ENETUNREACH}},
			want:       six1 + "@0 " + four1 + "@10",
			wantErrors: []error{syscall.ECONNREFUSED, syscall.ENETUNREACH}},
		{name: "one family broken, the other refused", four: []string{four1},
			slow6: event{0, &stdnet.DNSError{Err: "server misbehaving", IsTemporary: true}}, attempts: map[string]event{four1: refused},
			want: four1 + "@0", wantErrors: []error{syscall.ECONNREFUSED, errDNS}},
		{name: "no such host", slow6: nothing, slow4: nothing, wantErrors: []error{errDNS}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			winner := new(TCPStream)
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var mu sync.Mutex
				var order []string
				r := hostRace{
					delay: attemptDelay,
					lookup: func(ctx context.Context, network string) ([]Address, error) {
						list, slow := tt.four, tt.slow4
						if network == "ip6" {
							list, slow = tt.six, tt.slow6
						}
						if err := slow.wait(ctx); err != nil {
							return nil, err
						}
						return addresses(list), nil
					},
					attempt: func(ctx context.Context, a Address) (*TCPStream, error) {
						mu.Lock()
						order = append(order, fmt.Sprintf("%v@%d", a, time.Since(began).Milliseconds()))
						mu.Unlock()
						return winner, tt.attempts[a.String()].wait(ctx)
					},
				}
				s, err := r.run(t.Context())
				if diff := cmp.Diff(tt.want, strings.Join(order, " ")); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
				if (s == winner) != (tt.wantErrors == nil) {
					t.Errorf("stream %v, error %v", s, err)
				}
				for _, want := range tt.wantErrors {
					if !isOrHolds(err, want) {
						t.Errorf("error %v does not match %v", err, want)
					}
				}
			})
		})
	}
}

// errDNS stands for any *net.DNSError.
var errDNS = errors.New("DNS")

func isOrHolds(err, want error) bool {
	var dns *stdnet.DNSError
	if want == errDNS {
		return errors.As(err, &dns)
	}
	return errors.Is(err, want)
}

func addresses(list []string) []Address {
	var all []Address
	for _, text := range list {
		a, err := ParseAddress(text)
		if err != nil {
			panic(err)
		}
		all = append(all, a)
	}
	return all
}

// TestHostRaceCancelled ends the race in each of its stages.
func TestHostRaceCancelled(t *testing.T) {
	for _, tt := range []struct {
		name    string
		lookup  event
		attempt event
		at      time.Duration
		want    []error
	}{
		{"before", event{}, event{never, nil}, 0, []error{context.DeadlineExceeded}},
		{"resolving", event{never, nil}, event{}, time.Second, []error{context.DeadlineExceeded}},
		{"connecting", event{}, event{never, nil}, time.Second, []error{context.DeadlineExceeded}},
		{"between attempts", event{}, event{200 * time.Millisecond, syscall.ECONNREFUSED}, 300 * time.Millisecond,
			[]error{context.DeadlineExceeded, syscall.ECONNREFUSED}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.at)
				defer cancel()
				began := time.Now()
				r := hostRace{
					delay: attemptDelay,
					lookup: func(ctx context.Context, network string) ([]Address, error) {
						return addresses([]string{six1, six2, four1}), tt.lookup.wait(ctx)
					},
					attempt: func(ctx context.Context, _ Address) (*TCPStream, error) {
						return nil, tt.attempt.wait(ctx)
					},
				}
				_, err := r.run(ctx)
				for _, want := range tt.want {
					errorIs(t, "run", err, want)
				}
				var timeout interface{ Timeout() bool }
				if !errors.As(err, &timeout) || !timeout.Timeout() {
					t.Errorf("%v is no timeout", err)
				}
				if diff := cmp.Diff(tt.at, time.Since(began)); diff != "" {
					t.Errorf("took (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestHostRaceLosers closes every connection but one.
func TestHostRaceLosers(t *testing.T) {
	var streams []*TCPStream
	for range 4 {
		s, _ := pair(t, "127.0.0.1:0")
		streams = append(streams, s)
	}
	synctest.Test(t, func(t *testing.T) {
		var begun atomic.Int32
		r := hostRace{
			delay: attemptDelay,
			lookup: func(_ context.Context, network string) ([]Address, error) {
				return addresses([]string{six1, six2}), nil
			},
			// All stand at once, and none heeds that another was chosen.
			attempt: func(context.Context, Address) (*TCPStream, error) {
				n := begun.Add(1)
				<-time.After(time.Second - time.Duration(n)*attemptDelay)
				return streams[n-1], nil
			},
		}
		s, err := r.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var open []int
		for i, other := range streams[:begun.Load()] {
			if other.d.alive() == nil {
				open = append(open, i)
			}
		}
		if diff := cmp.Diff([]int{slices.Index(streams, s)}, open); diff != "" {
			t.Errorf("open (-want +got):\n%s", diff)
		}
		if begun.Load() < 2 {
			t.Errorf("%d attempts", begun.Load())
		}
	})
}
