package net

import (
	stdnet "net"
	"syscall"
	"time"

	"github.com/volt-net/volt/platform"
)

// A Session is a connection of a [Loop]. Unless they say otherwise, its methods
// are for the goroutine of its loop: for the callbacks of its handler, for
// functions given to Post and AfterFunc, and for the function of ServeFunc.
// A session is also a [Socket], for [SetOption] and [GetOption]. Once it has
// ended, Read and Write return the error that ended it, or [ErrClosed].
type Session struct {
	source
	svc    *service
	d      *desc        // nil until somebody needs more than the number
	out    *outbox      // nil: nothing is queued
	more   *sessionMore // nil until something in it is needed
	value  any
	remote platform.Addr
}

// sessionMore is what only some sessions need, or not for long.
type sessionMore struct {
	idle    idle
	timers  []*Timer
	kept    []byte // input that Keep put back
	failure error  // why writing failed
	limits  [2]limit
	co      *coroutine
}

var _ Socket = (*Session)(nil)

// A Handler is told of what happens on sessions. What belongs to one session is
// called on its loop's goroutine, one call at a time, and must neither block nor
// end that goroutine, as runtime.Goexit and the FailNow of tests do.
type Handler interface {
	// Opened is the first call for a session.
	Opened(s *Session)

	// Data has input. p is valid during the call only, and holds all that is
	// there or as much as fits: bytes that are no whole message yet may go to
	// Keep.
	Data(s *Session, p []byte)

	// Writable is called when a Write was refused and half of HighWater has
	// become free.
	Writable(s *Session)

	// Closed is the last call for a session. err is nil if it ended in order,
	// from here or by the peer; otherwise it says why, as errors of streams do:
	// [ErrReset], [os.ErrDeadlineExceeded] when it was idle too long, [ErrClosed]
	// when the loop or the stream was closed.
	Closed(s *Session, err error)
}

// EndHandler is a Handler that wants to know when the peer has ended its
// direction and there will be no more Data. The session stays until it is
// closed here. Other handlers' sessions are then closed after what was written
// is sent.
type EndHandler interface {
	Handler
	Ended(s *Session)
}

// DrainHandler is a Handler that wants to know that the loop is shutting down.
// It closes the session when its work is done. Other handlers' sessions are
// then closed after what was written is sent.
type DrainHandler interface {
	Handler
	Draining(s *Session)
}

// NopHandler does nothing. Embedded in a type, it completes a Handler.
type NopHandler struct{}

// Opened does nothing.
func (NopHandler) Opened(*Session) {}

// Data drops the input.
func (NopHandler) Data(*Session, []byte) {}

// Writable does nothing.
func (NopHandler) Writable(*Session) {}

// Closed does nothing.
func (NopHandler) Closed(*Session, error) {}

// A service is what sessions of one Serve or Attach have in common.
type service struct {
	handler  Handler
	ender    EndHandler             // nil: not wanted
	drainer  DrainHandler           // nil: not wanted
	blocking func(s *Session) error // of ServeFunc, in place of handler
	listener *desc                  // that accepted them, if any
}

func newService(h Handler) *service {
	svc := &service{handler: h}
	svc.ender, _ = h.(EndHandler)
	svc.drainer, _ = h.(DrainHandler)
	return svc
}

// handles reports whether there is somebody to handle sessions.
func (svc *service) handles() bool { return svc.handler != nil || svc.blocking != nil }

// streamType is that of the connections that the service's listener accepts.
func (svc *service) streamType() platform.SocketType {
	if svc.listener.family == platform.Unix {
		return platform.UnixStream
	}
	return platform.TCPStream
}

func newSession(w *worker, svc *service, fd platform.FD) *Session {
	s := &Session{svc: svc}
	s.source = source{w: w, target: s, fd: int32(fd)}
	if l := svc.listener; l != nil && l.has(flagParts) {
		s.flags |= sourceParts
	}
	return s
}

// extra returns the part of the session that most do without.
func (s *Session) extra() *sessionMore {
	if s.more == nil {
		s.more = new(sessionMore)
	}
	return s.more
}

// own makes the session's descriptor one that other parts of the package know.
func (s *Session) own() *desc {
	if s.d != nil {
		return s.d
	}
	fd := platform.FD(s.fd)
	if s.has(sessionClosed) {
		fd = platform.NoFD
	}
	s.d = s.svc.listener.child(fd, s.svc.streamType(), s.remote)
	if s.has(sourceExact) {
		s.d.set(flagExact)
	}
	if fd == platform.NoFD {
		s.d.lock.close()
	} else {
		s.hold(s.d) // which is open, and nobody else's
	}
	return s.d
}

