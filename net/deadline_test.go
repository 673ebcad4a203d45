package net

import (
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// waits are the two ways in which a fresh stream may wait.
var waits = map[string]func(testing.TB, *TCPStream){
	"as it is":       func(testing.TB, *TCPStream) {},
	"by the reactor": watched,
}

// A move sets the deadline so long from the beginning of the test; zero
// removes it.
type move time.Duration

func (m move) apply(t testing.TB, s *TCPStream, begin time.Time) {
	t.Helper()
	at := begin.Add(time.Duration(m))
	if m == 0 {
		at = time.Time{}
	}
	if err := s.SetReadDeadline(at); err != nil {
		t.Fatal(err)
	}
}

// TestDeadlineMoves moves a deadline about, before a read waits and while it
// does. What was set last counts, and it does not come early (H32).
func TestDeadlineMoves(t *testing.T) {
	const (
		ms   = move(time.Millisecond)
		hour = move(time.Hour)
		ever = move(292 * 365 * 24 * time.Hour)
	)
	tests := []struct {
		name  string
		moves []move
		want  time.Duration
	}{
		{"a nanosecond", []move{1}, 1},
		{"once", []move{20 * ms}, 20 * time.Millisecond},
		{"passed", []move{-hour}, 0},
		{"later", []move{10 * ms, 30 * ms}, 30 * time.Millisecond},
		{"later and later", []move{5 * ms, 10 * ms, 15 * ms, 40 * ms}, 40 * time.Millisecond},
		{"sooner", []move{hour, 20 * ms}, 20 * time.Millisecond},
		{"from never to soon", []move{ever, 20 * ms}, 20 * time.Millisecond},
		{"removed and set", []move{10 * ms, 0, 30 * ms}, 30 * time.Millisecond},
		{"there and back", []move{hour, 10 * ms, hour, 20 * ms}, 20 * time.Millisecond},
	}
	for way, watch := range waits {
		for _, when := range []string{"before", "meanwhile"} {
			for _, tt := range tests {
				t.Run(way+"/"+when+"/"+tt.name, func(t *testing.T) {
					t.Parallel()
					_, s := pair(t, "127.0.0.1:0")
					watch(t, s)
					begin := time.Now()
					read := func() error { return second(s.Read(make([]byte, 1))) }
					var done <-chan error
					if when == "meanwhile" {
						done = park(read)
						waiting(t, s, 1)
					}
					for _, m := range tt.moves {
						m.apply(t, s, begin)
					}
					if done == nil {
						done = park(read)
					}
					err := soon(t, "Read", done)
					// A deadline that passes between two moves ends the read, as it should.
					if took := time.Since(begin); took < tt.want && !(when == "meanwhile" && overtaken(tt.moves, took)) {
						t.Errorf("ended after %v, want %v", took, tt.want)
					}
					errorIs(t, "Read", err, os.ErrDeadlineExceeded)
				})
			}
		}
	}
}

// overtaken reports whether one of the earlier moves may have come true.
func overtaken(moves []move, took time.Duration) bool {
	for _, m := range moves[:len(moves)-1] {
		if m != 0 && time.Duration(m) <= took {
			return true
		}
	}
	return false
}

func TestDeadlineRemoved(t *testing.T) {
	for way, watch := range waits {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			client, s := pair(t, "127.0.0.1:0")
			watch(t, s)
			move(20*time.Millisecond).apply(t, s, time.Now())
			move(0).apply(t, s, time.Now())
			done := park(func() error { return second(s.Read(make([]byte, 1))) })
			staysParked(t, done, 40*time.Millisecond)
			if _, err := client.Write([]byte{1}); err != nil {
				t.Fatal(err)
			}
			errorIs(t, "Read", soon(t, "Read", done), nil)
		})
	}
}

// TestDeadlineStays: what has passed ends every call that would wait, in its
// own direction, until it is moved.
func TestDeadlineStays(t *testing.T) {
	for way, watch := range waits {
		t.Run(way, func(t *testing.T) {
			client, s := pair(t, "127.0.0.1:0")
			watch(t, s)
			buf := make([]byte, 1)
			if _, err := client.Write([]byte{1}); err != nil {
				t.Fatal(err)
			}
			move(-time.Second).apply(t, s, time.Now())
			for range 3 {
				errorIs(t, "Read", second(s.Read(buf)), os.ErrDeadlineExceeded)
				errorIs(t, "Peek", second(s.Peek(buf)), os.ErrDeadlineExceeded)
			}
			errorIs(t, "Write", second(s.Write(buf)), nil)
			n, err := tryOnce(t, s, buf)
			if diff := cmp.Diff(1, n); diff != "" || err != nil {
				t.Errorf("TryRead, which does not wait: %v\n%s", err, diff)
			}
			move(time.Hour).apply(t, s, time.Now())
			if _, err := client.Write([]byte{1}); err != nil {
				t.Fatal(err)
			}
			errorIs(t, "Read", second(s.Read(buf)), nil)
		})
	}
}

