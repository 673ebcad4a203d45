//go:build swap

package net

import (
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/volt-net/volt/platform"
)

// A modelKernel is all of a kernel that waiting needs: sockets with bytes to
// read and room to write, numbers that are given out again, and a poller that
// holds its events until it is told to deliver them.
type modelKernel struct {
	platform.Unimplemented
	traits platform.Traits
	poller *modelPoller

	mu       sync.Mutex
	socks    []*modelSock // by number, and nil where one is free
	latent   []platform.Event
	problems []string
	noAdd    bool // the next Add fails
	part     int  // if not 0, no read gets more at once, even if more is there (G32, C47)
}

type modelSock struct {
	in, room int  // bytes to read, and bytes that can be written
	sent     byte // the number of the last byte to have been read
	eof      bool
	watched  bool
	gen      uint32
}

func newModelKernel() *modelKernel {
	k := &modelKernel{traits: platform.Traits{ShortReadDrains: true}}
	k.poller = &modelPoller{k: k}
	k.poller.changed.L = &k.poller.mu
	return k
}

func (k *modelKernel) Traits() *platform.Traits            { return &k.traits }
func (k *modelKernel) Classify(error) platform.Class       { return platform.ClassNone }
func (k *modelKernel) NewPoller() (platform.Poller, error) { return k.poller, nil }

// PeerAddr always has one: streams end in the model, but are not reset.
func (k *modelKernel) PeerAddr(platform.FD) (platform.Addr, error) {
	return platform.Addr{Family: platform.Inet4}, nil
}

// event makes an event, for the poller to hold.
func (k *modelKernel) event(fd platform.FD, r platform.Ready) {
	if s := k.socks[fd]; s.watched {
		k.latent = append(k.latent, platform.Event{FD: fd, Gen: s.gen, Ready: r})
	}
}

// open returns the lowest number that is free.
func (k *modelKernel) open() platform.FD {
	k.mu.Lock()
	defer k.mu.Unlock()
	for fd, s := range k.socks {
		if s == nil {
			k.socks[fd] = new(modelSock)
			return platform.FD(fd)
		}
	}
	k.socks = append(k.socks, new(modelSock))
	return platform.FD(len(k.socks) - 1)
}

// change does something to a socket and makes the event that goes with it.
func (k *modelKernel) change(fd platform.FD, r platform.Ready, do func(*modelSock)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	do(k.socks[fd])
	k.event(fd, r)
}

// use looks a socket up for a call.
func (k *modelKernel) use(fd platform.FD, call string) *modelSock {
	if int(fd) >= len(k.socks) || k.socks[fd] == nil {
		k.problems = append(k.problems, fmt.Sprintf("%s on %d, which is closed", call, fd))
		return new(modelSock)
	}
	return k.socks[fd]
}

// Close frees the number. The poller forgets the socket.
func (k *modelKernel) Close(fd platform.FD) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.use(fd, "Close")
	k.socks[fd] = nil
	return nil
}

// Read gives the bytes their numbers, so that one lost or doubled shows.
func (k *modelKernel) Read(fd platform.FD, p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.use(fd, "Read")
	n := min(s.in, len(p))
	if n == 0 && !s.eof {
		return 0, platform.ErrWouldBlock
	}
	if k.part > 0 {
		n = min(n, k.part)
	}
	s.in -= n
	for i := range p[:n] {
		s.sent++
		p[i] = s.sent
	}
	return n, nil
}

// Peek tells only whether there is something.
func (k *modelKernel) Peek(fd platform.FD, p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.use(fd, "Peek")
	if s.in == 0 && !s.eof {
		return 0, platform.ErrWouldBlock
	}
	return min(s.in, len(p)), nil
}

func (k *modelKernel) Write(fd platform.FD, p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.use(fd, "Write")
	n := min(s.room, len(p))
	if n == 0 {
		return 0, platform.ErrWouldBlock
	}
	s.room -= n
	return n, nil
}

// A modelPoller returns the events that deliver was given, and no others.
type modelPoller struct {
	k *modelKernel

	mu      sync.Mutex
	changed sync.Cond
	batch   []platform.Event
	woken   bool
	waits   int // calls of Wait
	took    int // which of them took the batch
}

func (p *modelPoller) FD() platform.FD { return platform.NoFD }
func (p *modelPoller) Close() error    { return nil }

// Add makes an event for what the socket is ready for by now.
func (p *modelPoller) Add(fd platform.FD, gen uint32) error {
	k := p.k
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.use(fd, "Add")
	if k.noAdd {
		k.noAdd = false
		return syscall.ENOSPC
	}
	s.watched, s.gen = true, gen
	var r platform.Ready
	if s.in > 0 {
		r |= Readable
	}
	if s.room > 0 {
		r |= Writable
	}
	if s.eof {
		r |= Readable | ReadClosed
	}
	if r != 0 {
		k.event(fd, r)
	}
	return nil
}

func (p *modelPoller) Remove(fd platform.FD) error {
	p.k.mu.Lock()
	defer p.k.mu.Unlock()
	p.k.use(fd, "Remove").watched = false
	return nil
}

func (p *modelPoller) Wake() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.woken = true
	p.changed.Broadcast()
	return nil
}

func (p *modelPoller) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits++
	p.changed.Broadcast()
	for timeout < 0 && len(p.batch) == 0 && !p.woken {
		p.changed.Wait()
	}
	p.woken = false
	n := copy(events, p.batch)
	if p.batch = p.batch[n:]; n > 0 {
		p.took = p.waits
	}
	return n, nil
}

// deliver has the reactor take a batch, and returns when it has dealt with it.
func (p *modelPoller) deliver(batch []platform.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batch = batch
	p.changed.Broadcast()
	for len(p.batch) > 0 || p.waits == p.took {
		p.changed.Wait()
	}
}
