package behaviour

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"
)

// T is what a script runs with. Its methods may be called from any goroutine,
// except for those that end the script: Fatal, Check, Skip and what makes
// sockets are for the script's own.
type T struct {
	ctx context.Context
	on  Medium

	mu       sync.Mutex // guards all below
	lines    []string
	skipped  string
	failure  string
	cleanups []func()
	cleaned  bool
}

// Context ends when the script's time is up.
func (t *T) Context() context.Context { return t.ctx }

// Medium is what the script is to use of [Script.Over].
func (t *T) Medium() Medium { return t.on }

// Print adds a line to the transcript.
func (t *T) Print(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

// Fatal ends the script: it could not show anything.
func (t *T) Fatal(format string, args ...any) {
	t.fail(fmt.Sprintf(format, args...))
	runtime.Goexit()
}

func (t *T) fail(why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failure == "" {
		t.failure = why
	}
}

// Check ends the script unless err is nil. It is for what has to work before
// there is anything to show.
func (t *T) Check(err error) {
	if err != nil {
		_, file, line, _ := runtime.Caller(1)
		t.Fatal("%s:%d: %v", file, line, err)
	}
}

// Skip ends the script because the machine lacks something.
func (t *T) Skip(why string) {
	t.mu.Lock()
	t.skipped = why
	t.mu.Unlock()
	runtime.Goexit()
}

// Cleanup calls f after the script, last one first.
func (t *T) Cleanup(f func()) {
	t.mu.Lock()
	late := t.cleaned
	if !late {
		t.cleanups = append(t.cleanups, f)
	}
	t.mu.Unlock()
	if late {
		f()
	}
}

// Own closes s after the script. If s has deadlines, the script's end becomes
// one, so that a call which ought to return and does not shows as a line. An
// error of the call that made s ends the script.
func (t *T) Own(s io.Closer, err error) {
	if err != nil {
		_, file, line, _ := runtime.Caller(1)
		t.Fatal("%s:%d: %v", file, line, err)
	}
	t.Cleanup(func() { s.Close() })
	if d, ok := s.(interface{ SetDeadline(time.Time) error }); ok {
		end, _ := t.ctx.Deadline()
		d.SetDeadline(end)
	}
}

// Dir makes a directory that goes with the script. Its path is short, as the
// paths of sockets must be.
func (t *T) Dir() string {
	dir, err := os.MkdirTemp("", "volt")
	t.Check(err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// Start runs f in a goroutine and returns where its error will be. The script
// must take it.
func (t *T) Start(f func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	return done
}

// Wait returns what comes out of done, or ends the script when its time is up.
func (t *T) Wait(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-t.ctx.Done():
		_, file, line, _ := runtime.Caller(1)
		t.Fatal("%s:%d: waited to the end of the script's time", file, line)
	}
	return nil
}

// Until repeats f until it reports true, giving way in between. It is for
// states that no event announces.
func (t *T) Until(what string, f func() bool) {
	for !f() {
		if t.ctx.Err() != nil {
			t.Fatal("%s: not before the script's time was up", what)
		}
		runtime.Gosched()
	}
}

func (t *T) clean() {
	t.mu.Lock()
	cleanups := t.cleanups
	t.cleanups, t.cleaned = nil, true
	t.mu.Unlock()
	for _, f := range slices.Backward(cleanups) {
		f()
	}
}

func (t *T) outcome(took time.Duration) Outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Outcome{Lines: slices.Clone(t.lines), Skipped: t.skipped, Failure: t.failure, Took: took}
}
