package net

import (
	"syscall"
)

// SyscallConn returns the descriptor for use by callbacks. It stays
// non-blocking, and open while a callback runs.
func (s socket) SyscallConn() (syscall.RawConn, error) {
	if err := s.d.alive(); err != nil {
		return nil, s.d.fail("raw-control", err)
	}
	return rawConn{s.d}, nil
}

type rawConn struct{ d *desc }

// lend runs fn, which gets the descriptor's number and may make copies of it
// (H25). Close does not wait for callbacks: it may be called from one.
func (d *desc) lend(fn func() error) error {
	d.lent.Add(1)
	defer d.lent.Add(-1)
	if err := d.acquire(); err != nil {
		return err
	}
	defer d.release()
	d.set(flagShared)
	return fn()
}

func (c rawConn) Control(fn func(fd uintptr)) error {
	if fn == nil {
		return c.d.fail("raw-control", missing("function"))
	}
	return c.d.fail("raw-control", c.d.lend(func() error { fn(uintptr(c.d.fd)); return nil }))
}

func (c rawConn) Read(fn func(fd uintptr) bool) error  { return c.loop("raw-read", reading, fn) }
func (c rawConn) Write(fn func(fd uintptr) bool) error { return c.loop("raw-write", writing, fn) }

// loop calls fn until it returns true, waiting in between. What fn does with
// the socket is not known, so the first call is always made.
func (c rawConn) loop(name string, dir direction, fn func(fd uintptr) bool) error {
	if fn == nil {
		return c.d.fail(name, missing("function"))
	}
	c.d.slots[dir].signal(true)
	if dir == reading {
		c.d.set(flagExact) // nor what its short reads mean; and a reset is fn's to find
	}
	return c.d.fail(name, c.d.until(dir, &op{kind: opCall, call: func() error { return c.d.lendTry(dir, fn) }}))
}

func (d *desc) lendTry(dir direction, fn func(fd uintptr) bool) error {
	d.slots[dir].clear()
	done := true // unless fn says otherwise: if it panics, nothing is known
	defer func() {
		if done {
			d.slots[dir].signal(true)
		}
	}()
	return d.lend(func() error {
		if done = fn(uintptr(d.fd)); !done {
			return ErrWouldBlock
		}
		return nil
	})
}