// tryOnce repeats TryRead until the byte that is under way has come.
func tryOnce(t *testing.T, s *TCPStream, p []byte) (n int, err error) {
	t.Helper()
	until(t, "the byte comes", func() bool {
		n, err = s.TryRead(p)
		return err != ErrWouldBlock
	})
	return n, err
}

// TestDeadlineTimer looks at the timer: moving a deadline later leaves it, and
// one that fires too early, or too late to be stopped, ends nothing.
func TestDeadlineTimer(t *testing.T) {
	_, s := pair(t, "127.0.0.1:0")
	d := s.d
	begin := time.Now()
	due := func() time.Time {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.deadlines[reading].due
	}
	expired := func() bool { return d.has(flagReadExpired << reading) }

	move(time.Hour).apply(t, s, begin)
	first := due()
	move(2*time.Hour).apply(t, s, begin)
	if !due().Equal(first) {
		t.Errorf("moving the deadline later moved the timer by %v", due().Sub(first))
	}
	d.fire(reading)
	if expired() {
		t.Error("expired with the timer that fired early")
	}
	if left := due().Sub(begin); left < 2*time.Hour-time.Minute {
		t.Errorf("the timer that fired early is set again to %v", left)
	}
	move(time.Minute).apply(t, s, begin)
	if left := due().Sub(begin); left > time.Hour {
		t.Errorf("moving the deadline sooner leaves the timer at %v", left)
	}
	move(0).apply(t, s, begin)
	if !due().IsZero() {
		t.Error("removing the deadline leaves the timer")
	}
	d.fire(reading)
	if expired() {
		t.Error("expired by a timer that was stopped too late")
	}
}

// TestDeadlineClosed: a deadline that comes to be set when Close has removed
// all of them leaves no timer behind.
func TestDeadlineClosed(t *testing.T) {
	_, s := pair(t, "127.0.0.1:0")
	d := s.d
	armed := func(dir direction) bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		l := d.deadlines[dir]
		return l != nil && !l.due.IsZero()
	}
	move(time.Hour).apply(t, s, time.Now())
	if err := d.acquire(); err != nil { // as SetDeadline does
		t.Fatal(err)
	}
	closed := park(s.Close)
	until(t, "Close removes the deadline", func() bool { return !armed(reading) })
	for _, dir := range []direction{reading, writing} {
		d.deadline(dir, time.Now().Add(time.Hour))
		if armed(dir) {
			t.Errorf("direction %d: a timer is left", dir)
		}
	}
	d.release()
	errorIs(t, "Close", soon(t, "Close", closed), nil)
}

// TestDeadlineRace has deadlines set from all sides while reads come and go.
func TestDeadlineRace(t *testing.T) {
	for way, watch := range waits {
		t.Run(way, func(t *testing.T) {
			_, s := pair(t, "127.0.0.1:0")
			watch(t, s)
			var setters, readers sync.WaitGroup
			for seed := range uint64(3) {
				setters.Go(func() {
					random := rand.New(rand.NewPCG(seed, 0))
					for range 1000 {
						at := time.Now().Add(time.Duration(random.IntN(200)) * time.Microsecond)
						if random.IntN(4) == 0 {
							at = time.Time{}
						}
						s.SetDeadline(at)
					}
				})
			}
			closed := make(chan struct{})
			for range 2 {
				readers.Go(func() {
					for {
						err := second(s.Read(make([]byte, 1)))
						select {
						case <-closed:
							return
						default:
						}
						if err == nil {
							t.Error("Read: nil")
							return
						}
						errorIs(t, "Read", err, os.ErrDeadlineExceeded)
					}
				})
			}
			setters.Wait()
			close(closed)
			if err := s.SetDeadline(time.Now().Add(time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() { readers.Wait(); close(ended) }()
			soon(t, "the last deadline ends all reads", ended)
		})
	}
}
