package net

import (
	"context"
	"sync"
	"sync/atomic"
)

// direction of a transfer; also the index of its slot.
type direction uint8

const (
	reading direction = iota
	writing
)

// A fdLock counts who uses a descriptor and serialises the parked calls of
// each direction, so that one that found nothing never waits for an event
// another used up, and writes do not interleave. One word holds everything:
// an uncontended call costs one compare-and-swap on the way in, one on the way
// out.
type fdLock struct {
	word atomic.Uint64

	crowd atomic.Pointer[crowd] // made when two first meet
}

// A crowd is the goroutines that wait for a direction, oldest first.
type crowd struct {
	mu     sync.Mutex
	queues [2][]chan struct{}
}

const (
	lockClosed uint64 = 1 << iota
	lockReading
	lockWriting
	queuedReading // queues[reading] is not empty
	queuedWriting
	lockRef uint64 = 1 << 8 // the lowest bit of the count of users
)

func (dir direction) lockBit() uint64   { return lockReading << dir }
func (dir direction) queuedBit() uint64 { return queuedReading << dir }

// acquire adds a user; false if the lock is closed.
func (l *fdLock) acquire() bool {
	for {
		w := l.word.Load()
		if w&lockClosed != 0 {
			return false
		}
		if l.word.CompareAndSwap(w, w+lockRef) {
			return true
		}
	}
}

// release drops a user and reports whether it was the last of a closed lock.
func (l *fdLock) release() bool {
	w := l.word.Add(^(lockRef - 1))
	return w&lockClosed != 0 && w < lockRef
}

// close closes the lock, leaving the caller a user of it; false if it was
// closed already. Goroutines that wait for a direction are let go.
func (l *fdLock) close() bool {
	for {
		w := l.word.Load()
		if w&lockClosed != 0 {
			return false
		}
		if l.word.CompareAndSwap(w, (w|lockClosed)+lockRef) {
			break
		}
	}
	c := l.crowd.Load()
	if c == nil {
		return true
	}
	c.mu.Lock()
	for dir := range c.queues {
		for _, wake := range c.queues[dir] {
			close(wake)
		}
		c.queues[dir] = nil
	}
	c.mu.Unlock()
	return true
}

// users counts those who have the lock acquired or locked.
func (l *fdLock) users() int { return int(l.word.Load() / lockRef) }

// closed reports whether close was called.
func (l *fdLock) closed() bool { return l.word.Load()&lockClosed != 0 }

// lock becomes the only parked user of dir. It fails with ErrClosed, or with
// the context's error; a nil context is never done.
func (l *fdLock) lock(dir direction, ctx context.Context) error {
	for {
		w := l.word.Load()
		switch {
		case w&lockClosed != 0:
			return ErrClosed
		case w&dir.lockBit() != 0:
			if err := l.queue(dir, ctx); err != nil {
				return err
			}
		case l.word.CompareAndSwap(w, (w|dir.lockBit())+lockRef):
			return nil
		}
	}
}

// queue waits until dir may be free.
func (l *fdLock) queue(dir direction, ctx context.Context) error {
	c := l.crowd.Load()
	for c == nil {
		l.crowd.CompareAndSwap(nil, new(crowd))
		c = l.crowd.Load()
	}
	c.mu.Lock()
	w := l.word.Or(dir.queuedBit())
	if w&dir.lockBit() == 0 || w&lockClosed != 0 {
		l.settle(c, dir)
		c.mu.Unlock()
		return nil
	}
	wake := make(chan struct{})
	c.queues[dir] = append(c.queues[dir], wake)
	c.mu.Unlock()

	if ctx == nil {
		<-wake
		return nil
	}
	select {
	case <-wake:
		return nil
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, other := range c.queues[dir] {
		if other == wake {
			c.queues[dir] = append(c.queues[dir][:i], c.queues[dir][i+1:]...)
			l.settle(c, dir)
			return ctx.Err()
		}
	}
	l.next(c, dir) // our turn had come: pass it on
	return ctx.Err()
}

// settle makes the queued bit tell the truth. The caller holds c.mu.
func (l *fdLock) settle(c *crowd, dir direction) {
	if len(c.queues[dir]) == 0 {
		l.word.And(^dir.queuedBit())
	}
}

// next wakes the goroutine that has waited longest. The caller holds c.mu.
func (l *fdLock) next(c *crowd, dir direction) {
	if q := c.queues[dir]; len(q) > 0 {
		close(q[0])
		c.queues[dir] = q[1:]
	}
	l.settle(c, dir)
}

// unlock undoes lock and reports, as release does, whether the caller was the
// last user.
func (l *fdLock) unlock(dir direction) bool {
	w := l.word.Load()
	for !l.word.CompareAndSwap(w, (w&^dir.lockBit())-lockRef) {
		w = l.word.Load()
	}
	if w&dir.queuedBit() != 0 {
		c := l.crowd.Load()
		c.mu.Lock()
		l.next(c, dir)
		c.mu.Unlock()
	}
	w = (w &^ dir.lockBit()) - lockRef
	return w&lockClosed != 0 && w < lockRef
}
