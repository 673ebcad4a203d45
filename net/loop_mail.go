package net

import (
	"sync"
	"sync/atomic"
)

// A mailbox takes work for a worker from any goroutine.
type mailbox struct {
	w *worker

	full   atomic.Bool // there are letters
	asleep atomic.Bool // the worker waits, or is about to

	mu     sync.Mutex // guards what follows
	list   []letter
	posted int // letters in list that users' Post has sent
	closed bool
}

// A letter is one thing to do on the worker's goroutine: call fn, or do with to.
type letter struct {
	fn func()
	do func(served)
	to served
}

// put adds a letter and wakes the worker. It fails when the worker has ended.
// These letters are few: at most some for each descriptor.
func (m *mailbox) put(l letter) error { return m.add(l, false) }

// post adds a function of the user's, or returns ErrWouldBlock when many wait.
func (m *mailbox) post(fn func()) error {
	if fn == nil {
		return missing("function")
	}
	return m.add(letter{fn: fn}, true)
}

func (m *mailbox) add(l letter, users bool) error {
	m.mu.Lock()
	defer m.mu.Unlock() // and not before Wake: the poller is closed after the mailbox
	switch {
	case m.closed:
		return ErrClosed
	case users && m.posted >= maxPosted:
		return ErrWouldBlock
	case users:
		m.posted++
	}
	m.list = append(m.list, l)
	m.full.Store(true)
	if m.asleep.Swap(false) {
		m.w.poller.Wake()
	}
	return nil
}

// nudge wakes the worker without a letter.
func (m *mailbox) nudge() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.w.poller.Wake()
	}
}

// take returns all letters, and leaves empty for those to come.
func (m *mailbox) take(empty []letter) []letter {
	if !m.full.Load() {
		return empty
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.list
	m.list, m.posted = empty, 0
	m.full.Store(false)
	return list
}

// sleep announces that the worker is about to wait; false: there are letters.
func (m *mailbox) sleep() bool {
	m.asleep.Store(true)
	if m.full.Load() {
		m.asleep.Store(false)
		return false
	}
	return true
}

// wake takes sleep back.
func (m *mailbox) wake() {
	if m.asleep.Load() {
		m.asleep.Store(false)
	}
}

// close refuses letters from now on, unless there are some.
func (m *mailbox) close() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = len(m.list) == 0
	return m.closed
}
