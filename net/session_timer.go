package net

import (
	"slices"
	"time"
)

// A Timer is a function that waits for its time, on a session's loop.
type Timer struct {
	s     *Session
	alarm alarm
}

// AfterFunc calls fn on the session's loop after d, to the millisecond and never
// early, unless the timer is stopped or the session ends before. It panics if fn is
// nil.
func (s *Session) AfterFunc(d time.Duration, fn func()) *Timer {
	if fn == nil {
		panic(missing("function"))
	}
	t := &Timer{s: s}
	t.alarm.do = func() {
		s.forget(t)
		s.w.current = s
		fn()
		s.settle()
		s.w.current = nil
	}
	if !s.has(sessionClosed) {
		s.extra().timers = append(s.more.timers, t)
		s.w.timers.set(&t.alarm, s.w.timers.after(d))
	}
	return t
}

// Stop keeps the timer from going off, and reports whether it did: false if it
// has gone off, was stopped, or its session has ended.
func (t *Timer) Stop() bool {
	if t.alarm.place == 0 {
		return false
	}
	t.s.w.timers.cancel(&t.alarm)
	t.s.forget(t)
	return true
}

func (s *Session) forget(t *Timer) {
	s.more.timers = slices.DeleteFunc(s.more.timers, func(other *Timer) bool { return other == t })
}

// idle ends a session on which nothing happens. What happens only moves last:
// an alarm that goes off early is set again.
type idle struct {
	timeout int64 // 0: none
	last    int64
	alarm   alarm
}

func (i *idle) set(s *Session, d time.Duration) {
	i.timeout = max(0, int64(d))
	if i.timeout == 0 {
		s.w.timers.cancel(&i.alarm)
		return
	}
	if i.alarm.do == nil {
		i.alarm.do = func() { i.check(s) }
	}
	due := s.w.timers.after(d)
	i.last = s.w.timers.now
	s.w.timers.set(&i.alarm, due)
}

func (i *idle) check(s *Session) {
	if left := i.last - s.w.timers.now + i.timeout; left > 0 {
		s.w.timers.set(&i.alarm, s.w.timers.now+left)
		return
	}
	s.finish(s.own().fail("read", errDeadline))
}

// touch notes that something happened.
func (s *Session) touch() {
	if s.more != nil {
		s.more.idle.last = s.w.timers.now
	}
}

// A limit is the deadline of one direction, for calls that wait.
type limit struct {
	at    int64 // 0: none
	alarm alarm
}

// SetDeadline sets the time after which calls that wait, in a function of
// ServeFunc, return [os.ErrDeadlineExceeded]. The zero time means none.
func (s *Session) SetDeadline(t time.Time) error {
	if err := s.SetReadDeadline(t); err != nil {
		return err
	}
	return s.SetWriteDeadline(t)
}

// SetReadDeadline is SetDeadline for reading.
func (s *Session) SetReadDeadline(t time.Time) error { return s.limit(reading, t) }

// SetWriteDeadline is SetDeadline for writing.
func (s *Session) SetWriteDeadline(t time.Time) error { return s.limit(writing, t) }

func (s *Session) limit(dir direction, t time.Time) error {
	if s.has(sessionClosed) {
		return s.own().fail("set", ErrClosed)
	}
	l := &s.extra().limits[dir]
	expired := sessionReadExpired << dir
	s.flags &^= expired
	if t.IsZero() {
		l.at = 0 // the alarm, if set, finds nothing to do
		return nil
	}
	left := time.Until(t)
	if left <= 0 {
		s.flags |= expired
	}
	if l.alarm.do == nil {
		l.alarm.do = func() { s.expire(dir) }
	}
	l.at = s.w.timers.after(left)
	if l.alarm.place == 0 || l.at < l.alarm.due {
		s.w.timers.set(&l.alarm, l.at)
	}
	return nil
}

func (s *Session) expire(dir direction) {
	l := &s.more.limits[dir]
	switch {
	case l.at == 0:
	case l.at > s.w.timers.now:
		s.w.timers.set(&l.alarm, l.at)
	default:
		s.flags |= sessionReadExpired << dir
		s.step()
	}
}

// release gives back what the session need not have any more.
func (m *sessionMore) release(w *worker) {
	w.timers.cancel(&m.idle.alarm)
	for dir := range m.limits {
		w.timers.cancel(&m.limits[dir].alarm)
	}
	for _, t := range m.timers {
		w.timers.cancel(&t.alarm)
	}
	m.timers = nil
	w.chunks.put(m.kept)
	m.kept = nil
}
