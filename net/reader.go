package net

import (
	"context"
	"io"
)

// reader is the reading side of a stream, alone or as a part of it. Parked
// reads take turns.
type reader struct{ r *desc }

// TryRead reads what is there, at least one byte, or returns [ErrWouldBlock].
// At the end it returns [io.EOF]. An empty p is 0, nil.
func (r reader) TryRead(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, r.r.ended("read", r.r.alive())
	}
	if err := r.r.acquire(); err != nil {
		return 0, r.r.fail("read", err)
	}
	n, err = r.r.tryRead(p)
	r.r.release()
	return n, r.r.ended("read", err)
}

// TryPeek is TryRead that leaves what it reads in the buffer.
func (r reader) TryPeek(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, r.r.ended("peek", r.r.alive())
	}
	err = r.r.oneTry(func() error { n, err = r.r.tryPeek(p); return err })
	return n, r.r.ended("peek", err)
}

// TryReadBuffers is TryRead into several buffers, filled in order; of more
// than 1,024 that are not empty, into the first 1,024.
func (r reader) TryReadBuffers(bufs [][]byte) (n int, err error) {
	if size(bufs) == 0 {
		return 0, r.r.ended("read", r.r.alive())
	}
	err = r.r.oneTry(func() error { n, err = r.r.tryReadV(bufs); return err })
	return n, r.r.ended("read", err)
}

// Read waits until there is something to read and reads it. At the end it
// returns [io.EOF].
func (r reader) Read(p []byte) (int, error) {
	n, err := r.r.read(nil, p)
	return n, r.r.ended("read", err)
}

// ReadContext is Read that also ends with ctx.
func (r reader) ReadContext(ctx context.Context, p []byte) (int, error) {
	n, err := r.r.read(ctx, p)
	return n, r.r.ended("read", err)
}

// ReadFull reads len(p) bytes. A stream that ends before the first is
// [io.EOF], one that ends later [io.ErrUnexpectedEOF].
func (r reader) ReadFull(p []byte) (int, error) { return r.readFull(nil, p) }

// ReadFullContext is ReadFull that also ends with ctx.
func (r reader) ReadFullContext(ctx context.Context, p []byte) (int, error) {
	return r.readFull(ctx, p)
}

func (r reader) readFull(ctx context.Context, p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, r.r.ended("read", r.r.alive())
	}
	for n < len(p) {
		k, err := r.r.read(ctx, p[n:])
		n += k
		if err == io.EOF && n > 0 {
			return n, io.ErrUnexpectedEOF
		}
		if err != nil {
			return n, r.r.ended("read", err)
		}
	}
	return n, nil
}

// Peek is Read that leaves what it reads in the buffer.
func (r reader) Peek(p []byte) (int, error) {
	n, err := r.r.peek(nil, p)
	return n, r.r.ended("peek", err)
}

// PeekContext is Peek that also ends with ctx.
func (r reader) PeekContext(ctx context.Context, p []byte) (int, error) {
	n, err := r.r.peek(ctx, p)
	return n, r.r.ended("peek", err)
}

// ReadBuffers is Read into several buffers, filled in order.
func (r reader) ReadBuffers(bufs [][]byte) (int, error) {
	n, err := r.r.readV(nil, bufs)
	return n, r.r.ended("read", err)
}

// ReadBuffersContext is ReadBuffers that also ends with ctx.
func (r reader) ReadBuffersContext(ctx context.Context, bufs [][]byte) (int, error) {
	n, err := r.r.readV(ctx, bufs)
	return n, r.r.ended("read", err)
}
