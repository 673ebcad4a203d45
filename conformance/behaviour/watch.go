package behaviour

import (
	"time"

	"github.com/volt-net/volt/net"
)

// A watch is a poller, and what it has reported of each token.
type watch struct {
	*net.Poller
	t    *T
	seen map[uint64]net.Ready
}

// readWrite is an interest in all there is.
const readWrite = net.Readable | net.Writable

// ended are the flags of a connection that a reset has ended.
const ended = readWrite | net.ReadClosed | net.WriteClosed | net.ReadyError

// Watch makes a poller.
func (t *T) Watch() *watch {
	p, err := net.NewPoller()
	t.Own(p, err)
	return &watch{p, t, map[uint64]net.Ready{}}
}

// add registers s for both directions.
func (w *watch) add(s net.Socket, token uint64) { w.t.Check(w.Register(s, token, readWrite)) }

// await waits until the token's socket has reported all of want, and returns
// what it has since it was asked last. A report of several flags may come in
// parts.
func (w *watch) await(token uint64, want net.Ready) net.Ready {
	for w.seen[token]&want != want && w.collect(w.left()) {
	}
	return w.now(token)
}

// now returns what the token's socket has reported, without waiting for more.
func (w *watch) now(token uint64) net.Ready {
	for w.collect(0) {
	}
	seen := w.seen[token]
	delete(w.seen, token)
	return seen
}

// collect waits for one batch of events.
func (w *watch) collect(timeout time.Duration) bool {
	events := make([]net.Event, 4)
	n, err := w.Wait(events, timeout)
	w.t.Check(err)
	for _, ev := range events[:n] {
		w.seen[ev.Token] |= ev.Ready
	}
	return n > 0
}

// left is how much time the script has.
func (w *watch) left() time.Duration {
	end, _ := w.t.ctx.Deadline()
	return max(0, time.Until(end))
}

// states shows how a socket reports what do does to it: to who watched before,
// and to who comes later.
func (t *T) states(s net.Socket, want net.Ready, do func()) {
	before := t.Watch()
	before.add(s, 1)
	do()
	t.Print("watched: %v", before.await(1, want))
	t.state(s, want)
}

// state shows what s is to who comes when it is in that state already.
func (t *T) state(s net.Socket, want net.Ready) {
	after := t.Watch()
	after.add(s, 2)
	t.Print("in this state: %v", after.await(2, want))
}
