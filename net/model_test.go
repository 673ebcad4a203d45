//go:build swap

package net

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/volt-net/volt/platform"
)

var (
	modelSeed  = flag.Uint64("model.seed", 1, "what the random schedules of TestModel begin with")
	modelSteps = flag.Int("model.steps", 0, "how many steps TestModel makes; 0 is as many as take some seconds")
	modelTime  = flag.Duration("model.time", 0, "repeat the random schedules for that long, each time with the next seed")
)

// A world is a random schedule under way: sockets over a modelKernel, goroutines
// that wait for them, and what ought to become of each. Every step is taken
// when nothing moves any more, so that a seed always makes the same schedule.
type world struct {
	testing.TB
	r       *rand.Rand
	k       *modelKernel
	descs   []*modelDesc
	stale   []platform.Event // for descriptors that are closed
	due     []*modelOp       // finished in the model, and not seen to be
	trace   []string         // the last steps
	ops     int
	refused bool // the poller will refuse the next socket
}

// A modelDesc is a socket, and what a small model says about it.
type modelDesc struct {
	d          *desc
	in, room   int
	eof        bool
	ready      [2]bool // the next call is worth making
	deadline   [2]modelDeadline
	ops        [2][]*modelOp // the first has its turn, the others queue
	next       byte          // the byte to be read next
	registered bool
	exact      bool
	closed     bool
}

type modelDeadline uint8

const (
	noDeadline modelDeadline = iota
	laterDeadline
	passedDeadline
)

// A modelOp is a goroutine that reads or writes.
type modelOp struct {
	name      string
	dir       direction
	size      int
	ctx       context.Context
	cancel    context.CancelFunc
	cancelled bool
	p         []byte
	result    chan modelResult

	done  int // bytes written so far
	want  modelResult
	bytes []byte // what it ought to read
}

type modelResult struct {
	n   int
	err error
}

// TestModel holds registry, slots, locks, deadlines and the reactor to a model,
// over a schedule that a seed chooses: -model.seed, -model.steps, -model.time.
func TestModel(t *testing.T) {
	if alone(t) {
		return
	}
	steps := *modelSteps
	if steps == 0 {
		steps = 1_000_000
		if raceDetector {
			steps = 50_000
		}
	}
	end := time.Now().Add(*modelTime)
	for seed := *modelSeed; ; seed++ {
		t.Logf("-model.seed=%d -model.steps=%d", seed, steps)
		runModel(t, seed, steps)
		if t.Failed() || !time.Now().Before(end) {
			return
		}
	}
}

func runModel(t testing.TB, seed uint64, steps int) {
	w := newWorld(t, seed)
	defer w.restore(sys, theReactor)()
	for range steps {
		w.step()
		w.settle()
	}
	for len(w.descs) > 0 {
		w.close(w.descs[0])
		w.settle()
	}
	stopped(t, theReactor)
	if len(w.k.problems) > 0 {
		w.fail("%s", strings.Join(w.k.problems, "\n"))
	}
}

func newWorld(t testing.TB, seed uint64) *world {
	return &world{TB: t, r: rand.New(rand.NewPCG(seed, 0)), k: newModelKernel()}
}

// restore puts the world in the place of the system, until done.
func (w *world) restore(usual backend, reactorBefore *reactor) (done func()) {
	sys, theReactor = w.k, new(reactor)
	return func() { sys, theReactor = usual, reactorBefore }
}

func (w *world) fail(format string, args ...any) {
	w.Helper()
	w.Fatalf("%s\nafter:\n%s", fmt.Sprintf(format, args...), strings.Join(w.trace, "\n"))
}

