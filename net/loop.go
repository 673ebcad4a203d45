package net

import (
	"context"
	stdnet "net"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/volt-net/volt/platform"
)

// A Loop serves sockets by a few goroutines, event loops, instead of one for
// each: an idle connection costs some 150 bytes and no buffer. What happens
// on a connection is told to a [Handler], always on the goroutine of the loop
// that the connection belongs to; so handlers need no locks for what belongs to
// one connection, and must not block, which would stop all others of the loop.
//
// Methods of Loop may be called from any goroutine.
type Loop struct {
	config  LoopConfig
	workers []*worker
	ended   sync.WaitGroup // workers
	done    chan struct{}  // closed when all workers have ended
	waiting sync.Once      // for ended, to close done

	next     atomic.Uint32 // the worker for the next socket
	sessions atomic.Int64

	mu    sync.Mutex      // guards changes of table
	table fdTable[source] // of all workers, as a number is in use only once
	start time.Time       // what timers count from
}

// LoopConfig says how a [Loop] works. The zero value is a good choice.
type LoopConfig struct {
	// Loops is the number of event loops, up to 1,024; 0 is one for every second processor
	// that Go uses (GOMAXPROCS), which leaves some to the kernel's side of the
	// connections. More loops than needed cost more for each message.
	Loops int

	// ReadBuffer is the size in bytes of the buffer that each loop reads into,
	// and so the most that Data gets at once, from 512 to 1 GiB; 0 is 64 KiB.
	ReadBuffer int

	// HighWater is how many bytes a session holds that were written and that
	// the peer does not take yet, from 512 to 1 GiB; 0 is 1 MiB. What goes beyond
	// is refused.
	HighWater int

	// AcceptLocal leaves connections in the loop that accepts them. It is for
	// several listeners that share a port (ReusePortLoadBalance). Otherwise each
	// new connection goes to the next loop.
	AcceptLocal bool

	// OnPanic is told of a panic in a handler, on the loop's goroutine. The
	// session, nil if it was not a session's callback, is aborted and the loop
	// goes on. Without OnPanic a panic ends the program, as in any goroutine.
	OnPanic func(s *Session, value any)
}

const (
	maxLoops   = 1024
	minBuffer  = 512
	maxBuffer  = 1 << 30
	readBuffer = 64 << 10 // the most that a read takes without telling the scheduler
	highWater  = 1 << 20
	maxPosted  = 1 << 16 // functions that wait in one loop
)

// normal fills in the defaults and refuses what makes no sense.
func (c LoopConfig) normal() (LoopConfig, error) {
	for _, field := range []struct {
		name               string
		value              *int
		preset, least, top int
	}{
		{"Loops", &c.Loops, min((runtime.GOMAXPROCS(0)+1)/2, maxLoops), 1, maxLoops},
		{"ReadBuffer", &c.ReadBuffer, readBuffer, minBuffer, maxBuffer},
		{"HighWater", &c.HighWater, highWater, minBuffer, maxBuffer},
	} {
		if *field.value == 0 {
			*field.value = field.preset
		}
		if *field.value < field.least || *field.value > field.top {
			return c, &RangeError{Option: "LoopConfig." + field.name, Got: strconv.Itoa(*field.value),
				Min: strconv.Itoa(field.least), Max: strconv.Itoa(field.top)}
		}
	}
	return c, nil
}

// NewLoop starts the event loops, which run until Close or Shutdown. What config
// cannot be is a [RangeError].
func NewLoop(config LoopConfig) (*Loop, error) {
	config, err := config.normal()
	if err != nil {
		return nil, err
	}
	l := &Loop{config: config, done: make(chan struct{}), start: time.Now()}
	for range config.Loops {
		w, err := newWorker(l)
		if err != nil {
			for _, w := range l.workers {
				w.waiter.close()
			}
			return nil, opError("loop", "", nil, nil, err)
		}
		l.workers = append(l.workers, w)
	}
	for _, w := range l.workers {
		l.ended.Go(w.run)
	}
	return l, nil
}

