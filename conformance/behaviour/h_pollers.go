package behaviour

import (
	"errors"
	"math"
	"time"

	"github.com/volt-net/volt/net"
)

var pollers = []Script{
	{Row: "H25", Title: "a socket that was closed reports nothing, even while a copy lives", Over: streams, Run: pollerCopy},
	{Row: "H26", Title: "a socket does not report what its number's last owner had", Over: streams, Run: pollerReuse},
	{Row: "H28", Title: "a socket whose peer has gone can be watched", Over: streams, Run: pollerDead},
	{Row: "H29", Title: "registering and forgetting twice", Over: streams, Run: pollerTwice},
	{Row: "H30", Title: "two pollers, and who waits besides", Over: streams, Run: pollerTwo},
	{Row: "H30", Title: "two who wait to read", Over: streams, Run: twoReaders},
	{Row: "H31", Title: "waking, often, ends one wait", Run: pollerWake},
	{Row: "H32", Title: "no time is over early, and none is too long", Run: pollerTimes},
	{Row: "H32", Title: "nor is any deadline", Over: streams, Run: deadlineTimes},
	{Row: "H34", Title: "being told of an error does not use it up", Over: tcp, Run: pollerError},
	{Row: "H38", Title: "waking changes nothing for the sockets", Over: streams, Run: pollerToken},
}

func pollerCopy(t *T) {
	w := t.Watch()
	a, b := t.Streams()
	f, err := a.(filer).File()
	t.Own(f, err)
	w.add(a, 1)
	t.Print("open: %v", w.await(1, net.Writable))
	t.Check(a.Close())
	t.Send(b, "for the copy")
	t.Print("closed: %v", w.now(1))
	t.Say("Register", w.Register(a, 1, readWrite))
	t.Say("Modify", w.Modify(a, 1, readWrite))
	t.Say("Deregister", w.Deregister(a))
	t.Print("the copy has data: %t", t.readFile(f) == "for the copy")
}

// readFile reads from a descriptor that package os has.
func (t *T) readFile(f interface{ Read([]byte) (int, error) }) string {
	p := make([]byte, 64)
	n, err := f.Read(p)
	t.Check(err)
	return string(p[:n])
}

// pollerReuse closes sockets that have something to report, and opens others,
// which are likely to get their numbers.
func pollerReuse(t *T) {
	w := t.Watch()
	wrong := 0
	const times = 40
	for i := range uint64(times) {
		a, b := t.Streams()
		w.add(a, 2*i)
		t.Send(b, "unread")
		t.Check(a.Readable(t.ctx))
		t.Check(errors.Join(a.Close(), b.Close()))
		c, _ := t.Streams()
		w.add(c, 2*i+1)
		if got := w.await(2*i+1, net.Writable); got != net.Writable || w.now(2*i) != 0 {
			wrong++
		}
	}
	t.Print("of %d, wrong: %d", times, wrong)
}

func pollerDead(t *T) {
	a, b := t.Streams()
	t.Check(b.Abort())
	t.Check(a.Readable(t.ctx))
	w := t.Watch()
	t.Say("Register", w.Register(a, 1, readWrite))
	want := readWrite | net.ReadClosed | net.WriteClosed
	t.Print("in this state: %v", w.await(1, want)&^net.ReadyError)
	t.Say("write until it fails", t.untilError(a))
	t.Say("Modify", w.Modify(a, 2, net.Writable))
	want = net.Writable | net.WriteClosed
	t.Print("and in this: %v", w.await(2, want)&^net.ReadyError)
	t.Say("Deregister", w.Deregister(a))
}

func pollerTwice(t *T) {
	w := t.Watch()
	a, b := t.Streams()
	t.Say("Modify before Register", w.Modify(a, 1, readWrite))
	t.Say("Deregister before Register", w.Deregister(a))
	t.Say("Register", w.Register(a, 1, readWrite))
	t.Say("Register again", w.Register(a, 2, readWrite))
	t.Print("by the first token: %v, by the second: %v", w.now(1), w.await(2, net.Writable))
	t.Say("Modify", w.Modify(a, 3, net.Readable))
	t.Send(b, "data")
	t.Print("to a reader: %v", w.await(3, net.Readable))
	t.Say("Deregister", w.Deregister(a))
	t.Say("Deregister again", w.Deregister(a))
	t.Say("Modify after that", w.Modify(a, 4, readWrite))
	t.Send(b, "more")
	t.Print("reports after that: %v, %v, %v", w.now(2), w.now(3), w.now(4))
	t.Say("no interest", w.Register(a, 5, 0))
	t.Say("an interest in what is no direction", w.Register(a, 5, net.ReadClosed))
}

