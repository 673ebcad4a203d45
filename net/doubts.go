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

// There may be doubt for so many turns, and for not much longer than so long: in
// between, everything else has its turn at the processor.
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

// overdue counts a turn and reports whether it is the one to look in, whatever
// else there is to do.
func (q *doubts[T]) overdue() bool {
	if q.none() {
		return false
	}
	q.turns++
	return q.turns >= patientTurns || time.Since(q.since) > patientTime
}

// end empties the list into look, which adds nothing to it.
func (q *doubts[T]) end(look func(T)) {
	for _, x := range q.all {
		look(x)
	}
	clear(q.all)
	q.all = q.all[:0]
}