// Listener is a [TCPListener] or a [UnixListener].
type Listener interface {
	Socket
	stdnet.Listener
}

// Stream is a [TCPStream] or a [UnixStream].
type Stream interface {
	Socket
	stdnet.Conn
}

// Serve accepts connections from listener and tells h of what happens on them.
// It returns when ctx is done (ctx's error), when listener is closed
// ([ErrClosed]), when the loop ends ([ErrClosed]), or when accepting fails for
// good. Out of descriptors it waits until there are some. The connections stay,
// and so does listener, which is the caller's to close.
func (l *Loop) Serve(ctx context.Context, listener Listener, h Handler) error {
	return l.serve(ctx, listener, newService(h))
}

func (l *Loop) serve(ctx context.Context, listener Listener, svc *service) error {
	d, err := givenTo(listener, svc.handles())
	if err == nil && d.typ&(platform.TCPListener|platform.UnixListener) == 0 {
		err = ErrWrongType
	}
	if err != nil {
		return d.fail("accept", err)
	}
	svc.listener = d
	a := newAcceptor(l.pick(), d, svc)
	if err := a.start(d); err != nil {
		return d.fail("accept", err)
	}
	return d.fail("accept", a.wait(ctx))
}

// Attach hands a stream over to the loop, which tells h of what happens on it,
// beginning with Opened. The stream's parked calls must not be used any more;
// Close may, and ends the session with [ErrClosed].
func (l *Loop) Attach(stream Stream, h Handler) (*Session, error) {
	return l.attach(stream, newService(h))
}

func (l *Loop) attach(stream Stream, svc *service) (*Session, error) {
	d, err := givenTo(stream, svc.handles())
	if err == nil && (d.kind != platform.Stream || !d.has(flagConnected)) {
		err = ErrWrongType
	}
	if err != nil {
		return nil, d.fail("attach", err)
	}
	s := newSession(l.pick(), svc, d.fd)
	s.d, s.remote = d, d.remote
	if d.has(flagParts) {
		s.flags |= sourceParts
	}
	if d.has(flagExact) {
		s.flags |= sourceExact
	}
	if err := s.start(d); err != nil {
		return nil, d.fail("attach", err)
	}
	return s, nil
}

// pick chooses the worker for a socket: each in turn.
func (l *Loop) pick() *worker {
	return l.workers[(l.next.Add(1)-1)%uint32(len(l.workers))]
}

// Sessions returns the number of sessions that are open now.
func (l *Loop) Sessions() int { return int(l.sessions.Load()) }

// Shutdown ends the loop in order: nothing more is accepted, and each session
// ends when what was written is sent, or, with a [DrainHandler], when that says
// so. When ctx is done first, Shutdown does what Close does and returns ctx's
// error. It must not be called from a handler.
func (l *Loop) Shutdown(ctx context.Context) error {
	l.each(served.drain, true)
	select {
	case <-l.finished():
		return nil
	case <-done(ctx):
		l.Close()
		return ctx.Err()
	}
}

// Close ends the loop now: Serve returns [ErrClosed], and so do sessions end,
// with what they have not sent thrown away. It returns when the last handler
// has. It must not be called from a handler; there, use a goroutine.
func (l *Loop) Close() error {
	l.each(func(t served) { t.stop(ErrClosed) }, false)
	<-l.finished()
	return nil
}

// each lets every worker do something with everything that it watches, and
// leave when there is nothing left.
func (l *Loop) each(do func(served), gently bool) {
	for _, w := range l.workers {
		w.mail.put(letter{fn: func() { w.leave(do, gently) }})
	}
}

func (l *Loop) finished() <-chan struct{} {
	l.waiting.Do(func() {
		go func() {
			l.ended.Wait()
			close(l.done)
		}()
	})
	return l.done
}
