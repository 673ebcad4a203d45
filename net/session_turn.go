package net

import (
	"io"

	"github.com/volt-net/volt/platform"
)

// readsPerTurn bounds how long a session that has much to read keeps the
// others waiting.
const readsPerTurn = 16

func (s *Session) begin() {
	w := s.w
	w.loop.sessions.Add(1)
	w.current = s
	err := s.watch()
	if s.svc.blocking != nil {
		s.extra().co = newCoroutine(s)
		s.advance()
	} else {
		s.svc.handler.Opened(s)
	}
	switch {
	case err != nil:
		s.finish(s.own().fail("register", err))
	case w.draining:
		s.drain()
	case w.leaving:
		s.finish(ErrClosed)
	default:
		s.settle()
	}
	w.current = nil
}

// ready takes an event.
func (s *Session) ready(r Ready) {
	flags := s.flags
	if r&(platform.ReadClosed|platform.WriteClosed|platform.Error|platform.Urgent) != 0 {
		flags |= sourceExact
	}
	if r&(platform.Readable|platform.ReadClosed|platform.Error) != 0 {
		flags |= sessionReadable
	}
	if r&(platform.Writable|platform.WriteClosed|platform.Error) != 0 {
		flags &^= sessionBlocked
	}
	s.flags = flags
	s.step()
}

func (s *Session) turn() {
	s.flags &^= sourceScheduled
	s.step()
}

// step does what the session can do now: read, call back, write.
func (s *Session) step() {
	if s.has(sessionClosed) {
		return
	}
	s.w.current = s
	switch {
	case s.svc.blocking != nil:
		s.advance()
	case s.flags&(sessionPaused|sessionClosing) != 0:
	case s.has(sessionResumed):
		s.resume()
	case s.flags&(sessionReadable|sessionEnded) == sessionReadable:
		s.receive()
	}
	s.settle()
	s.w.current = nil
}

// resume hands over what was kept, before what has come since.
func (s *Session) resume() {
	s.flags &^= sessionResumed
	if n := s.kept(); n > 0 {
		s.unkeep(s.w.buf)
		s.svc.handler.Data(s, s.w.buf[:n])
	}
	s.schedule()
}

// receive reads what is there and hands it to the handler.
func (s *Session) receive() {
	for range readsPerTurn {
		kept, buf := s.kept(), s.w.buf
		n, err := s.take(buf[kept:])
		if err == io.EOF {
			s.end()
		}
		if err != nil {
			return
		}
		if kept > 0 {
			s.unkeep(buf)
		}
		s.svc.handler.Data(s, buf[:kept+n])
		if s.flags&(sessionReadable|sessionPaused|sessionResumed|sessionClosing) != sessionReadable {
			return
		}
	}
	s.schedule()
}

// kept counts what Keep has put back.
func (s *Session) kept() int {
	if s.more == nil {
		return 0
	}
	return len(s.more.kept)
}

// unkeep moves what Keep has put back into p.
func (s *Session) unkeep(p []byte) {
	copy(p, s.more.kept)
	s.w.chunks.put(s.more.kept)
	s.more.kept = nil
}

// take reads, unless the last read or the lack of an event shows that there is
// nothing. A read that fails ends the session with its turn.
func (s *Session) take(p []byte) (int, error) {
	if s.flags&(sessionReadable|sessionEnded|sessionClosed) != sessionReadable {
		return 0, s.nothing()
	}
	if s.d != nil && s.d.has(flagReadShut) {
		return 0, s.readNothing(nil) // systems differ in what they do with buffered data (C40)
	}
	n, err := sys.Read(platform.FD(s.fd), p)
	if n == 0 {
		return 0, s.readNothing(err)
	}
	if n < len(p) && !s.has(sourceExact) {
		s.flags &^= sessionReadable
		if s.flags&(sourceParts|sessionUnsure) == sourceParts {
			s.flags |= sessionUnsure
			s.w.unsure.add(s)
		}
	}
	s.touch()
	return n, nil
}

// nothing is why a read would be in vain.
func (s *Session) nothing() error {
	switch {
	case s.has(sessionClosed):
		return s.over("read")
	case s.has(sessionEnded):
		return s.eof()
	case s.has(sessionFailed):
		return s.more.failure
	}
	return ErrWouldBlock
}

