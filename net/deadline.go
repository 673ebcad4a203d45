package net

import (
	"os"
	"time"
)

var errDeadline = os.ErrDeadlineExceeded

// A deadline ends the waits of one direction; desc.mu guards it. Moving it
// later costs no timer call: the timer that fires early is set again. So a
// server that extends its deadline before each read pays for one lock.
type deadline struct {
	at    time.Time // zero: none
	due   time.Time // when the timer fires; zero: it does not
	timer *time.Timer
}

// setDeadline moves a direction's deadline; the zero time removes it.
func (d *desc) setDeadline(dir direction, t time.Time) error {
	if err := d.acquire(); err != nil {
		return err
	}
	defer d.release()
	d.deadline(dir, t)
	return nil
}

func (d *desc) deadline(dir direction, t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lock.closed() {
		t = time.Time{} // Close removes deadlines before or after this, and there must be none then
	}
	l := d.deadlines[dir]
	if l == nil {
		if t.IsZero() {
			return
		}
		l = new(deadline)
		d.deadlines[dir] = l
	}
	l.at = t
	left := time.Until(t)
	switch {
	case t.IsZero():
		l.disarm()
	case left <= 0:
		d.expire(dir)
		return
	case l.due.IsZero() || t.Before(l.due):
		d.arm(dir, left)
	}
	d.flags.And(^(flagReadExpired << dir))
}

// deadlineOf returns a direction's deadline; the zero time is none.
func (d *desc) deadlineOf(dir direction) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if l := d.deadlines[dir]; l != nil {
		return l.at
	}
	return time.Time{}
}

// expire ends the waits of dir, now and until the deadline moves.
func (d *desc) expire(dir direction) {
	d.set(flagReadExpired << dir)
	d.interrupt(dir)
}

// arm sets the timer. The caller holds mu.
func (d *desc) arm(dir direction, left time.Duration) {
	l := d.deadlines[dir]
	l.due = time.Now().Add(left)
	if l.timer == nil {
		l.timer = time.AfterFunc(left, func() { d.fire(dir) })
		return
	}
	l.timer.Reset(left)
}

// disarm stops the timer. The caller holds desc.mu.
func (l *deadline) disarm() {
	l.due = time.Time{}
	if l.timer != nil {
		l.timer.Stop()
	}
}

// fire runs when the timer does, which may be early, or late: after the
// deadline was removed.
func (d *desc) fire(dir direction) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.deadlines[dir]
	l.due = time.Time{}
	if l.at.IsZero() {
		return
	}
	if left := time.Until(l.at); left > 0 {
		d.arm(dir, left)
		return
	}
	d.expire(dir)
}
