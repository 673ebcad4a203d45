package fault

import (
	"math/rand/v2"

	"github.com/volt-net/volt/platform"
)

// Rule says what goes wrong, and when. Where several fit a call, the one that
// was injected first is applied.
type Rule struct {
	Call   Call
	When   When // of the occurrences that the rest fits; nil is always
	Fault  Fault
	FD     platform.FD          // only calls on it; zero is any
	Option *platform.OptionInfo // only SetOption and GetOption of it; nil is any
}

// When picks occurrences of a call, counted from 1. The double calls it once
// for each, in order.
type When func(n int) bool

// First picks the first k occurrences.
func First(k int) When { return func(n int) bool { return n <= k } }

// Nth picks the k-th occurrence.
func Nth(k int) When { return func(n int) bool { return n == k } }

// From picks the k-th occurrence and all that follow.
func From(k int) When { return func(n int) bool { return n >= k } }

// Every picks every k-th occurrence.
func Every(k int) When { return func(n int) bool { return n%k == 0 } }

// Sometimes picks so many of a hundred occurrences, by chance; the same ones
// for the same seed.
func Sometimes(seed uint64, percent int) When {
	r := rand.New(rand.NewPCG(seed, 0))
	return func(int) bool { return r.IntN(100) < percent }
}

// Fault is what happens in place of a call, or to it.
type Fault struct {
	kind  kind
	err   error
	n     int
	ready platform.Ready
}

type kind uint8

const (
	none kind = iota
	fail
	drop
	atMost
	late
	slow
	pending
	spurious
	stale
	split
)

// Fail lets the call fail with err without making it; only Close is made all
// the same, as the descriptor is gone whatever it returns. An error number
// (syscall.Errno) is wrapped as a backend would.
func Fail(err error) Fault { return Fault{kind: fail, err: err} }

// WouldBlock is Fail with [platform.ErrWouldBlock]. As nothing happens to the
// socket that would cause an event, the double makes one.
func WouldBlock() Fault { return Fail(platform.ErrWouldBlock) }

// Drop makes the call, undoes what it made and lets it fail: an accept without
// room for a descriptor loses the connection on one system (DIFFERENCES C23).
func Drop(err error) Fault { return Fault{kind: drop, err: err} }

// AtMost lets a transfer move no more than n bytes, or n messages of many.
func AtMost(n int) Fault { return Fault{kind: atMost, n: n} }

// Late lets Connect begin, and fail with err, an error number, later on: an
// event comes and the pending error tells.
func Late(err error) Fault { return Fault{kind: late, err: err} }

// Slow lets Connect begin, and go on only when its outcome was asked for n
// times, with events that come too early.
func Slow(n int) Fault { return Fault{kind: slow, n: n} }

// Pending lets GetOption of the pending error return err, an error number.
func Pending(err error) Fault { return Fault{kind: pending, err: err} }

// Spurious adds an event for every descriptor that is watched, to PollerWait.
// It also ends the next wait, so that the rule is asked again.
func Spurious(ready platform.Ready) Fault { return Fault{kind: spurious, ready: ready} }

// Stale adds events for descriptors that were watched before, with every flag
// and the generation that they had (DIFFERENCES H26), to PollerWait. Without a
// bound, whoever waits until no event is left waits for ever.
func Stale() Fault { return Fault{kind: stale, ready: allFlags} }

// Split leaves in the events of PollerWait only the flags of now, and reports
// the others in the batch that follows (DIFFERENCES H22).
func Split(now platform.Ready) Fault { return Fault{kind: split, ready: now} }

const allFlags = platform.Readable | platform.Writable | platform.ReadClosed |
	platform.WriteClosed | platform.Error | platform.Urgent

// Injected is a rule in force.
type Injected struct {
	b     *Backend
	rule  Rule
	seen  int
	fired int
}

// Fired returns how often the rule has been applied.
func (i *Injected) Fired() int {
	i.b.mu.Lock()
	defer i.b.mu.Unlock()
	return i.fired
}

// Inject puts a rule in force, until Reset.
func (b *Backend) Inject(r Rule) *Injected {
	if r.When == nil {
		r.When = From(1)
	}
	if r.Fault.kind == atMost {
		b.Pretend(func(t *platform.Traits) { t.ShortReadDrains = false })
	}
	i := &Injected{b: b, rule: r}
	b.mu.Lock()
	b.rules = append(b.rules, i)
	b.mu.Unlock()
	if r.Call == PollerWait {
		b.eachPoller(func(p *poller) { p.Poller.Wake() })
	}
	return i
}

// An occasion is what rules are held against.
type occasion struct {
	call        Call
	fd          platform.FD
	level, name int
}

// pick counts the occurrence and returns the fault that it meets.
func (b *Backend) pick(o occasion) Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[o.call]++
	for _, i := range b.rules {
		if !b.fits(i.rule, o) {
			continue
		}
		i.seen++
		if i.rule.When(i.seen) {
			i.fired++
			return i.rule.Fault
		}
	}
	return Fault{}
}

func (b *Backend) fits(r Rule, o occasion) bool {
	switch {
	case r.Call != o.call, r.FD != 0 && r.FD != o.fd:
		return false
	case r.Option == nil:
		return true
	}
	return b.names(r.Option, o.level, o.name)
}

// names reports whether the numbers are this system's for the option.
func (b *Backend) names(i *platform.OptionInfo, level, name int) bool {
	row := i.Row(b.real.Traits().Options)
	return row.Absent == "" && (row.Level == level && row.Name == name ||
		row.Const6 != "" && row.Level6 == level && row.Name6 == name)
}
