package net

import (
	"io"
	"math"

	"github.com/volt-net/volt/platform"
)

// spliceChunk is the most that one call is to move; the pipe may hold less.
const spliceChunk = 1 << 20

// WriteTo writes to w all that the stream delivers until its end. If w is
// another stream, or half of one, the bytes do not go through the program's
// memory where the system knows a way around it.
func (r reader) WriteTo(w io.Writer) (n int64, err error) {
	if w == nil {
		return 0, r.r.fail("read", missing("writer"))
	}
	if to := writingSide(w); to != nil {
		left, done := int64(math.MaxInt64), false
		if n, done, err = to.splice(r.r, &left); done {
			return n, err
		}
	}
	k, err := io.Copy(w, onlyReader{r})
	return n + k, err
}

// onlyReader hides WriteTo from io.Copy.
type onlyReader struct{ io.Reader }

// readingSide finds the stream that r reads from. Only the package's own types
// are looked through: a type around one may have a Read of its own.
func readingSide(r io.Reader) *desc {
	switch r := r.(type) {
	case *TCPStream:
		return r.r
	case *UnixStream:
		return r.r
	case *ReadHalf:
		return r.r
	case *OwnedReadHalf:
		return r.r
	}
	return nil
}

// writingSide finds the stream that w writes to.
func writingSide(w io.Writer) *desc {
	switch w := w.(type) {
	case *TCPStream:
		return w.w
	case *UnixStream:
		return w.w
	case *WriteHalf:
		return w.w
	case *OwnedWriteHalf:
		return w.w
	}
	return nil
}

// splice moves to d what from delivers until its end, at most left bytes,
// through a pipe in the kernel. It reports whether there is nothing left to do.
func (d *desc) splice(from *desc, left *int64) (n int64, done bool, err error) {
	out, in, err := sys.Pipe()
	if err != nil {
		return 0, false, nil // copying needs none
	}
	defer sys.Close(out)
	defer sys.Close(in)
	for *left > 0 {
		k, err := from.fill(in, int(min(*left, spliceChunk)))
		*left -= int64(k)
		switch {
		case err == io.EOF:
			return n, true, nil
		case cannot(err):
			return n, false, nil
		case err != nil:
			return n, true, from.fail("read", err)
		}
		k, err = d.drainPipe(out, k)
		n += int64(k)
		if err != nil {
			return n, true, d.fail("write", err)
		}
	}
	return n, true, nil
}

// fill parks until there is something to read, and moves at most n bytes of it
// to an empty pipe. That these are fewer does not say that there is no more:
// the pipe takes so many pieces, whatever their size.
func (d *desc) fill(pipe platform.FD, n int) (k int, err error) {
	err = d.until(reading, &op{kind: opCall, call: func() error {
		if d.has(flagReadShut) {
			return d.readShut()
		}
		d.slots[reading].clear()
		k, err = sys.Splice(d.fd, pipe, n)
		k, err = d.didRead(k, k, err)
		return err
	}})
	return k, err
}

// drainPipe parks until the n bytes that a pipe holds are written; it returns
// how many were, error or not.
func (d *desc) drainPipe(pipe platform.FD, n int) (k int, err error) {
	err = d.until(writing, &op{kind: opCall, call: func() error {
		for {
			if d.has(flagWriteGone) {
				return ErrClosed
			}
			d.slots[writing].clear()
			m, err := d.didWrite(sys.Splice(pipe, d.fd, n-k))
			if k += m; err != nil || k == n {
				return err
			}
			if err := d.interrupted(writing, nil); err != nil {
				return err
			}
		}
	}})
	return k, err
}
