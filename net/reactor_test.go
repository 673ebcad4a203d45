package net

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// until fails the test unless what holds becomes true in time. It is for what
// has no event.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%s: not in %v", what, patience)
		}
	}
}

// parked waits until a goroutine sleeps in the slot of dir, or is about to.
func parked(t testing.TB, d *desc, dir direction) {
	t.Helper()
	until(t, "a goroutine parks", func() bool { return d.slots[dir].waiting() })
}

// stopped waits until the reactor's goroutine has ended.
func stopped(t testing.TB, r *reactor) {
	t.Helper()
	until(t, "the reactor's goroutine ends", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return !r.running
	})
}

// watched makes the reactor watch a stream that has never waited, whichever
// poller it would have waited in.
func watched(t testing.TB, s *TCPStream) {
	t.Helper()
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.d.has(flagNative) {
		t.Fatal("the stream waits in Go's poller already")
	}
	if err := s.d.react(); err != nil {
		t.Fatal(err)
	}
}

// TestReactorTable lets the table grow: what it holds stays.
func TestReactorTable(t *testing.T) {
	r := new(reactor)
	at := func(fd platform.FD) *atomic.Pointer[desc] {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.table.entry(fd)
	}
	fds := []platform.FD{0, 3, 255, 256, 1000, 1024, 70_000}
	want := map[platform.FD]*desc{}
	for _, fd := range fds {
		d := newDesc(fd, platform.Inet4, platform.Stream)
		at(fd).Store(d)
		want[fd] = d
		for fd := range want {
			if got := at(fd).Load(); got != want[fd] {
				t.Errorf("%d is %v after %d", fd, got, d.fd)
			}
		}
	}
	empty := 0
	for i := range *r.table.Load() {
		if (*r.table.Load())[i].Load() == nil {
			empty++
		}
	}
	if diff := cmp.Diff(len(*r.table.Load())-len(fds), empty); diff != "" {
		t.Errorf("empty places (-want +got):\n%s", diff)
	}
}

