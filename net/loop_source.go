package net

import (
	"slices"
	"sync/atomic"

	"github.com/volt-net/volt/platform"
)

// A source is a descriptor that a worker watches, and the part of a session
// that does not depend on its kind.
type source struct {
	w      *worker
	target served // what this is a part of
	fd     int32
	gen    uint32
	flags  uint32
	asked  atomic.Bool // Close was called, by any goroutine
}

// Flags of a source, and of sessions.
const (
	sourceScheduled uint32 = 1 << iota // a turn is due
	sourceWatched                      // the poller watches it
	sourceExact                        // as flagExact
	sourceParts                        // as flagParts, where the worker asks

	sessionReadable     // a read may find something
	sessionUnsure       // there may be something to read, or not
	sessionBlocked      // the kernel takes no more for now
	sessionRefused      // a Write was refused, so Writable is due
	sessionPaused       // PauseReading was called
	sessionResumed      // ResumeReading was called: Data gets what was kept
	sessionEnded        // the peer has ended its direction
	sessionShut         // CloseWrite was called
	sessionShutDone     // and the kernel told
	sessionClosing      // to be closed when everything is sent
	sessionFailed       // writing failed: see sessionMore.failure
	sessionClosed       // Closed was called, or is being called
	sessionReadExpired  // the read deadline has passed
	sessionWriteExpired // the write deadline has passed
	sessionDrained      // the handler, or a read, was told that the loop is shutting down
)

func (s *source) has(flag uint32) bool { return s.flags&flag != 0 }

// schedule gives the source a turn before the worker waits again.
func (s *source) schedule() {
	if !s.has(sourceScheduled) {
		s.flags |= sourceScheduled
		s.w.due = append(s.w.due, s.target)
	}
}

// watch makes the worker's poller watch the descriptor.
func (s *source) watch() error {
	w := s.w
	w.gen++
	s.gen = w.gen
	w.loop.mu.Lock()
	w.loop.table.entry(platform.FD(s.fd)).Store(s)
	w.loop.mu.Unlock()
	w.sources++
	s.flags |= sourceWatched
	err := w.poller.Add(platform.FD(s.fd), s.gen)
	if err != nil {
		s.unwatch(false)
	}
	return err
}

// unwatch undoes watch. A descriptor that is about to be closed needs no
// removal: the kernel forgets it by itself, unless something else holds the
// socket open (H25).
func (s *source) unwatch(remove bool) {
	if !s.has(sourceWatched) {
		return
	}
	w := s.w
	s.flags &^= sourceWatched
	w.loop.mu.Lock()
	w.loop.table.entry(platform.FD(s.fd)).Store(nil)
	w.loop.mu.Unlock()
	w.sources--
	if remove {
		w.poller.Remove(platform.FD(s.fd))
	}
}

// start holds d and makes begin the next call on the worker's goroutine. The
// letter is sent before closing can send one.
func (s *source) start(d *desc) error {
	return s.holdAnd(d, func() error { return s.w.mail.put(letter{to: s.target, do: served.begin}) })
}

// hold keeps a descriptor that others know open for the worker, and out of the
// reactor, until letGo.
func (s *source) hold(d *desc) error { return s.holdAnd(d, func() error { return nil }) }

// holdAnd is hold, and do with d's mu held. If do fails, nothing is held.
func (s *source) holdAnd(d *desc, do func() error) error {
	d.lent.Add(1) // so that Close, called by a handler, does not wait for the worker
	if err := d.acquire(); err != nil {
		d.lent.Add(-1)
		return err
	}
	d.mu.Lock()
	err := d.alive()
	if err == nil && slices.ContainsFunc(d.watchers, ofLoop) {
		err = ErrInvalidState
	}
	if err == nil {
		d.unreact()
		err = do()
	}
	if err == nil {
		d.watchers = append(d.watchers, s)
	}
	d.mu.Unlock()
	if err != nil {
		d.lent.Add(-1)
		d.release()
	}
	return err
}

// ofLoop reports whether a watcher is a loop, of which there can be one.
func ofLoop(w watcher) bool {
	_, ok := w.(*source)
	return ok
}

func (s *source) letGo(d *desc) {
	d.mu.Lock()
	d.unwatch(s)
	d.mu.Unlock()
	d.lent.Add(-1)
	d.release()
}

// closing is called before somebody else closes the descriptor.
func (s *source) closing(*desc) { s.w.mail.put(letter{to: s.target, do: served.gone}) }
