package behaviour

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// Outcome is what became of a script.
type Outcome struct {
	Lines   []string      // what it printed
	Skipped string        // what the machine lacks for it
	Failure string        // why it could not go on: a broken set-up, a hang, a panic
	Took    time.Duration // how long it ran
}

// Limit is how long a script may take.
const Limit = 20 * time.Second

// grace is what a script that ran into its limit has to return in, once its
// sockets are closed.
const grace = 5 * time.Second

// Play runs a script over one of its media, or over "" if it names none. What
// the script opened is closed when Play returns. A script that does not return
// in time fails.
func Play(ctx context.Context, s Script, on Medium) Outcome {
	ctx, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	t := &T{ctx: ctx, on: on}
	began := time.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				t.fail(fmt.Sprintf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		t.need(on)
		s.Run(t)
	}()
	hung := false
	select {
	case <-done:
	case <-ctx.Done():
		hung = !returns(done)
	}
	cleaned := make(chan struct{})
	go func() {
		defer close(cleaned)
		t.clean()
	}()
	switch {
	case !returns(cleaned):
		t.fail("it hangs in closing its sockets")
	case hung && !returns(done):
		t.fail("it hangs, even with its sockets closed")
	case hung:
		t.fail("it hangs: " + context.Cause(ctx).Error())
	}
	return t.outcome(time.Since(began))
}

// returns reports whether done is closed before long.
func returns(done <-chan struct{}) bool {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