// TestReactorDispatch holds events against generations (H25, H26), and flags
// against the directions that they wake.
func TestReactorDispatch(t *testing.T) {
	const fd, gen = 7, 41
	tests := []struct {
		name        string
		event       platform.Event
		read, write bool
		exact       bool
	}{
		{"readable", platform.Event{FD: fd, Gen: gen, Ready: Readable}, true, false, false},
		{"writable", platform.Event{FD: fd, Gen: gen, Ready: Writable}, false, true, false},
		{"both", platform.Event{FD: fd, Gen: gen, Ready: Readable | Writable}, true, true, false},
		{"closed for reading", platform.Event{FD: fd, Gen: gen, Ready: ReadClosed}, true, false, true},
		{"closed for writing", platform.Event{FD: fd, Gen: gen, Ready: WriteClosed}, false, true, true},
		{"error", platform.Event{FD: fd, Gen: gen, Ready: ReadyError}, true, true, true},
		{"urgent", platform.Event{FD: fd, Gen: gen, Ready: platform.Urgent | Readable}, true, false, true},
		{"nothing", platform.Event{FD: fd, Gen: gen}, false, false, false},
		{"the one before", platform.Event{FD: fd, Gen: gen - 1, Ready: Readable | Writable | ReadyError}, false, false, false},
		{"the one after", platform.Event{FD: fd, Gen: gen + 1, Ready: Readable | Writable}, false, false, false},
		{"another number", platform.Event{FD: fd + 1, Gen: gen, Ready: Readable | Writable}, false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := new(reactor)
			d := newDesc(fd, platform.Inet4, platform.Stream)
			d.gen = gen
			for dir := range d.slots {
				d.slots[dir].clear()
			}
			r.table.entry(fd).Store(d)
			r.dispatch([]platform.Event{tt.event})
			got := []bool{d.slots[reading].ready(), d.slots[writing].ready(), d.has(flagExact)}
			if diff := cmp.Diff([]bool{tt.read, tt.write, tt.exact}, got); diff != "" {
				t.Errorf("read, write, exact (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReactorStale sends a live stream an event of the one that had its number
// before: whoever sleeps there is not disturbed.
func TestReactorStale(t *testing.T) {
	client, s := pair(t, "127.0.0.1:0")
	watched(t, s)
	done := park(func() error { return second(s.Read(make([]byte, 1))) })
	parked(t, s.d, reading)
	theReactor.dispatch([]platform.Event{{FD: s.d.fd, Gen: s.d.gen - 1, Ready: Readable | ReadClosed | ReadyError}})
	if !s.d.slots[reading].waiting() || s.d.has(flagExact) {
		t.Error("a stale event was taken")
	}
	if _, err := client.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", soon(t, "Read", done), nil)
}

// TestReactorComesAndGoes: the reactor has a goroutine while it watches
// something, and none otherwise.
func TestReactorComesAndGoes(t *testing.T) {
	for range 50 {
		client, s := pair(t, "127.0.0.1:0")
		watched(t, s)
		done := park(func() error { return second(s.Read(make([]byte, 1))) })
		parked(t, s.d, reading)
		theReactor.mu.Lock()
		if !theReactor.running {
			t.Error("somebody is parked and nobody waits for events")
		}
		theReactor.mu.Unlock()
		if _, err := client.Write([]byte{1}); err != nil {
			t.Fatal(err)
		}
		errorIs(t, "Read", soon(t, "Read", done), nil)
		client.Close()
		s.Close()
		stopped(t, theReactor)
	}
}

// TestReactorMany watches more descriptors than one batch of events holds, and
// wakes each by a byte of its own.
func TestReactorMany(t *testing.T) {
	const n = maxBatch + 22
	l := mustListen(t, "127.0.0.1:0")
	clients, dones := make([]*TCPStream, n), make([]<-chan error, n)
	got := make([]byte, n)
	for i := range n {
		client, s, err := connectPair(l)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		defer s.Close()
		watched(t, s)
		clients[i], dones[i] = client, park(func() error { return second(s.Read(got[i : i+1])) })
		parked(t, s.d, reading)
	}
	want := make([]byte, n)
	for i, c := range clients {
		want[i] = byte(i)
		if _, err := c.Write(want[i : i+1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, done := range dones {
		errorIs(t, "Read", soon(t, "Read", done), nil)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bytes (-want +got):\n%s", diff)
	}
}

// TestReactorDirections has both directions of a stream wait: what wakes one
// leaves the other.
func TestReactorDirections(t *testing.T) {
	client, s := pair(t, "127.0.0.1:0")
	watched(t, s)
	full := fill(t, s)
	more := make([]byte, 1<<20)
	wrote := park(func() error { return second(s.Write(more)) })
	read := park(func() error { return second(s.Read(make([]byte, 1))) })
	parked(t, s.d, reading)
	parked(t, s.d, writing)
	if _, err := client.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Read", soon(t, "Read", read), nil)
	select {
	case err := <-wrote:
		t.Fatalf("Write into a full buffer: %v", err)
	default:
	}
	client.SetReadDeadline(time.Now().Add(patience))
	if _, err := client.ReadFull(make([]byte, full+len(more))); err != nil {
		t.Fatal(err)
	}
	errorIs(t, "Write", soon(t, "Write", wrote), nil)
}

// endless is a poller that has events at all times, for nobody.
type endless struct{ platform.Poller }

func (endless) Wake() error { return nil }
func (endless) Wait(events []platform.Event, _ time.Duration) (int, error) {
	events[0] = platform.Event{FD: 0, Gen: 1}
	return 1, nil
}

// TestReactorEnds has a poller whose events never stop: with nobody left whom
// they could concern, the reactor stops all the same.
func TestReactorEnds(t *testing.T) {
	r := new(reactor)
	r.poller = endless{}
	d := newDesc(3, platform.Inet4, platform.Stream)
	r.mu.Lock()
	r.table.entry(d.fd).Store(d)
	r.watched, r.running = 1, true
	r.busy.Store(true)
	r.mu.Unlock()
	go r.run()
	r.forget(d)
	stopped(t, r)
}
