package net

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLockSteps(t *testing.T) {
	type step func(*fdLock) any
	acquire := func(l *fdLock) any { return l.acquire() }
	release := func(l *fdLock) any { return l.release() }
	shut := func(l *fdLock) any { return l.close() }
	users := func(l *fdLock) any { return l.users() }
	closed := func(l *fdLock) any { return l.closed() }
	lock := func(dir direction) step { return func(l *fdLock) any { return l.lock(dir, nil) } }
	unlock := func(dir direction) step { return func(l *fdLock) any { return l.unlock(dir) } }
	tests := []struct {
		name  string
		steps []step
		want  []any
	}{
		{"use", []step{acquire, users, release, users, closed}, []any{true, 1, false, 0, false}},
		{"close unused", []step{shut, closed, users, release}, []any{true, true, 1, true}},
		{"close twice", []step{shut, shut, release}, []any{true, false, true}},
		{"close, then use", []step{shut, acquire, lock(reading), release}, []any{true, false, ErrClosed, true}},
		{"the last user destroys", []step{acquire, shut, release, release}, []any{true, true, false, true}},
		{"the last holder destroys", []step{lock(writing), shut, release, unlock(writing)}, []any{nil, true, false, true}},
		{"both directions at once", []step{lock(reading), lock(writing), users, unlock(reading), unlock(writing)},
			[]any{nil, nil, 2, false, false}},
		{"again", []step{lock(reading), unlock(reading), lock(reading), unlock(reading)}, []any{nil, false, nil, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l fdLock
			for i, step := range tt.steps {
				got := step(&l)
				if err, ok := got.(error); ok && errors.Is(err, ErrClosed) {
					got = ErrClosed
				}
				if got != tt.want[i] {
					t.Errorf("step %d: %v, want %v", i, got, tt.want[i])
				}
			}
		})
	}
}

// waiting counts the goroutines that queue for a direction.
func (l *fdLock) waiting(dir direction) int {
	c := l.crowd.Load()
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queues[dir])
}

// takeTurns has n goroutines wait for dir, in order. Each does turn when it holds
// it, or fails.
func takeTurns(t *testing.T, l *fdLock, dir direction, n int, turn func(i int, err error)) *sync.WaitGroup {
	t.Helper()
	all := new(sync.WaitGroup)
	for i := range n {
		before := l.waiting(dir)
		all.Go(func() {
			err := l.lock(dir, nil)
			turn(i, err)
			if err == nil {
				l.unlock(dir)
			}
		})
		until(t, "a goroutine queues", func() bool { return l.waiting(dir) > before })
	}
	return all
}

func finished(t *testing.T, what string, all *sync.WaitGroup) {
	t.Helper()
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	soon(t, what, ended)
}

func TestLockInOrder(t *testing.T) {
	var l fdLock
	for _, dir := range []direction{reading, writing} {
		if err := l.lock(dir, nil); err != nil {
			t.Fatal(err)
		}
		var order []int
		all := takeTurns(t, &l, dir, 10, func(i int, err error) { order = append(order, i) })
		l.unlock(dir)
		finished(t, "all get their turn", all)
		if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, order); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff(uint64(0), l.word.Load()); diff != "" {
		t.Errorf("word of an idle lock (-want +got):\n%s", diff)
	}
}

func TestLockCloseWakes(t *testing.T) {
	var l fdLock
	if err := errors.Join(l.lock(reading, nil), l.lock(writing, nil)); err != nil {
		t.Fatal(err)
	}
	var refused atomic.Int32
	count := func(_ int, err error) {
		if errors.Is(err, ErrClosed) {
			refused.Add(1)
		}
	}
	readers := takeTurns(t, &l, reading, 5, count)
	writers := takeTurns(t, &l, writing, 5, count)
	if !l.close() {
		t.Error("close: closed already")
	}
	finished(t, "readers leave", readers)
	finished(t, "writers leave", writers)
	if diff := cmp.Diff(int32(10), refused.Load()); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	last := []bool{l.unlock(reading), l.release(), l.unlock(writing)}
	if diff := cmp.Diff([]bool{false, false, true}, last); diff != "" {
		t.Errorf("last user (-want +got):\n%s", diff)
	}
}