// readNothing is what a read has come to that returned err, or the end.
func (s *Session) readNothing(err error) error {
	if err == ErrWouldBlock {
		s.flags &^= sessionReadable
		return s.nothing()
	}
	s.flags |= sessionEnded
	if err == nil && s.d != nil && !s.has(sessionFailed) {
		err = s.d.takeReset() // that a call was told of before Attach
	}
	if err != nil {
		return s.fail(s.own().fail("read", s.own().readError(err)))
	}
	return s.eof()
}

// eof is what a read at the end returns. The kernel tells one call of a reset
// and those that follow of a mere end (C31–C33).
func (s *Session) eof() error {
	if s.has(sessionFailed) {
		return s.more.failure
	}
	return io.EOF
}

// end tells the handler that the peer has ended its direction.
func (s *Session) end() {
	switch {
	case s.has(sessionFailed):
	case s.svc.ender != nil:
		s.svc.ender.Ended(s)
	default:
		s.flags |= sessionClosing
	}
}

// fail makes the session end with err, which it returns. If writing failed, what
// the peer has sent before is still read, to the EAGAIN: the session does not stay
// for the worker to ask.
func (s *Session) fail(err error) error {
	if s.flags&(sessionFailed|sessionClosed) != 0 {
		return err
	}
	s.flags |= sessionFailed | sessionReadable | sourceExact
	s.extra().failure = err
	s.discard()
	s.schedule()
	return err
}

// over is the error of calls after the end.
func (s *Session) over(op string) error {
	if s.more != nil && s.more.failure != nil {
		return s.more.failure
	}
	return s.own().fail(op, ErrClosed)
}

// settle ends a turn: it writes what is queued, and closes if it is time.
func (s *Session) settle() {
	if s.has(sessionClosed) {
		return
	}
	s.flush()
	if s.flags&(sessionRefused|sessionFailed|sessionClosing|sessionShut) == 0 {
		return
	}
	if s.flags&(sessionRefused|sessionFailed) == sessionRefused && s.Buffered() <= s.w.loop.config.HighWater/2 {
		s.flags &^= sessionRefused
		if s.svc.handler != nil {
			s.svc.handler.Writable(s)
			s.schedule() // for what it may have written
		}
	}
	switch {
	case s.has(sessionFailed):
		if s.svc.blocking == nil && s.flags&(sessionReadable|sessionPaused|sessionEnded) != sessionReadable || s.has(sessionClosing) {
			s.finish(s.more.failure)
		}
	case s.out == nil && s.has(sessionClosing):
		s.finish(nil)
	case s.out == nil && s.flags&(sessionShut|sessionShutDone) == sessionShut:
		s.flags |= sessionShutDone
		if err := s.own().shutOne(writing, ShutdownWrite, flagWriteShut); err != nil {
			s.fail(s.own().fail("shutdown", err))
		}
	}
}

// finish ends the session now. It is called between callbacks only.
func (s *Session) finish(err error) {
	if s.has(sessionClosed) {
		return
	}
	s.w.current = s
	s.flags |= sessionClosed
	s.w.loop.sessions.Add(-1)
	s.discard()
	if s.more != nil {
		s.more.release(s.w)
		s.more.failure = err
	}
	s.release()
	if s.svc.blocking != nil {
		s.advance()
	} else {
		s.svc.handler.Closed(s, err)
	}
	s.w.current = nil
}

// release closes the descriptor.
func (s *Session) release() {
	if s.d == nil {
		s.unwatch(false)
		if s.svc.listener.has(flagShared) {
			sys.Close(platform.FD(s.fd)) // somebody may have given it a linger time
		} else {
			sys.CloseNow(platform.FD(s.fd))
		}
		return
	}
	s.unwatch(s.d.has(flagShared))
	s.d.finish()
	s.letGo(s.d)
}

func (s *Session) gone() { s.stop(ErrClosed) }

func (s *Session) stop(err error) { s.finish(err) }

// drain asks the session to end.
func (s *Session) drain() {
	s.w.current = s
	switch {
	case s.has(sessionClosed):
	case s.svc.blocking != nil:
		s.advance()
	case s.svc.drainer != nil:
		if s.has(sessionDrained) {
			break // Shutdown was called again
		}
		s.flags |= sessionDrained
		s.svc.drainer.Draining(s)
	default:
		s.flags |= sessionClosing
	}
	s.settle()
	s.w.current = nil
}

// crashed ends the session after a panic of its handler, which is still on the
// stack. A coroutine that was waiting, as a timer panicked, is told.
func (s *Session) crashed() {
	if s.inCoroutine() {
		s.more.co.over, s.more.co.running = true, false
	}
	s.Abort()
}