// log keeps what the last steps were.
func (w *world) log(format string, args ...any) {
	if len(w.trace) == 40 {
		w.trace = slices.Delete(w.trace, 0, 20)
	}
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// advance plays the turns of a direction until somebody has to wait.
func (w *world) advance(m *modelDesc, dir direction) {
	for len(m.ops[dir]) > 0 && w.turn(m, m.ops[dir][0]) {
		w.due = append(w.due, m.ops[dir][0])
		m.ops[dir] = m.ops[dir][1:]
	}
}

// turn is desc.until as the model has it; false is to wait.
func (w *world) turn(m *modelDesc, op *modelOp) bool {
	for {
		if err := m.interrupted(op); err != nil {
			op.want = modelResult{op.done, err}
			return true
		}
		if m.ready[op.dir] && m.try(op) {
			return true
		}
		if m.registered {
			return false
		}
		if w.refused {
			op.want, w.refused = modelResult{op.done, syscall.ENOSPC}, false
			return true
		}
		m.registered = true
	}
}

func (m *modelDesc) interrupted(op *modelOp) error {
	switch {
	case m.closed:
		return ErrClosed
	case m.deadline[op.dir] == passedDeadline:
		return errDeadline
	case op.cancelled:
		return context.Canceled
	}
	return nil
}

// try makes the calls of one turn; false is that they would block.
func (m *modelDesc) try(op *modelOp) bool {
	m.ready[op.dir] = false
	if op.dir == writing {
		n := min(m.room, op.size-op.done)
		m.room -= n
		op.done += n
		if op.done < op.size {
			return false
		}
		m.ready[writing] = true
		op.want = modelResult{op.size, nil}
		return true
	}
	n, err := m.read(op.size)
	if err == ErrWouldBlock {
		return false
	}
	op.want = modelResult{n, err}
	for range n {
		m.next++
		op.bytes = append(op.bytes, m.next)
	}
	return true
}

// read is desc.tryRead as the model has it.
func (m *modelDesc) read(size int) (int, error) {
	n := min(m.in, size)
	switch {
	case n == 0 && m.eof:
		m.ready[reading] = true
		return 0, io.EOF
	case n == 0:
		return 0, ErrWouldBlock
	}
	m.in -= n
	if n == size || m.exact {
		m.ready[reading] = true
	}
	return n, nil
}

// settle waits until the goroutines are where the model has them, and compares
// everything else.
func (w *world) settle() {
	for _, op := range w.due {
		w.collect(op)
	}
	w.due = w.due[:0]
	watched := 0
	for _, m := range w.descs {
		for _, dir := range [...]direction{reading, writing} {
			w.compare(m, dir)
		}
		if m.registered {
			watched++
		}
		if m.d.has(flagRegistered) != m.registered || m.d.has(flagExact) != m.exact {
			w.fail("%d: registered %v, exact %v, not so", m.d.fd, m.registered, m.exact)
		}
	}
	theReactor.mu.Lock()
	defer theReactor.mu.Unlock()
	if theReactor.watched != watched || theReactor.busy.Load() != (watched > 0) || watched > 0 && !theReactor.running {
		w.fail("%d are watched; the reactor: %d, busy %v, running %v", watched, theReactor.watched, theReactor.busy.Load(), theReactor.running)
	}
}

// collect takes the result of an operation that has ended in the model.
func (w *world) collect(op *modelOp) {
	w.await(op.name+" ends", func() bool { return len(op.result) > 0 })
	got := <-op.result
	if got.n != op.want.n || !errors.Is(got.err, op.want.err) {
		w.fail("%s: %d, %v; want %d, %v", op.name, got.n, got.err, op.want.n, op.want.err)
	}
	if op.dir == reading && !slices.Equal(op.p[:got.n], op.bytes) {
		w.fail("%s: %v, want %v", op.name, op.p[:got.n], op.bytes)
	}
	if op.cancel != nil {
		op.cancel()
	}
}

// compare holds one direction of a socket to the model.
func (w *world) compare(m *modelDesc, dir direction) {
	s := &m.d.slots[dir]
	if waiting := len(m.ops[dir]); waiting > 0 {
		w.await(m.ops[dir][0].name+" parks", func() bool {
			if len(m.ops[dir][0].result) > 0 {
				got := <-m.ops[dir][0].result
				w.fail("%s: %d, %v; it ought to wait", m.ops[dir][0].name, got.n, got.err)
			}
			return s.waiting()
		})
		w.await("the others queue", func() bool { return m.d.lock.waiting(dir) == waiting-1 })
	} else if s.ready() != m.ready[dir] || s.waiting() {
		w.fail("%d %v: ready %v, occupied %v; want ready %v", m.d.fd, dir, s.ready(), s.waiting(), m.ready[dir])
	}
}

// await lets goroutines run until something holds.
func (w *world) await(what string, holds func() bool) {
	for i := 0; !holds(); i++ {
		runtime.Gosched()
		if i == 1000 {
			until(&hang{w}, what, holds)
		}
	}
}

// hang is a world whose failures come with the last steps.
type hang struct{ *world }

func (h *hang) Fatalf(format string, args ...any) { h.fail(format, args...) }
