//go:build swap

package net

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/volt-net/volt/platform"
)

// modelDescs and modelOps bound what is there at once.
const (
	modelDescs = 6
	modelOps   = 3
)

// step does one thing, by chance.
func (w *world) step() {
	if len(w.descs) == 0 || len(w.descs) < modelDescs && w.r.IntN(20) == 0 {
		w.open()
		return
	}
	m := w.descs[w.r.IntN(len(w.descs))]
	dir := direction(w.r.IntN(2))
	switch n := w.r.IntN(100); {
	case n < 25:
		w.start(m, dir)
	case n < 50:
		w.happen(m)
	case n < 72:
		w.deliver()
	case n < 80:
		w.interfere(m)
	case n < 86:
		w.cancel(m, dir)
	case n < 96:
		w.moveDeadline(m, dir)
	case n < 98:
		w.refuse()
	default:
		w.close(m)
	}
}

func (w *world) open() {
	fd := w.k.open()
	w.log("open %d", fd)
	m := &modelDesc{d: newDesc(fd, platform.Inet4, platform.Stream), ready: [2]bool{true, true}}
	if w.r.IntN(4) == 0 {
		m.d.set(flagShared) // so that Close removes it from the poller
	}
	w.descs = append(w.descs, m)
}

// start begins a read or a write in a goroutine of its own.
func (w *world) start(m *modelDesc, dir direction) {
	if len(m.ops[dir]) == modelOps {
		return
	}
	w.ops++
	op := &modelOp{dir: dir, size: 1 + w.r.IntN(6), result: make(chan modelResult, 1)}
	op.name = fmt.Sprintf("operation %d, %v of %d on %d", w.ops, dir, op.size, m.d.fd)
	op.p = make([]byte, op.size)
	switch w.r.IntN(4) {
	case 0:
		op.ctx, op.cancel = context.WithCancel(context.Background())
	case 1:
		op.ctx, op.cancel = context.WithCancel(context.Background())
		if w.r.IntN(4) == 0 {
			op.cancel()
			op.cancelled = true
		}
	}
	w.log("%s begins; cancelled %v", op.name, op.cancelled)
	call := m.d.read
	if dir == writing {
		call = m.d.write
	}
	go func() {
		n, err := call(op.ctx, op.p)
		op.result <- modelResult{n, err}
	}()
	if op.cancelled && len(m.ops[dir]) > 0 { // it does not even queue
		op.want.err = context.Canceled
		w.due = append(w.due, op)
		return
	}
	m.ops[dir] = append(m.ops[dir], op)
	w.advance(m, dir)
}

// happen lets bytes come, room come back, or the stream end.
func (w *world) happen(m *modelDesc) {
	n := 1 + w.r.IntN(8)
	switch w.r.IntN(12) {
	case 0:
		w.log("the stream of %d ends", m.d.fd)
		m.eof = true
		w.k.change(m.d.fd, Readable|ReadClosed, func(s *modelSock) { s.eof = true })
	case 1, 2, 3, 4, 5:
		w.log("%d: room for %d", m.d.fd, n)
		m.room += n
		w.k.change(m.d.fd, Writable, func(s *modelSock) { s.room += n })
	default:
		if m.eof {
			return
		}
		w.log("%d: %d bytes", m.d.fd, n)
		m.in += n
		w.k.change(m.d.fd, Readable, func(s *modelSock) { s.in += n })
	}
}

// deliver has the reactor take some of the events that are there: in another
// order, some twice, and with them some that are for nobody, or for no reason.
func (w *world) deliver() {
	watched := 0
	for _, m := range w.descs {
		if m.registered {
			watched++
		}
	}
	if watched == 0 {
		return
	}
	var batch []platform.Event
	w.k.mu.Lock()
	latent := w.k.latent
	w.r.Shuffle(len(latent), func(i, j int) { latent[i], latent[j] = latent[j], latent[i] })
	n := w.r.IntN(min(len(latent), maxBatch/2) + 1)
	batch = append(batch, latent[:n]...)
	w.k.latent = append([]platform.Event(nil), latent[n:]...)
	w.k.mu.Unlock()
	if len(w.stale) > 0 && w.r.IntN(2) == 0 {
		batch = append(batch, w.stale[w.r.IntN(len(w.stale))])
	}
	if m := w.descs[w.r.IntN(len(w.descs))]; m.registered && w.r.IntN(6) == 0 {
		spurious := []platform.Ready{Readable, Writable, Readable | Writable, 0}[w.r.IntN(4)]
		batch = append(batch, platform.Event{FD: m.d.fd, Gen: m.d.gen, Ready: spurious})
	}
	batch = oneEach(batch)
	w.hand(batch)
	if len(batch) > 0 && w.r.IntN(4) == 0 {
		w.settle()
		w.hand(batch[:1+w.r.IntN(len(batch))]) // again
	}
}

// oneEach merges the events of a descriptor, as every poller does: two in one
// batch would meet the goroutine that the first has woken at any point.
func oneEach(batch []platform.Event) (merged []platform.Event) {
	for _, ev := range batch {
		i := slices.IndexFunc(merged, func(o platform.Event) bool { return o.FD == ev.FD && o.Gen == ev.Gen })
		if i < 0 {
			merged = append(merged, ev)
			continue
		}
		merged[i].Ready |= ev.Ready
	}
	return merged
}

