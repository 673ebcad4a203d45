package net

import "time"

// doubts are the descriptors or sessions of which nobody knows whether their last
// read, a short one, has left something behind (G32, C47). Whoever collects their
// events looks when there is nothing else to do, and now and then if there always
// is: until then an event may make the question moot.
type doubts[T any] struct {
	all   []T
	turns int       // since the first came
	since time.Time // when it came
}

// What is in doubt is looked at after at most so many batches of events, or after
// the first batch that comes when so much time has passed.
const (
	patientTurns = 64
	patientTime  = 10 * time.Millisecond
)

func (q *doubts[T]) none() bool { return len(q.all) == 0 }

func (q *doubts[T]) add(x T) {
	if q.none() {
		q.turns, q.since = 0, time.Now()
	}
	q.all = append(q.all, x)
}

// turn is for after each batch of events. It empties the list into look, which adds
// nothing to it, if there were no events or the list is old.
func (q *doubts[T]) turn(events int, look func(T)) {
	if q.none() {
		return
	}
	q.turns++
	if events > 0 && q.turns < patientTurns && time.Since(q.since) <= patientTime {
		return
	}
	for _, x := range q.all {
		look(x)
	}
	clear(q.all)
	q.all = q.all[:0]
}
