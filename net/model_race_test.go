//go:build swap

package net

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// bytesEach is how much every socket of TestModelRaces carries each way.
const bytesEach = 200

// TestModelRaces is TestModel without the order: everything happens at once,
// and what has to be right is the end. No byte is lost or there twice, and
// nobody waits for what has come: not in every second round either, in which
// short reads leave something behind.
func TestModelRaces(t *testing.T) {
	if alone(t) {
		return
	}
	rounds := 300
	if raceDetector {
		rounds = 40
	}
	end := time.Now().Add(*modelTime)
	for seed := *modelSeed; ; seed++ {
		for round := range rounds {
			modelRace(t, rand.New(rand.NewPCG(seed, uint64(round))), round%2 == 1)
			if t.Failed() {
				return
			}
		}
		if !time.Now().Before(end) {
			return
		}
	}
}

func modelRace(t *testing.T, r *rand.Rand, inParts bool) {
	w := &world{TB: t, r: r, k: newModelKernel()}
	if inParts {
		w.k.part, w.k.traits.ShortReadDrains = 2, false
	}
	defer w.restore(sys, theReactor)()
	events := make(chan struct{})
	var delivery, sockets sync.WaitGroup
	delivery.Go(func() { w.k.flow(events) })
	for range 3 {
		d := newDesc(w.k.open(), platform.Inet4, platform.Stream)
		d.set(flagConnected)
		own := rand.New(rand.NewPCG(r.Uint64(), 0))
		sockets.Go(func() { raceOn(t, w.k, d, own) })
	}
	ended := make(chan struct{})
	go func() { sockets.Wait(); close(ended) }()
	soon(t, "everybody is done", ended)
	stopped(t, theReactor)
	close(events)
	delivery.Wait()
	if diff := cmp.Diff([]string(nil), w.k.problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// flow hands events on as they come, until stop.
func (k *modelKernel) flow(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		k.mu.Lock()
		some := k.latent
		k.latent = nil
		k.mu.Unlock()
		k.poller.push(some)
	}
}

// push is deliver that does not wait.
func (p *modelPoller) push(batch []platform.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batch = append(p.batch, batch...)
	p.changed.Broadcast()
}

// raceOn uses one socket from all sides until its bytes have come and gone.
func raceOn(t *testing.T, k *modelKernel, d *desc, r *rand.Rand) {
	var users sync.WaitGroup
	var mu sync.Mutex
	seen, all := map[byte]int{}, make(chan struct{})
	reader := func(r *rand.Rand) {
		p := make([]byte, 5)
		for {
			n, err := interrupting(r, func(ctx context.Context) (int, error) { return d.read(ctx, p[:1+r.IntN(5)]) })
			mu.Lock()
			for _, b := range p[:n] {
				if seen[b]++; seen[b] == 1 && len(seen) == bytesEach {
					close(all)
				}
			}
			mu.Unlock()
			if err != nil && !passes(err) {
				if err != io.EOF {
					t.Errorf("read: %v", err)
				}
				return
			}
		}
	}
	writer := func(r *rand.Rand) {
		for left := bytesEach / 4; left > 0; {
			n, err := interrupting(r, func(ctx context.Context) (int, error) { return d.write(ctx, make([]byte, min(left, 1+r.IntN(9)))) })
			left -= n
			if err != nil && !passes(err) {
				t.Errorf("write: %v", err)
				return
			}
		}
	}
	for _, use := range []func(*rand.Rand){reader, reader, reader, reader, writer, writer, writer, writer} {
		own := rand.New(rand.NewPCG(r.Uint64(), 0))
		users.Go(func() { use(own) })
	}
	for in, room := 0, 0; in < bytesEach || room < bytesEach; {
		a, b := min(r.IntN(4), bytesEach-in), min(r.IntN(4), bytesEach-room)
		in, room = in+a, room+b
		k.change(d.fd, Readable, func(s *modelSock) { s.in += a })
		k.change(d.fd, Writable, func(s *modelSock) { s.room += b })
		if r.IntN(8) == 0 {
			dir := direction(r.IntN(2))
			d.setDeadline(dir, time.Now())
			d.setDeadline(dir, time.Time{})
		}
	}
	<-all // as the end would wake a reader that sleeps beside what has come
	k.change(d.fd, Readable|ReadClosed, func(s *modelSock) { s.eof = true })
	users.Wait()
	want := map[byte]int{}
	for i := range byte(bytesEach) {
		want[i+1] = 1
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("how often each byte came (-want +got):\n%s", diff)
	}
	if err := d.close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// interrupting makes a call, at times with a context that ends meanwhile.
func interrupting(r *rand.Rand, call func(context.Context) (int, error)) (int, error) {
	if r.IntN(3) > 0 {
		return call(nil)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go cancel()
	return call(ctx)
}

// passes reports an error that ends a wait and nothing else.
func passes(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, errDeadline)
}
