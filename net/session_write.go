package net

import (
	"github.com/volt-net/volt/platform"
)

// ErrHighWater says that a session's queue is full: its peer takes no more for
// now. It matches [ErrWouldBlock].
var ErrHighWater error = highWaterError{}

type highWaterError struct{}

func (highWaterError) Error() string        { return "more is queued than the high-water mark" }
func (highWaterError) Is(target error) bool { return target == ErrWouldBlock }

// directSize is from where on a write is not worth a copy: it goes to the kernel
// at once.
const directSize = 4 << 10

// Write queues p, or passes it to the kernel, and does not keep it. What is
// queued is sent with the end of the callback. In a [Handler], Write never
// waits: with [ErrHighWater], the first n bytes were taken, and Writable is
// called when there is room again. In a function of ServeFunc, Write waits for
// room instead.
func (s *Session) Write(p []byte) (n int, err error) {
	for {
		k, err := s.queue(p[n:])
		n += k
		if err != ErrHighWater || !s.inCoroutine() {
			return n, err
		}
		if err := s.park(waitWrite, s.w.loop.config.HighWater/2); err != nil {
			return n, err
		}
	}
}

// WriteAll is Write that waits until the kernel has taken all that was written.
// In a [Handler], which cannot wait, it returns [ErrWouldBlock] when there is
// something left in the queue.
func (s *Session) WriteAll(p []byte) (n int, err error) {
	n, err = s.Write(p)
	for err == nil && s.Buffered() > 0 {
		if s.has(sessionBlocked) {
			err = s.park(waitWrite, 0)
		} else {
			_, err = s.push(nil)
		}
	}
	return n, err
}

// CloseWrite ends the session's direction when the kernel has taken all that
// was written. Reading goes on.
func (s *Session) CloseWrite() {
	s.flags |= sessionShut
	s.schedule()
}

func (s *Session) queue(p []byte) (n int, err error) {
	switch {
	case s.has(sessionFailed):
		return 0, s.more.failure
	case s.flags&(sessionClosed|sessionClosing|sessionShut) != 0:
		return 0, s.own().fail("write", ErrClosed)
	case s.has(sessionWriteExpired):
		return 0, s.own().fail("write", errDeadline)
	}
	most := s.w.loop.config.HighWater
	if (len(p) >= directSize || s.Buffered()+len(p) > most) && !s.has(sessionBlocked) {
		if n, err = s.push(p); err != nil {
			return n, err
		}
	}
	k := min(len(p)-n, most-s.Buffered())
	if k > 0 {
		if s.out == nil {
			s.out = s.w.chunks.box()
		}
		s.out.add(&s.w.chunks, p[n:n+k])
		n += k
	}
	if s.w.current != s && !s.has(sessionBlocked) {
		s.schedule()
	}
	if n < len(p) {
		s.flags |= sessionRefused
		return n, ErrHighWater
	}
	return n, nil
}

// flush writes what is queued, as far as the kernel takes it. Nearly always it
// takes all in one call, and the way through here is kept short for that: after
// a system call, code is cold.
func (s *Session) flush() {
	o := s.out
	if o == nil || s.has(sessionBlocked) {
		return
	}
	if len(o.bufs) > 1 {
		s.push(nil)
		return
	}
	n, err := sys.Write(platform.FD(s.fd), o.bufs[0][o.head:])
	if n == o.size {
		s.touch()
		s.discard()
	} else if _, err = s.sent(n, err); err == nil {
		s.push(nil)
	}
}

// push writes what is queued and then p, until all is sent or the kernel takes
// no more. It returns how much of p was.
func (s *Session) push(p []byte) (n int, err error) {
	for s.out != nil || n < len(p) {
		k, err := s.sent(s.send(p[n:]))
		n += k
		if err == ErrWouldBlock {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// sent takes account of what a call has sent, or why it could not. It returns
// how much of that was not queued.
func (s *Session) sent(n int, err error) (more int, _ error) {
	switch {
	case err == ErrWouldBlock:
		s.flags |= sessionBlocked
		return 0, err
	case err != nil:
		return 0, s.fail(s.own().fail("write", s.own().writeError(err)))
	}
	s.touch()
	o := s.out
	if o == nil {
		return n, nil
	}
	if n < o.size {
		o.drop(&s.w.chunks, n)
		return 0, nil
	}
	more = n - o.size
	s.discard()
	return more, nil
}

// send makes one system call for what is queued and p.
func (s *Session) send(p []byte) (int, error) {
	fd, o := platform.FD(s.fd), s.out
	switch {
	case o == nil:
		return sys.Write(fd, p)
	case len(p) == 0 && len(o.bufs) == 1:
		return sys.Write(fd, o.bufs[0][o.head:])
	}
	w := s.w
	w.vec = append(o.vector(w.vec[:0]), p)
	n, err := sys.WriteV(fd, w.vec)
	clear(w.vec)
	return n, err
}

// discard forgets what is queued.
func (s *Session) discard() {
	if s.out != nil {
		s.w.chunks.empty(s.out)
		s.out = nil
	}
}
