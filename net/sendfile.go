package net

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"syscall"

	"github.com/volt-net/volt/platform"
)

// sendChunk is the most that one call is to send: in between, Close and
// deadlines are heard.
const sendChunk = 4 << 20

// A fileSource is an *os.File, or what package os passes in its place to hide
// that it could do the copying.
type fileSource interface {
	fs.File
	io.Seeker
	syscall.Conn
}

// ReadFrom writes to the stream all that r holds. Regular files, and what
// other streams deliver, do not go through the program's memory where the
// system knows a way around it. A file's position moves as if it were read.
// r may be an [io.LimitedReader] of either.
func (w writer) ReadFrom(r io.Reader) (int64, error) {
	if r == nil {
		return 0, w.w.fail("write", missing("reader"))
	}
	n, done, err := w.w.pull(r)
	if done {
		return n, err
	}
	k, err := io.Copy(onlyWriter{w}, r)
	return n + k, err
}

// onlyWriter hides ReadFrom from io.Copy.
type onlyWriter struct{ io.Writer }

// pull lets the kernel move what it can from r to d, and reports whether there
// is nothing left to do.
func (d *desc) pull(r io.Reader) (n int64, done bool, err error) {
	left := int64(math.MaxInt64)
	limited, ok := r.(*io.LimitedReader)
	if ok {
		r, left = limited.R, limited.N
		defer func() { limited.N = left }()
	}
	if left <= 0 {
		return 0, true, d.ended("write", d.alive())
	}
	if file, ok := r.(fileSource); ok {
		return d.pullFile(file, &left)
	}
	if from := readingSide(r); from != nil {
		return d.splice(from, &left)
	}
	return 0, false, nil
}

// pullFile sends what follows a file's position, at most left bytes.
func (d *desc) pullFile(file fileSource, left *int64) (n int64, done bool, err error) {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0, false, nil // reading it tells what is wrong, or waits
	}
	at, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, false, nil
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return 0, false, nil
	}
	closed := raw.Control(func(fd uintptr) { n, err = d.sendFile(platform.FD(fd), at, *left) })
	if closed != nil {
		return 0, false, nil
	}
	*left -= n
	if n > 0 {
		if _, moved := file.Seek(at+n, io.SeekStart); moved != nil {
			return n, true, errors.Join(d.fail("write", err), moved)
		}
	}
	if n == 0 && err == nil || cannot(err) || ofFile(err) {
		return n, false, nil // some files that claim to be empty are not
	}
	return n, true, d.fail("write", err)
}

// cannot reports an error of sendfile or splice that says nothing about the
// data: another way has to be taken, and will fail again if it must.
func cannot(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || sys.Classify(err) == platform.ClassInvalid
}

// ofFile reports an error of sendfile that may be the file's, as EBADF and EIO
// are: those of a connection have a class. Reading the file tells it by name.
func ofFile(err error) bool {
	var call *os.SyscallError
	return errors.As(err, &call) && sys.Classify(err) == platform.ClassNone
}

// sendFile parks until left bytes of a file are sent, or what there is; it
// returns how many were, error or not.
func (d *desc) sendFile(file platform.FD, at, left int64) (n int64, err error) {
	err = d.until(writing, &op{kind: opCall, call: func() error {
		for {
			if d.has(flagWriteGone) {
				return ErrClosed
			}
			d.slots[writing].clear()
			k, err := d.didWrite(sys.SendFile(d.fd, file, at+n, int(min(left-n, sendChunk))))
			n += int64(k)
			if err != nil || k == 0 || n == left {
				return err
			}
			if err := d.interrupted(writing, nil); err != nil {
				return err
			}
		}
	}})
	return n, err
}
