package net

import (
	"time"

	"github.com/volt-net/volt/platform"
)

// A worker is one event loop of a Loop. But for its mailbox, everything here
// belongs to its goroutine.
type worker struct {
	waiter
	loop   *Loop
	mail   mailbox
	timers timers
	chunks chunks

	events  [maxBatch]platform.Event
	n, at   int      // events of this turn, and the next to look at
	letters []letter // of this turn
	read    int      // the next letter to look at
	due     []served
	late    []served // those of due that this turn looks at
	unsure  doubts[*Session]

	buf    []byte     // what all sessions read into
	vec    [][]byte   // what one call writes
	list   []Datagram // what all packet sessions receive into
	memory []byte     // the buffers of list

	gen     uint32
	sources int      // what is watched
	away    int      // coroutines whose session waits for a goroutine of Session.Go
	current *Session // the session whose callback may be running

	leaving  bool // ends when nothing is watched
	draining bool // Shutdown was called
	ended    bool
}

// served is what a worker watches: a session, an acceptor, a packet session.
// All methods are called on the worker's goroutine.
type served interface {
	begin()         // the first call
	ready(Ready)    // an event
	turn()          // it was scheduled
	gone()          // the descriptor was closed by somebody else
	drain()         // Shutdown was called
	stop(err error) // end now
}

func newWorker(l *Loop) (*worker, error) {
	w := &worker{loop: l, buf: make([]byte, l.config.ReadBuffer)}
	w.mail.w = w
	if err := w.waiter.open(); err != nil {
		return nil, err
	}
	w.nest()
	w.timers.init(w)
	return w, nil
}

// run turns until the worker has left. In Go's poller it waits at less cost than
// in the kernel, as an event finds the goroutine without a change of threads. It
// is not told again of what a full batch has left behind, and of a batch a
// wake-up, which is not counted, may be part.
func (w *worker) run() {
	defer w.waiter.close()
	defer w.timers.clock.Stop()
	if w.nested != nil {
		w.nested.Read(func(uintptr) bool {
			for !w.ended {
				if w.turn(0) < maxBatch-1 && w.idle() {
					return false
				}
			}
			return true
		})
	}
	for !w.ended {
		timeout := time.Duration(0)
		if w.idle() {
			timeout = -1
		}
		w.turn(timeout)
	}
}

// idle reports whether there is nothing to do before the next event or letter.
func (w *worker) idle() bool {
	return len(w.due) == 0 && w.unsure.none() && !w.ended && w.mail.sleep()
}

// turn does all there is to do, and returns the number of events.
func (w *worker) turn(timeout time.Duration) int {
	n, err := w.poller.Wait(w.events[:], timeout)
	if err != nil {
		panic("volt: the poller failed: " + err.Error())
	}
	w.mail.wake()
	w.unsure.turn(n, func(s *Session) {
		s.flags = s.flags&^sessionUnsure | sessionReadable
		s.schedule()
	})
	w.n, w.at = n, 0
	w.timers.tick()
	if w.loop.config.OnPanic == nil {
		w.work()
	} else {
		for !w.guarded() {
		}
	}
	w.timers.arm()
	w.end()
	return n
}

// work takes every step from where it stopped, if a panic stopped it.
func (w *worker) work() {
	for w.at < w.n {
		ev := &w.events[w.at]
		w.at++
		if s := w.loop.table.at(ev.FD); s != nil && s.gen == ev.Gen && s.w == w {
			s.target.ready(ev.Ready)
		}
	}
	w.readMail()
	w.timers.fire()
	w.takeTurns()
}

// readMail takes the letters that are there now.
func (w *worker) readMail() {
	if w.read == len(w.letters) {
		w.letters = w.mail.take(w.letters[:0])
		w.read = 0
	}
	for w.read < len(w.letters) {
		l := w.letters[w.read]
		w.letters[w.read] = letter{}
		w.read++
		if l.fn != nil {
			l.fn()
		} else {
			l.do(l.to)
		}
	}
}

// takeTurns gives a turn to all who are scheduled now, and leaves those whom
// that schedules for the next.
func (w *worker) takeTurns() {
	if len(w.late) == 0 {
		w.due, w.late = w.late, w.due
	}
	for len(w.late) > 0 {
		last := len(w.late) - 1
		t := w.late[last]
		w.late[last] = nil
		w.late = w.late[:last]
		t.turn()
	}
}

// guarded is work that survives a panic of a handler's.
func (w *worker) guarded() (ok bool) {
	defer func() {
		if ok {
			return
		}
		v := recover()
		s := w.current
		w.current = nil
		w.loop.config.OnPanic(s, v)
		if s != nil {
			s.crashed()
		}
	}()
	w.work()
	return true
}

// leave lets the worker end when nothing is watched any more. Each source gets a
// letter of its own, so that a panic of one handler leaves the others theirs.
func (w *worker) leave(do func(served), gently bool) {
	w.leaving = true
	w.draining = w.draining || gently
	all := w.loop.table.Load()
	if all == nil {
		return
	}
	for i := range *all {
		if s := (*all)[i].Load(); s != nil && s.w == w {
			w.mail.put(letter{to: s.target, do: do})
		}
	}
}

func (w *worker) end() {
	if w.leaving && w.sources == 0 && w.away == 0 && len(w.due) == 0 {
		w.ended = w.mail.close()
	}
}
