package net

import (
	"context"
	"errors"
	stdnet "net"
	"strings"
	"sync"
	"time"
)

// A hostRace is one host's lookups and attempts. All state is its goroutine's, but
// for what comes through the channels.
type hostRace struct {
	delay   time.Duration
	lookup  func(ctx context.Context, network string) ([]Address, error)
	attempt func(ctx context.Context, a Address) (*TCPStream, error)

	lookups  chan answer
	attempts chan outcome
	timer    *time.Timer // allows the next attempt

	waiting  map[Family][]Address
	turn     Family // of the next attempt, where both families wait
	allowed  bool   // the next attempt may begin
	begun    bool   // one has
	open     int    // lookups without an answer
	running  int    // attempts without an outcome
	answered map[Family]bool
	errs     []error
}

type answer struct {
	family Family
	list   []Address
	err    error
}

type outcome struct {
	s   *TCPStream
	err error
}

// run returns the first connection that stands. Nothing that it began is left
// when it returns.
func (r *hostRace) run(ctx context.Context) (*TCPStream, error) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	r.lookups, r.attempts = make(chan answer), make(chan outcome)
	r.waiting, r.answered = map[Family][]Address{}, map[Family]bool{}
	r.turn = FamilyIPv6
	r.timer = time.NewTimer(r.delay)
	r.timer.Stop()
	defer r.timer.Stop()
	for family, network := range map[Family]string{FamilyIPv6: "ip6", FamilyIPv4: "ip4"} {
		r.open++
		all.Go(func() {
			list, err := r.lookup(ctx, network)
			select {
			case r.lookups <- answer{family, list, err}:
			case <-ctx.Done():
			}
		})
	}
	for {
		if err := ctx.Err(); err != nil {
			return nil, join(append([]error{err}, r.errs...))
		}
		if a, ok := r.next(); ok {
			all.Go(func() { r.compete(ctx, a) })
		}
		if r.open == 0 && r.running == 0 {
			return nil, join(r.errs)
		}
		select {
		case a := <-r.lookups:
			r.failed(ctx, a.err)
			r.take(a)
		case o := <-r.attempts:
			r.running--
			if o.err == nil {
				return o.s, nil
			}
			r.failed(ctx, o.err)
			r.allowed = true
		case <-r.timer.C:
			r.allowed = true
		case <-ctx.Done():
		}
	}
}

// failed notes an error, unless it is only that of the context.
func (r *hostRace) failed(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		r.errs = append(r.errs, err)
	}
}

// compete makes an attempt. A connection that comes too late is closed.
func (r *hostRace) compete(ctx context.Context, a Address) {
	s, err := r.attempt(ctx, a)
	select {
	case r.attempts <- outcome{s, err}:
	case <-ctx.Done():
		if err == nil {
			s.Close()
		}
	}
}

// take notes the addresses of a family. IPv6 goes first if it comes within
// resolutionDelay of the IPv4 addresses.
func (r *hostRace) take(a answer) {
	r.open--
	r.answered[a.family] = true
	r.waiting[a.family] = a.list
	switch {
	case r.begun:
		r.allowed = r.allowed || r.running == 0
	case r.answered[FamilyIPv6]:
		r.allowed = true
	case len(a.list) > 0:
		r.timer.Reset(resolutionDelay)
	}
}

// next returns the address to try now, if there is one and it may be tried;
// families take turns.
func (r *hostRace) next() (Address, bool) {
	if !r.allowed {
		return Address{}, false
	}
	list := r.waiting[r.turn]
	if len(list) == 0 {
		r.turn = otherFamily(r.turn)
		list = r.waiting[r.turn]
	}
	if len(list) == 0 {
		return Address{}, false
	}
	r.waiting[r.turn] = list[1:]
	r.turn = otherFamily(r.turn)
	r.allowed, r.begun = false, true
	r.running++
	r.timer.Reset(r.delay)
	return list[0], true
}

func otherFamily(f Family) Family {
	if f == FamilyIPv6 {
		return FamilyIPv4
	}
	return FamilyIPv6
}

// join makes one error of several. That there is no address of one family says
// something only if nothing else was wrong.
func join(errs []error) error {
	var telling []error
	for _, err := range errs {
		var dns *stdnet.DNSError
		if !errors.As(err, &dns) || !dns.IsNotFound {
			telling = append(telling, err)
		}
	}
	switch {
	case len(telling) == 1:
		return telling[0]
	case telling == nil:
		return errs[0]
	}
	return attemptErrors(telling)
}

// attemptErrors are why none of several attempts came to anything. That of the
// context is the first.
type attemptErrors []error

func (e attemptErrors) Unwrap() []error { return e }

func (e attemptErrors) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

// Timeout reports whether time ran out for all of them.
func (e attemptErrors) Timeout() bool {
	t, ok := e[0].(interface{ Timeout() bool })
	return ok && t.Timeout()
}
