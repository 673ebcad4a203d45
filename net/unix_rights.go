package net

import (
	"context"
	"errors"
	"io"
	"math"
	"strconv"

	"github.com/volt-net/volt/platform"
)

// ErrDescriptorsLost says that some of the descriptors that came with the data
// had to be closed, for want of room or because this process has too many open.
var ErrDescriptorsLost = errors.New("descriptors lost")

// SendFDs sends p with copies of fds, any number of them, and waits where it
// must. fds must stay open until it returns, and are still the caller's then.
//
// Descriptors travel with bytes (G25): p has at least one for every 253
// descriptors begun. With an error, n bytes are gone, and with each of the
// first of them up to 253 descriptors.
func (s *UnixStream) SendFDs(p []byte, fds ...int) (n int, err error) {
	return s.SendFDsContext(nil, p, fds...)
}

// SendFDsContext is SendFDs that also ends with ctx.
func (s *UnixStream) SendFDsContext(ctx context.Context, p []byte, fds ...int) (n int, err error) {
	d := s.d
	if err := checkRights(p, fds); err != nil {
		return 0, d.fail("write", err)
	}
	err = d.until(writing, &op{kind: opCall, ctx: ctx, call: func() error {
		for {
			piece, some := p[n:], fds
			if len(fds) > platform.MaxRights {
				piece, some = p[n:n+1], fds[:platform.MaxRights]
			}
			k, err := d.trySendFDs(piece, some)
			if err != nil {
				return err
			}
			fds = fds[len(some):]
			if n += k; n == len(p) {
				return nil
			}
			if err := d.interrupted(writing, ctx); err != nil {
				return err
			}
		}
	}})
	return n, d.fail("write", err)
}

// TrySendFDs sends as much of p as fits, at least one byte and with it copies
// of all fds, at most 253, or returns [ErrWouldBlock].
func (s *UnixStream) TrySendFDs(p []byte, fds ...int) (n int, err error) {
	d := s.d
	err = checkRights(p, fds)
	if err == nil && len(fds) > platform.MaxRights {
		err = rightsRange("descriptors", len(fds), 0, platform.MaxRights)
	}
	if err == nil {
		err = d.oneTry(func() error { n, err = d.trySendFDs(p, fds); return err })
	}
	return n, d.fail("write", err)
}

func rightsRange(of string, got, least, most int) error {
	return &RangeError{Option: "SendFDs " + of, Got: strconv.Itoa(got), Min: strconv.Itoa(least), Max: strconv.Itoa(most)}
}

func checkRights(p []byte, fds []int) error {
	least := max(1, (len(fds)+platform.MaxRights-1)/platform.MaxRights)
	if len(p) < least {
		return rightsRange("bytes", len(p), least, math.MaxInt)
	}
	for _, fd := range fds {
		if fd < 0 || fd > math.MaxInt32 {
			return rightsRange("descriptor", fd, 0, math.MaxInt32)
		}
	}
	return nil
}

func (d *desc) trySendFDs(p []byte, fds []int) (int, error) {
	if len(fds) == 0 {
		return d.tryWrite(p)
	}
	d.slots[writing].clear()
	m := &platform.Message{Buffers: [][]byte{p}, Control: sys.Traits().Control.PutRights(fds)}
	return d.didWrite(sys.SendMsg(d.fd, m))
}

// RecvFDs is Read that also takes the descriptors that came with the data, n
// bytes and m descriptors. They are close-on-exec, and the caller's to close.
// More than fit into fds are closed, which [ErrDescriptorsLost] tells; p and
// fds are filled then, too.
//
// At most one message of the sender's is read: what SendFDs has sent with more
// than 253 descriptors takes several calls, or [UnixStream.RecvFDsFull].
func (s *UnixStream) RecvFDs(p []byte, fds []int) (n, m int, err error) {
	return s.RecvFDsContext(nil, p, fds)
}

// RecvFDsContext is RecvFDs that also ends with ctx.
func (s *UnixStream) RecvFDsContext(ctx context.Context, p []byte, fds []int) (n, m int, err error) {
	n, m, err = s.d.recvFDs(ctx, p, fds)
	return n, m, s.d.ended("read", err)
}

// RecvFDsFull is ReadFull that also takes the descriptors that come with the
// data: those before an error, too, are the caller's to close.
func (s *UnixStream) RecvFDsFull(p []byte, fds []int) (n, m int, err error) {
	return s.RecvFDsFullContext(nil, p, fds)
}

// RecvFDsFullContext is RecvFDsFull that also ends with ctx.
func (s *UnixStream) RecvFDsFullContext(ctx context.Context, p []byte, fds []int) (n, m int, err error) {
	for err = s.d.alive(); n < len(p) && err == nil; {
		var k, l int
		k, l, err = s.d.recvFDs(ctx, p[n:], fds[m:])
		n, m = n+k, m+l
	}
	if err == io.EOF && n > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err == io.ErrUnexpectedEOF {
		return n, m, err
	}
	return n, m, s.d.ended("read", err)
}

// TryRecvFDs is RecvFDs that returns [ErrWouldBlock] where there is nothing.
func (s *UnixStream) TryRecvFDs(p []byte, fds []int) (n, m int, err error) {
	if len(p) == 0 {
		return 0, 0, s.d.ended("read", s.d.alive())
	}
	err = s.d.oneTry(func() error { n, m, err = s.d.tryRecvFDs(p, fds); return err })
	return n, m, s.d.ended("read", err)
}

func (d *desc) recvFDs(ctx context.Context, p []byte, fds []int) (n, m int, err error) {
	if len(p) == 0 {
		return 0, 0, d.alive()
	}
	err = d.until(reading, &op{kind: opCall, ctx: ctx, call: func() error {
		n, m, err = d.tryRecvFDs(p, fds)
		return err
	}})
	return n, m, err
}

func (d *desc) tryRecvFDs(p []byte, fds []int) (n, m int, err error) {
	if d.has(flagReadShut) {
		return 0, 0, d.readShut()
	}
	d.slots[reading].clear()
	control := sys.Traits().Control
	// Room for all that can come: what a kernel has no room for, it may leak.
	msg := &platform.Message{Buffers: [][]byte{p}, Control: make([]byte, control.RightsSpace(platform.MaxRightsHere))}
	err = sys.RecvMsg(d.fd, msg)
	lost := false
	if err == nil {
		m, lost = takeRights(control, msg, fds)
	}
	if msg.N == 0 && (m > 0 || lost) && err == nil {
		d.slots[reading].signal(true) // descriptors without data are not the end (G25)
	} else {
		n, err = d.didRead(msg.N, msg.N, err)
	}
	if lost && err == nil {
		err = ErrDescriptorsLost
	}
	return n, m, err
}

// takeRights moves the descriptors of a message to fds, and closes those that
// do not fit. Of a message that was cut off, it closes all: which are missing
// is not known (G26).
func takeRights(control *platform.ControlLayout, msg *platform.Message, fds []int) (m int, lost bool) {
	if msg.Flags&platform.ControlTruncated != 0 {
		fds, lost = nil, true
	}
	control.EachRight(msg.Control[:msg.ControlLen], func(fd int) error {
		if m == len(fds) {
			lost = true
			sys.Close(platform.FD(fd))
			return nil
		}
		fds[m] = fd
		m++
		return nil
	})
	return m, lost
}