// hand has the reactor take a batch, and the model.
func (w *world) hand(batch []platform.Event) {
	if len(batch) == 0 {
		return
	}
	w.log("deliver %v", batch)
	w.k.poller.deliver(batch)
	for _, ev := range batch {
		w.woken(ev)
	}
}

// woken is desc.woken as the model has it.
func (w *world) woken(ev platform.Event) {
	for _, m := range w.descs {
		if !m.registered || m.d.fd != ev.FD || m.d.gen != ev.Gen {
			continue
		}
		m.exact = m.exact || ev.Ready&ReadClosed != 0
		for dir, flag := range [...]platform.Ready{Readable, Writable} {
			if ev.Ready&flag != 0 {
				m.ready[dir] = true
				w.advance(m, direction(dir))
			}
		}
	}
}

// interfere reads without waiting, past those who wait.
func (w *world) interfere(m *modelDesc) {
	p := make([]byte, 1+w.r.IntN(4))
	w.log("TryRead of %d on %d", len(p), m.d.fd)
	var n int
	err := m.d.oneTry(func() (err error) { n, err = m.d.tryRead(p); return err })
	if len(m.ops[reading]) == 0 {
		m.ready[reading] = false
	}
	want, wantErr := m.read(len(p))
	if n != want || !errors.Is(err, wantErr) {
		w.fail("TryRead: %d, %v; want %d, %v", n, err, want, wantErr)
	}
	for _, b := range p[:n] {
		if m.next++; b != m.next {
			w.fail("TryRead: byte %d, want %d", b, m.next)
		}
	}
	if m.ready[reading] {
		w.advance(m, reading)
	}
}

// cancel ends one of the operations that wait, wherever it stands.
func (w *world) cancel(m *modelDesc, dir direction) {
	if len(m.ops[dir]) == 0 {
		return
	}
	i := w.r.IntN(len(m.ops[dir]))
	op := m.ops[dir][i]
	if op.cancel == nil {
		return
	}
	w.log("cancel %s", op.name)
	op.cancelled = true
	op.cancel()
	if i == 0 {
		w.advance(m, dir)
		return
	}
	op.want.err = context.Canceled
	w.due = append(w.due, op)
	m.ops[dir] = append(m.ops[dir][:i:i], m.ops[dir][i+1:]...)
}

// moveDeadline sets a deadline, takes it away, or lets its timer fire: early,
// in time or too late.
func (w *world) moveDeadline(m *modelDesc, dir direction) {
	d := m.d
	switch w.r.IntN(4) {
	case 0:
		w.log("%d %v: the deadline is past", d.fd, dir)
		d.setDeadline(dir, time.Now().Add(-time.Second))
		m.deadline[dir] = passedDeadline
	case 1:
		w.log("%d %v: no deadline", d.fd, dir)
		d.setDeadline(dir, time.Time{})
		m.deadline[dir] = noDeadline
	case 2:
		w.log("%d %v: a deadline later", d.fd, dir)
		d.setDeadline(dir, time.Now().Add(time.Hour))
		m.deadline[dir] = laterDeadline
	case 3:
		d.mu.Lock()
		l := d.deadlines[dir]
		passes := l != nil && m.deadline[dir] == laterDeadline && w.r.IntN(2) == 0
		if passes {
			l.at = time.Now().Add(-time.Second)
			m.deadline[dir] = passedDeadline
		}
		d.mu.Unlock()
		if l == nil {
			return
		}
		w.log("%d %v: the timer fires; in time %v", d.fd, dir, passes)
		d.fire(dir)
	}
	w.advance(m, dir)
}

// refuse makes the poller refuse the next socket.
func (w *world) refuse() {
	w.log("the poller refuses the next")
	w.refused = true
	w.k.mu.Lock()
	w.k.noAdd = true
	w.k.mu.Unlock()
}

// close closes a socket. Its events come later, if at all, when its number may
// be another's.
func (w *world) close(m *modelDesc) {
	w.log("close %d", m.d.fd)
	if m.registered {
		for _, r := range []platform.Ready{Readable | Writable, Readable | Writable | ReadClosed | WriteClosed | ReadyError} {
			w.stale = append(w.stale, platform.Event{FD: m.d.fd, Gen: m.d.gen, Ready: r})
		}
		w.stale = w.stale[max(0, len(w.stale)-20):]
	}
	closed := make(chan error, 1)
	go func() { closed <- m.d.close() }()
	w.await("close returns", func() bool { return len(closed) > 0 })
	if err := <-closed; err != nil {
		w.fail("close: %v", err)
	}
	if err := m.d.close(); err != ErrClosed {
		w.fail("close again: %v", err)
	}
	m.closed = true
	w.advance(m, reading)
	w.advance(m, writing)
	for i, other := range w.descs {
		if other == m {
			w.descs = append(w.descs[:i], w.descs[i+1:]...)
			break
		}
	}
}