// TestLockContext has the first of two give up at the moment when its turn
// comes: either it gets it and passes it on, or the second does.
func TestLockContext(t *testing.T) {
	for range 2000 {
		var l fdLock
		if err := l.lock(reading, nil); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var all sync.WaitGroup
		all.Go(func() {
			if err := l.lock(reading, ctx); err == nil {
				l.unlock(reading)
			} else if !errors.Is(err, context.Canceled) {
				t.Errorf("lock: %v", err)
			}
		})
		until(t, "the first queues", func() bool { return l.waiting(reading) == 1 })
		all.Go(func() {
			if err := l.lock(reading, nil); err != nil {
				t.Errorf("lock: %v", err)
				return
			}
			l.unlock(reading)
		})
		until(t, "the second queues", func() bool { return l.waiting(reading) == 2 })
		all.Go(cancel)
		all.Go(func() { l.unlock(reading) })
		finished(t, "the second gets its turn", &all)
		if diff := cmp.Diff(uint64(0), l.word.Load()); diff != "" {
			t.Fatalf("word of an idle lock (-want +got):\n%s", diff)
		}
	}
}

// A lockModel is what must hold of a lock however its users are scheduled.
type lockModel struct {
	lock     fdLock
	holders  [2]atomic.Int32
	inUse    atomic.Int32
	destroys atomic.Int32
	wrong    atomic.Int32
}

// last checks a user's leaving.
func (m *lockModel) last(destroy bool) {
	if !destroy {
		return
	}
	m.destroys.Add(1)
	if m.inUse.Load() != 0 || !m.lock.closed() {
		m.wrong.Add(1)
	}
}

func (m *lockModel) use() bool {
	if !m.lock.acquire() {
		return false
	}
	m.inUse.Add(1)
	m.inUse.Add(-1)
	m.last(m.lock.release())
	return true
}

func (m *lockModel) hold(dir direction, ctx context.Context) bool {
	if err := m.lock.lock(dir, ctx); err != nil {
		return !errors.Is(err, ErrClosed)
	}
	m.inUse.Add(1)
	if m.holders[dir].Add(1) != 1 || m.destroys.Load() != 0 {
		m.wrong.Add(1)
	}
	m.holders[dir].Add(-1)
	m.inUse.Add(-1)
	m.last(m.lock.unlock(dir))
	return true
}

// TestLockModel runs random schedules against the model: a direction has one
// holder, and closing it is destroyed once, by the last to leave.
func TestLockModel(t *testing.T) {
	for seed := range uint64(100) {
		m := new(lockModel)
		var all sync.WaitGroup
		for user := range uint64(8) {
			random := rand.New(rand.NewPCG(seed, user))
			all.Go(func() {
				for open := true; open; {
					switch k := random.IntN(400); {
					case k == 0:
						if m.lock.close() {
							m.last(m.lock.release())
						}
					case k < 100:
						open = m.use()
					case k < 200:
						ctx, cancel := context.WithCancel(context.Background())
						all.Go(cancel)
						open = m.hold(direction(k%2), ctx)
					default:
						open = m.hold(direction(k%2), nil)
					}
				}
			})
		}
		finished(t, "all users leave", &all)
		got := []int32{m.destroys.Load(), m.wrong.Load(), int32(m.lock.users())}
		if diff := cmp.Diff([]int32{1, 0, 0}, got); diff != "" {
			t.Errorf("seed %d: destroyed, wrong, users left (-want +got):\n%s", seed, diff)
		}
	}
}

// TestLockPassesOn gives the turn to somebody who no longer wants it, at the
// very moment: whoever stands behind must get it.
func TestLockPassesOn(t *testing.T) {
	l := new(fdLock)
	if err := l.lock(reading, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	queues := func(n int, ctx context.Context) <-chan error {
		done := park(func() error { return l.lock(reading, ctx) })
		until(t, "it queues", func() bool { return l.waiting(reading) == n })
		return done
	}
	first, second := queues(1, ctx), queues(2, nil)
	c := l.crowd.Load()
	c.mu.Lock()
	cancel() // fixes what the first has woken up for, and it waits for mu
	l.word.Add(^(lockReading + lockRef - 1))
	l.next(c, reading) // as unlock does
	c.mu.Unlock()
	errorIs(t, "the first", soon(t, "the first gives up", first), context.Canceled)
	errorIs(t, "the second", soon(t, "the second has its turn", second), nil)
	l.unlock(reading)
}
