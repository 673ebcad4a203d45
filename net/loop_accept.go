package net

import (
	"context"

	"github.com/volt-net/volt/platform"
)

// An acceptor takes connections off a listener on a worker's goroutine, and
// spreads them over the workers.
type acceptor struct {
	source
	d     *desc
	svc   *service
	pause backoff
	again alarm
	done  chan error // why it ended
}

// acceptsPerTurn bounds how long a listener keeps the connections waiting.
const acceptsPerTurn = 64

func newAcceptor(w *worker, d *desc, svc *service) *acceptor {
	a := &acceptor{d: d, svc: svc, done: make(chan error, 1)}
	a.source = source{w: w, target: a, fd: int32(d.fd)}
	a.again.do = a.turn
	return a
}

// wait returns when the acceptor has ended.
func (a *acceptor) wait(ctx context.Context) error {
	select {
	case err := <-a.done:
		return err
	case <-done(ctx):
		// If the worker has ended, so has the acceptor.
		a.w.mail.put(letter{fn: func() { a.stop(ctx.Err()) }})
		return <-a.done
	}
}

func (a *acceptor) begin() {
	if a.w.leaving {
		a.stop(ErrClosed)
		return
	}
	a.pause = newBackoff()
	if err := a.watch(); err != nil {
		a.stop(err)
	}
}

func (a *acceptor) ready(Ready) { a.turn() }
func (a *acceptor) gone()       { a.stop(ErrClosed) }
func (a *acceptor) drain()      { a.stop(ErrClosed) }

func (a *acceptor) stop(err error) {
	if a.d == nil {
		return
	}
	a.w.timers.cancel(&a.again)
	a.unwatch(true)
	a.letGo(a.d)
	a.d = nil
	a.done <- err
}

func (a *acceptor) turn() {
	a.flags &^= sourceScheduled
	more := true // and so it stays if a handler panics
	defer func() {
		if more && a.d != nil {
			a.schedule() // others have their turn first
		}
	}()
	more = a.accept()
}

// accept takes what is there, and reports whether there may be more.
func (a *acceptor) accept() (more bool) {
	for range acceptsPerTurn {
		if a.d == nil { // a handler may have closed the listener's loop
			return false
		}
		fd, from, err := a.d.acceptOne()
		switch {
		case err == nil:
			a.pause = newBackoff()
			a.take(fd, from)
		case err == ErrWouldBlock:
			return false
		case err == errDead:
			return true
		case tooManyFiles(err) || sys.Classify(err) == platform.ClassNoBuffers:
			// They stay queued, and no event tells when there is room (C23).
			a.w.timers.set(&a.again, a.w.timers.after(a.pause.next()))
			return false
		default:
			a.stop(err)
			return false
		}
	}
	return true
}

// take begins the session of a new connection.
func (a *acceptor) take(fd platform.FD, from platform.Addr) {
	w := a.w
	if !w.loop.config.AcceptLocal {
		w = w.loop.pick()
	}
	s := newSession(w, a.svc, fd)
	s.remote = from
	if !a.d.inheritsAll() {
		s.d = a.d.accepted(fd, s.svc.streamType(), from)
		s.hold(s.d) // which is open, and nobody else's
	}
	if w == a.w {
		s.begin()
	} else if w.mail.put(letter{to: s, do: served.begin}) != nil {
		s.release()
	}
}