func pollerTwo(t *T) {
	v, w := t.Watch(), t.Watch()
	a, b := t.Streams()
	v.add(a, 1)
	w.add(a, 2)
	t.Print("both: %v, %v", v.await(1, net.Writable), w.await(2, net.Writable))
	waiting := t.Start(func() error { return a.Readable(t.ctx) })
	t.Send(b, "data")
	t.Print("both: %v, %v", v.await(1, net.Readable)&net.Readable, w.await(2, net.Readable)&net.Readable)
	t.Say("who waited", t.Wait(waiting))
	t.Check(v.Deregister(a))
	t.Check(w.Modify(a, 3, readWrite))
	t.Print("the other, when the first has forgotten it: %v", w.await(3, readWrite))
}

func twoReaders(t *T) {
	a, b := t.Streams()
	read := func() error { _, err := a.Read(make([]byte, 1)); return err }
	first, second := t.Start(read), t.Start(read)
	t.Send(b, "1")
	t.Send(b, "2")
	t.Say("one", t.Wait(first))
	t.Say("the other", t.Wait(second))
	first, second = t.Start(read), t.Start(read)
	t.Check(b.Shutdown(net.ShutdownWrite))
	t.Say("at the end, one", t.Wait(first))
	t.Say("at the end, the other", t.Wait(second))
}

// pollerWake would see a wake that is left over, because a wait then is short.
func pollerWake(t *T) {
	w := t.Watch()
	events := make([]net.Event, 1)
	wait := func(d time.Duration) error { _, err := w.Wait(events, d); return err }
	for range 1000 {
		t.Check(w.Wake())
	}
	t.Say("Wait after Wake", wait(-1))
	const short = 20 * time.Millisecond
	began := time.Now()
	t.Check(wait(short))
	t.Print("the next has all its time: %t", time.Since(began) >= short)
	for range 3 {
		waiting := t.Start(func() error { return wait(-1) })
		for range 10 {
			t.Check(w.Wake())
		}
		t.Say("Wait, woken", t.Wait(waiting))
		t.Check(wait(0))
	}
	waiting := t.Start(func() error { return wait(-1) })
	t.Check(w.Close())
	t.Say("Wait, when the poller is closed", t.Wait(waiting))
	t.Say("Wait after that", wait(0))
	t.Say("Wake after that", w.Wake())
	t.Say("Close again", w.Close())
}

// times are some to wait for, and some that nobody can.
var times = struct{ short, long []time.Duration }{
	short: []time.Duration{1, time.Microsecond, time.Millisecond, 1500 * time.Microsecond},
	long:  []time.Duration{24 * time.Hour, 40 * 24 * time.Hour, 10 * 365 * 24 * time.Hour, math.MaxInt64},
}

func pollerTimes(t *T) {
	w := t.Watch()
	a, b := t.Pair()
	events := make([]net.Event, 1)
	for _, d := range times.short {
		began := time.Now()
		n, err := w.Wait(events, d)
		t.Print("%v: %d, %s, over early: %t", d, n, Class(err), time.Since(began) < d)
	}
	t.Check(w.Register(a, 1, net.Readable))
	for _, d := range times.long {
		waiting := t.Start(func() error { _, err := w.Wait(events, d); return err })
		t.Send(b, "x")
		t.Say(d.String(), t.Wait(waiting))
		t.Receive("read", a)
	}
}

func deadlineTimes(t *T) {
	a, b := t.Streams()
	p := make([]byte, 1)
	for _, d := range times.short {
		end := time.Now().Add(d)
		t.Check(a.SetReadDeadline(end))
		_, err := a.Read(p)
		t.Print("%v: %s, over early: %t", d, Class(err), time.Now().Before(end))
	}
	for _, d := range times.long {
		t.Check(a.SetReadDeadline(time.Now().Add(d)))
		waiting := t.Start(func() error { _, err := a.Read(p); return err })
		t.Send(b, "x")
		t.Say(d.String(), t.Wait(waiting))
	}
}

func pollerError(t *T) {
	for _, who := range []string{"TakeError", "Read"} {
		a, b := t.TCP()
		w := t.Watch()
		w.add(a, 1)
		t.Check(b.Abort())
		t.Print("watched: %v", w.await(1, ended))
		t.state(a, ended)
		if who == "TakeError" {
			t.Say(who, a.TakeError())
			t.Say("again", a.TakeError())
		} else {
			t.Ends(a, 2)
		}
	}
}

func pollerToken(t *T) {
	w := t.Watch()
	a, b := t.Streams()
	w.add(a, 7)
	t.Print("registered: %v", w.await(7, net.Writable))
	for range 3 {
		t.Check(w.Wake())
		w.collect(-1)
		t.Send(b, "x")
		t.Print("by its token: %v", w.await(7, net.Readable)&net.Readable)
		t.Receive("read", a)
	}
	t.Print("by others: %d", len(w.seen))
}
