package net

import (
	"container/heap"
	"time"
)

// timers are the alarms of a worker, in one heap, and one timer of Go's that
// wakes the worker for the next. Times are nanoseconds since the loop began,
// and alarms go off to the millisecond, so that one wake-up serves many.
type timers struct {
	w     *worker
	now   int64 // as of this turn; kept only while there are alarms
	heap  alarmHeap
	clock *time.Timer
	armed int64 // when the clock wakes the worker; 0: it does not
}

// An alarm calls do once, at due, on the worker's goroutine.
type alarm struct {
	do    func()
	due   int64
	place int // in the heap, from 1; 0: not set
}

const (
	coarse   = int64(time.Millisecond)
	farthest = int64(1) << 62 // 146 years
)

func (t *timers) init(w *worker) {
	t.w = w
	t.clock = time.AfterFunc(time.Hour, w.mail.nudge)
	t.clock.Stop()
}

// tick reads the time for this turn.
func (t *timers) tick() {
	if len(t.heap) > 0 {
		t.now = int64(time.Since(t.w.loop.start))
	}
}

// after returns the time d from now.
func (t *timers) after(d time.Duration) int64 {
	t.now = int64(time.Since(t.w.loop.start))
	return t.now + min(max(0, int64(d)), farthest-t.now)
}

// set makes a go off at due, whatever it was set to before.
func (t *timers) set(a *alarm, due int64) {
	a.due = due
	if a.place == 0 {
		heap.Push(&t.heap, a)
		return
	}
	heap.Fix(&t.heap, a.place-1)
}

func (t *timers) cancel(a *alarm) {
	if a.place != 0 {
		heap.Remove(&t.heap, a.place-1)
	}
}

// fire calls what is due as of this turn.
func (t *timers) fire() {
	for now := t.now; len(t.heap) > 0 && t.heap[0].due <= now; {
		a := heap.Pop(&t.heap).(*alarm)
		a.do()
	}
}

// arm sets the clock for the next alarm. One that goes off too early, since
// its alarm was moved, does no harm.
func (t *timers) arm() {
	if t.armed != 0 && t.armed <= t.now {
		t.armed = 0 // it has gone off
	}
	if len(t.heap) == 0 {
		return
	}
	next := t.heap[0].due
	if over := next % coarse; over > 0 {
		next += coarse - over
	}
	if t.armed == 0 || next < t.armed {
		t.armed = next
		t.clock.Reset(time.Duration(next) - time.Since(t.w.loop.start))
	}
}

// alarmHeap is a heap for package heap, the earliest alarm first.
type alarmHeap []*alarm

func (h alarmHeap) Len() int           { return len(h) }
func (h alarmHeap) Less(i, j int) bool { return h[i].due < h[j].due }

func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i+1, j+1
}

func (h *alarmHeap) Push(a any) {
	*h = append(*h, a.(*alarm))
	a.(*alarm).place = len(*h)
}

func (h *alarmHeap) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	a.place = 0
	return a
}
