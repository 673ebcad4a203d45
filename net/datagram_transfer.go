package net

import (
	"time"

	"github.com/volt-net/volt/platform"
)

// The functions named try make one system call for the caller, who keeps the
// descriptor open. A datagram says nothing about the next one, so only
// ErrWouldBlock ends readiness.

// tryRecv receives a datagram, or the error that a wait has found.
func (d *desc) tryRecv(p []byte) (int, platform.Addr, error) {
	if err := d.takeFound(); err != nil {
		return 0, platform.Addr{}, err
	}
	d.slots[reading].clear()
	n, from, err := sys.RecvFrom(d.fd, p)
	if err != ErrWouldBlock {
		d.slots[reading].signal(true)
	}
	return n, from, err
}

func (d *desc) tryPeekFrom(p []byte) (int, platform.Addr, error) {
	if err := d.takeFound(); err != nil {
		return 0, platform.Addr{}, err
	}
	d.slots[reading].clear()
	n, from, err := sys.PeekFrom(d.fd, p)
	if err != ErrWouldBlock {
		d.slots[reading].signal(true)
		if err != nil {
			d.tellOnce()
		}
	}
	return n, from, err
}

// takeFound returns the error that looking for a datagram used up, once.
func (d *desc) takeFound() error {
	if !d.has(flagResetSeen) || d.flags.And(^flagResetSeen)&flagResetSeen == 0 {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.reset
	d.reset = nil
	return err
}

func (d *desc) trySend(p []byte) (int, error) {
	d.slots[writing].clear()
	n, err := sys.Send(d.fd, p)
	return d.didSend(n, err)
}

// trySendTo keeps systems from differing in what a connected socket does with
// an address (D3).
func (d *desc) trySendTo(p []byte, to platform.Addr) (int, error) {
	if d.has(flagConnected) {
		return 0, ErrIsConnected
	}
	d.slots[writing].clear()
	n, err := sys.SendTo(d.fd, p, to)
	return d.didSend(n, err)
}

func (d *desc) didSend(n int, err error) (int, error) {
	if err != nil && err != ErrWouldBlock && d.family == platform.Unix {
		err = d.unixSendError(err)
	}
	if err != ErrWouldBlock {
		d.slots[writing].signal(true)
	}
	return n, err
}

// untilSent waits while there is no room for the datagram of o. That the
// system has no memory for it is seen by no poller, so only a clock can tell
// when to try again (D7).
func (d *desc) untilSent(o *op) error {
	if d.tellsNoRoom() {
		return d.untilTaken(o)
	}
	pause := backoff{first: time.Millisecond, most: 100 * time.Millisecond}
	for {
		err := d.until(writing, o)
		if err == nil || sys.Classify(err) != platform.ClassNoBuffers {
			return err
		}
		if err := d.pause(writing, o.ctx, pause.next()); err != nil {
			return err
		}
	}
}