func (s *Session) descriptor() *desc { return s.own() }

// SyscallConn gives access to the descriptor. What it returns may be used on
// any goroutine.
func (s *Session) SyscallConn() (syscall.RawConn, error) { return socket{s.own()}.SyscallConn() }

// With sets options in the order given and stops at the first that fails.
// The error names the option.
func (s *Session) With(settings ...platform.Setting) error { return socket{s.own()}.With(settings...) }

// LocalAddress returns the local address of a TCP session.
func (s *Session) LocalAddress() Address { return addressFromSys(s.own().localAddr()) }

// PeerAddress returns the peer's address, of a TCP session. It stays after the
// session has ended (C36).
func (s *Session) PeerAddress() Address { return addressFromSys(s.remote) }

// LocalAddr returns the local address as the standard library's type.
func (s *Session) LocalAddr() stdnet.Addr { d := s.own(); return d.stdAddr(d.localAddr()) }

// RemoteAddr returns the peer's address as the standard library's type.
func (s *Session) RemoteAddr() stdnet.Addr { d := s.own(); return d.stdAddr(d.remote) }

// Value returns what SetValue was last given.
func (s *Session) Value() any { return s.value }

// SetValue keeps something for the handler.
func (s *Session) SetValue(v any) { s.value = v }

// Post calls fn on the session's loop, soon, and may itself be called from any
// goroutine. After a Post without an error fn is called once, even if the
// session has ended by then. When 65,536 functions wait in the loop the error is
// [ErrWouldBlock]; when the loop has ended, [ErrClosed].
func (s *Session) Post(fn func()) error { return s.w.mail.post(fn) }

// Close ends the session as CloseAfterFlush does, from any goroutine. It does
// not wait for that.
func (s *Session) Close() error {
	if s.asked.Load() {
		return nil // one letter is enough
	}
	err := s.w.mail.put(letter{to: s, do: func(t served) { t.(*Session).CloseAfterFlush() }})
	if err == nil {
		s.asked.Store(true)
	}
	return err
}

// CloseAfterFlush ends the session when the kernel has taken all that was
// written. No Data follows. Input that nobody has read makes the kernel send a
// reset, and the peer may lose what it has not read yet (C29); to be sure,
// CloseWrite and wait for the peer to end.
func (s *Session) CloseAfterFlush() {
	s.flags |= sessionClosing
	s.schedule()
}

// Abort ends the session with its turn. What is unsent is thrown away, and a
// TCP peer is told by a reset. Closed gets [ErrClosed].
func (s *Session) Abort() {
	if s.has(sessionClosed) {
		return
	}
	s.own().dropUnsent()
	s.fail(s.own().fail("close", ErrClosed))
	s.flags |= sessionClosing
}

// PauseReading leaves input to the kernel, and so slows the peer down, until
// ResumeReading. That the peer has ended is seen only then.
func (s *Session) PauseReading() { s.flags |= sessionPaused }

// ResumeReading undoes PauseReading. What Keep has put back goes to Data again,
// whether more has come or not.
func (s *Session) ResumeReading() {
	if s.has(sessionPaused) {
		s.flags = s.flags&^sessionPaused | sessionResumed
		s.schedule()
	}
}

// Keep puts input back: the next Data begins with a copy of p. The error is
// [ErrMessageTooLong] if p leaves no room for more in the loop's read buffer. With
// reading paused, p may fill it.
func (s *Session) Keep(p []byte) error {
	room := len(s.w.buf)
	if !s.has(sessionPaused) {
		room--
	}
	if len(p) > room {
		return s.own().fail("read", ErrMessageTooLong)
	}
	if s.kept() > 0 {
		s.unkeep(nil)
	}
	if len(p) == 0 {
		return nil
	}
	s.extra().kept = append(s.w.chunks.get(), p...)
	return nil
}

// Buffered returns the number of bytes that were written and that the kernel
// has not taken yet.
func (s *Session) Buffered() int {
	if s.out == nil {
		return 0
	}
	return s.out.size
}

// SetIdleTimeout ends the session with [os.ErrDeadlineExceeded] when for that
// long nothing was read and nothing sent. 0 is never, as at first.
func (s *Session) SetIdleTimeout(d time.Duration) {
	if s.has(sessionClosed) || d <= 0 && s.more == nil {
		return
	}
	s.extra().idle.set(s, d)
}
