package net

import "context"

// A PacketHandler is told of datagrams, on the goroutine of the loop that the
// socket belongs to. It must not block.
type PacketHandler interface {
	// Datagrams has what was received, in order, as many as there are or as fit.
	// The list and its buffers are valid during the call only; the handler may
	// use them to answer, with TrySendBatch of the session's socket.
	Datagrams(s *PacketSession, list []Datagram)

	// Closed is the last call: the socket or the loop was closed ([ErrClosed]), or
	// the context of ServePacket is done.
	Closed(s *PacketSession, err error)
}

// PacketEventHandler is a PacketHandler that also wants to know of errors and
// of room. Otherwise errors pass without notice, as lost datagrams do.
type PacketEventHandler interface {
	PacketHandler

	// Failed has an error of receiving, which tells of a datagram sent earlier
	// (D1).
	Failed(s *PacketSession, err error)

	// Writable is called when there may be room again, after a Try call has
	// returned [ErrWouldBlock] or without a cause.
	Writable(s *PacketSession)
}

// A PacketSession is a UDP socket in a [Loop].
type PacketSession struct {
	source
	socket  *UDPSocket
	handler PacketHandler
	events  PacketEventHandler // nil: not wanted
	done    chan error
	over    bool
	pause   backoff
	again   alarm
}

const (
	packetBatch   = 32
	packetSize    = 64 << 10 // no datagram is larger
	batchesInTurn = 8
)

// ServePacket tells h of the datagrams that socket receives. It returns when ctx
// is done, when the socket is closed ([ErrClosed]) or when the loop ends
// ([ErrClosed]). The socket stays the caller's to close.
func (l *Loop) ServePacket(ctx context.Context, socket *UDPSocket, h PacketHandler) error {
	s, err := l.AttachPacket(socket, h)
	if err != nil {
		return err
	}
	select {
	case err = <-s.done:
	case <-done(ctx):
		// If the worker has ended, so has the session.
		s.w.mail.put(letter{fn: func() { s.stop(ctx.Err()) }})
		err = <-s.done
	}
	return socket.d.fail("read", err)
}

// AttachPacket is ServePacket that does not wait. Closing the socket ends the
// session.
func (l *Loop) AttachPacket(socket *UDPSocket, h PacketHandler) (*PacketSession, error) {
	d, err := givenTo(socket, h != nil)
	if err != nil {
		return nil, d.fail("attach", err)
	}
	s := &PacketSession{socket: socket, handler: h, done: make(chan error, 1)}
	s.events, _ = h.(PacketEventHandler)
	s.source = source{w: l.pick(), target: s, fd: int32(d.fd)}
	s.again.do = s.work
	s.pause = newBackoff()
	if err := s.start(d); err != nil {
		return nil, d.fail("attach", err)
	}
	return s, nil
}

// Socket returns the socket, which sends by its Try calls.
func (s *PacketSession) Socket() *UDPSocket { return s.socket }

// Post is [Session.Post].
func (s *PacketSession) Post(fn func()) error { return s.w.mail.post(fn) }

func (s *PacketSession) begin() {
	if s.w.leaving {
		s.stop(ErrClosed)
	} else if err := s.watch(); err != nil {
		s.stop(err)
	}
}

func (s *PacketSession) gone()  { s.stop(ErrClosed) }
func (s *PacketSession) drain() { s.stop(ErrClosed) }

func (s *PacketSession) stop(err error) {
	if s.over {
		return
	}
	s.over = true
	s.w.timers.cancel(&s.again)
	s.unwatch(true)
	s.letGo(s.socket.d)
	defer func() { s.done <- err }() // even if the handler panics
	s.handler.Closed(s, err)
}

func (s *PacketSession) ready(r Ready) {
	if r&(Readable|ReadyError) != 0 {
		defer s.work()
	}
	if r&Writable != 0 && s.events != nil {
		s.events.Writable(s)
	}
}

func (s *PacketSession) turn() {
	s.flags &^= sourceScheduled
	s.work()
}

func (s *PacketSession) work() {
	more := true // and so it stays if the handler panics
	defer func() {
		if more && !s.over {
			s.schedule()
		}
	}()
	more = s.receive()
}

// receive takes what is there, in batches, and reports whether there may be
// more. An error that comes again and again tells of no datagram, and must not
// make it spin.
func (s *PacketSession) receive() (more bool) {
	failed := 0
	for range batchesInTurn {
		if s.over || s.socket.d.lock.closed() { // by the handler; gone comes next
			return false
		}
		list := s.w.datagrams()
		n, err := s.socket.TryRecvBatch(list)
		switch {
		case err == ErrWouldBlock:
			return false
		case err == nil:
			s.pause = newBackoff()
			s.handler.Datagrams(s, list[:n])
			continue
		case s.events != nil:
			s.events.Failed(s, err)
		}
		failed++
	}
	if failed < batchesInTurn || s.over {
		return true
	}
	s.w.timers.set(&s.again, s.w.timers.after(s.pause.next()))
	return false
}

// datagrams returns the memory that the worker's packet sessions share, whole
// again whatever the last handler did to it.
func (w *worker) datagrams() []Datagram {
	if w.memory == nil {
		w.memory = make([]byte, packetBatch*packetSize)
		w.list = make([]Datagram, packetBatch)
	}
	for i := range w.list {
		w.list[i] = Datagram{Buffer: w.memory[i*packetSize : (i+1)*packetSize : (i+1)*packetSize]}
	}
	return w.list
}
