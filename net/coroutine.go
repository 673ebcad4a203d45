package net

import (
	"context"
	"errors"
	"io"
	"iter"
)

// ErrDraining is what a Read that has to wait returns, once, when the loop is
// shutting down. A function in the middle of a message may go on reading.
var ErrDraining = errors.New("the loop is shutting down")

// ServeFunc is Serve for handlers in blocking style: fn is called for every
// connection, and its calls of the session's Read, Write and WriteAll wait. It
// runs as a coroutine on the session's loop: when it has to wait, the loop goes
// on with other sessions. To wait for anything else, a lock, a channel, a file,
// stops all of them; Session.Go is for that. fn must not hand the session to
// other goroutines, which may only use Post and Close.
//
// When fn returns nil or [io.EOF], the session is closed after all that was
// written is sent; otherwise it is aborted.
func (l *Loop) ServeFunc(ctx context.Context, listener Listener, fn func(*Session) error) error {
	return l.serve(ctx, listener, &service{blocking: fn})
}

// AttachFunc is Attach for a handler in blocking style, as in ServeFunc.
func (l *Loop) AttachFunc(stream Stream, fn func(*Session) error) (*Session, error) {
	return l.attach(stream, &service{blocking: fn})
}

// A coroutine runs the function of a session in blocking style.
type coroutine struct {
	next    func() (struct{}, bool)
	yield   func(struct{}) bool
	wait    waitKind
	low     int // waitWrite: how much may be queued still
	running bool
	over    bool
}

type waitKind uint8

const (
	waitNothing waitKind = iota
	waitRead
	waitWrite
	waitGo
)

// resumesPerTurn bounds how long a coroutine that need not wait for long keeps
// others waiting.
const resumesPerTurn = 16

func newCoroutine(s *Session) *coroutine {
	co := new(coroutine)
	co.next, _ = iter.Pull(func(yield func(struct{}) bool) {
		co.yield = yield
		err := s.svc.blocking(s)
		switch {
		case s.has(sessionClosed):
		case err == nil || err == io.EOF:
			s.flags |= sessionClosing
		default:
			s.Abort()
		}
	})
	return co
}

// advance lets the coroutine go on as long as it need not wait.
func (s *Session) advance() {
	co := s.more.co
	for range resumesPerTurn {
		s.flush() // it may wait for that
		if co.over || !s.mayGoOn(co) {
			return
		}
		co.running = true
		_, more := co.next()
		co.running = false
		co.over = !more
	}
	s.schedule()
}

// mayGoOn reports whether what the coroutine waits for has come.
func (s *Session) mayGoOn(co *coroutine) bool {
	switch co.wait {
	case waitRead:
		return s.flags&(sessionReadable|sessionEnded|sessionFailed|sessionClosed|sessionReadExpired) != 0 ||
			s.w.draining && s.flags&(sessionDrained|sessionUnsure) == 0
	case waitWrite:
		return s.Buffered() <= co.low || s.flags&(sessionFailed|sessionClosed|sessionWriteExpired) != 0
	case waitGo:
		return false
	}
	return true
}

// inCoroutine reports whether the caller is the session's coroutine, and so may
// wait.
func (s *Session) inCoroutine() bool {
	return s.more != nil && s.more.co != nil && s.more.co.running
}

// park waits, as far as the caller can: with an error, it need not go on.
func (s *Session) park(wait waitKind, low int) error {
	if !s.inCoroutine() {
		return ErrWouldBlock
	}
	if s.has(sessionClosed) && wait != waitGo {
		return s.over("close")
	}
	co := s.more.co
	co.wait, co.low = wait, low
	co.yield(struct{}{})
	co.wait = waitNothing
	switch {
	case s.has(sessionClosed):
		return s.over("close")
	case wait == waitRead && s.has(sessionReadExpired):
		return s.own().fail("read", errDeadline)
	case wait == waitWrite && s.has(sessionWriteExpired):
		return s.own().fail("write", errDeadline)
	case wait == waitRead && s.w.draining && s.flags&(sessionDrained|sessionReadable|sessionEnded) == 0:
		s.flags |= sessionDrained
		return ErrDraining
	}
	return nil
}

// Read reads what is there, at least one byte, and at the end returns [io.EOF].
// In a function of ServeFunc it waits if there is nothing. In a [Handler], where
// Data gets the input unless reading is paused, that is [ErrWouldBlock]; and
// after an [io.EOF] that Read has returned, Ended is not called.
func (s *Session) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if s.has(sessionReadExpired) {
			return 0, s.own().fail("read", errDeadline)
		}
		n, err := s.take(p)
		if err != ErrWouldBlock {
			return n, err
		}
		if err := s.park(waitRead, 0); err != nil {
			return 0, err
		}
	}
}

// Readable waits until there is something to read, or the stream has ended, so
// that no buffer is held meanwhile. Like all readiness it is a hint.
func (s *Session) Readable() error {
	for s.flags&(sessionReadable|sessionEnded|sessionFailed) == 0 {
		if err := s.park(waitRead, 0); err != nil {
			return err
		}
	}
	return nil
}

// Go calls fn on a goroutine of its own and waits until it returns: in a
// function of ServeFunc, for what would stop the loop. fn must not use the
// session. In a [Handler], which cannot wait, it returns [ErrWouldBlock] and fn
// is not called.
func (s *Session) Go(fn func()) error {
	switch {
	case fn == nil:
		return missing("function")
	case !s.inCoroutine():
		return ErrWouldBlock
	}
	s.w.away++
	go func() {
		defer s.w.mail.put(letter{to: s, do: func(t served) { t.(*Session).back() }})
		fn()
	}()
	s.park(waitGo, 0)
	return nil
}

// back lets the coroutine go on after Go.
func (s *Session) back() {
	s.w.away--
	s.more.co.wait = waitNothing
	s.w.current = s
	s.advance()
	s.settle()
	s.w.current = nil
}
