package net

import "context"

// writer is the writing side of a stream, alone or as a part of it. Parked
// writes take turns, so that they do not interleave.
type writer struct{ w *desc }

// TryWrite writes as much of p as fits, at least one byte, or returns
// [ErrWouldBlock]. An empty p is 0, nil.
func (w writer) TryWrite(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, w.w.ended("write", w.w.alive())
	}
	if err := w.w.acquire(); err != nil {
		return 0, w.w.fail("write", err)
	}
	n, err = w.w.tryWrite(p)
	w.w.release()
	return n, w.w.ended("write", err)
}

// TryWriteBuffers is TryWrite from several buffers; of more than 1,024 that
// are not empty, from the first 1,024.
func (w writer) TryWriteBuffers(bufs [][]byte) (n int, err error) {
	if size(bufs) == 0 {
		return 0, w.w.ended("write", w.w.alive())
	}
	err = w.w.oneTry(func() error { n, err = w.w.tryWriteV(bufs); return err })
	return n, w.w.ended("write", err)
}

// Write writes all of p, waiting where it must. With an error, n is how much
// of p the kernel has taken.
func (w writer) Write(p []byte) (n int, err error) {
	n, err = w.w.write(nil, p)
	return n, w.w.ended("write", err)
}

// WriteContext is Write that also ends with ctx.
func (w writer) WriteContext(ctx context.Context, p []byte) (n int, err error) {
	n, err = w.w.write(ctx, p)
	return n, w.w.ended("write", err)
}

// WriteAll is Write, under the name that says what it does.
func (w writer) WriteAll(p []byte) (n int, err error) { return w.Write(p) }

// WriteAllContext is WriteAll that also ends with ctx.
func (w writer) WriteAllContext(ctx context.Context, p []byte) (n int, err error) {
	return w.WriteContext(ctx, p)
}

// WriteBuffers writes all of bufs, any number, in as few system calls as the
// kernel allows. It does not change bufs.
func (w writer) WriteBuffers(bufs [][]byte) (int64, error) {
	n, err := w.w.writeV(nil, bufs)
	return n, w.w.ended("write", err)
}

// WriteBuffersContext is WriteBuffers that also ends with ctx.
func (w writer) WriteBuffersContext(ctx context.Context, bufs [][]byte) (int64, error) {
	n, err := w.w.writeV(ctx, bufs)
	return n, w.w.ended("write", err)
}
