package net

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/volt-net/volt/platform"
)

// ShutdownHow says which directions of a stream to shut down.
type ShutdownHow = platform.How

const (
	// ShutdownRead ends reading here: reads return io.EOF. The peer is not told.
	ShutdownRead = platform.ShutRead
	// ShutdownWrite tells the peer that nothing more follows.
	ShutdownWrite = platform.ShutWrite
	// ShutdownBoth is one after the other.
	ShutdownBoth = platform.ShutBoth
)

// Shutdown ends one or both directions of the stream, which stays open. Ending
// what has ended, by either side, is no error.
func (s stream) Shutdown(how ShutdownHow) error {
	return s.d.fail("shutdown", s.d.shutdown(how))
}

// CloseRead is Shutdown(ShutdownRead).
func (s stream) CloseRead() error { return s.Shutdown(ShutdownRead) }

// CloseWrite is Shutdown(ShutdownWrite).
func (s stream) CloseWrite() error { return s.Shutdown(ShutdownWrite) }

func (d *desc) shutdown(how ShutdownHow) error {
	if err := d.acquire(); err != nil {
		return err
	}
	defer d.release()
	// One direction at a time: Darwin leaves the write side open when asked
	// for both after the peer's end (C41).
	switch how {
	case ShutdownRead:
		return d.shutOne(reading, how, flagReadShut)
	case ShutdownWrite:
		return d.shutOne(writing, how, flagWriteShut)
	case ShutdownBoth:
		return errors.Join(
			d.shutOne(reading, ShutdownRead, flagReadShut),
			d.shutOne(writing, ShutdownWrite, flagWriteShut))
	}
	return &RangeError{Option: "Shutdown", Got: "other", Min: "ShutdownRead", Max: "ShutdownBoth"}
}

// shutOne is idempotent: some systems report ENOTCONN the second time, and all
// do once both sides have ended (C38–C41).
func (d *desc) shutOne(dir direction, how ShutdownHow, flag uint32) error {
	if d.flags.Or(flag)&flag != 0 {
		return nil
	}
	err := sys.Shutdown(d.fd, how)
	d.retry(dir) // whoever is parked here tries again, and learns it
	if err != nil && d.has(flagConnected) && sys.Classify(err) == platform.ClassNotConnected {
		return nil
	}
	if err != nil {
		d.flags.And(^flag)
	}
	return err
}

// CloseGracefully ends writing, reads until the peer has ended too, and closes.
// What the peer still sends is thrown away; without that it could be told of a
// reset, and lose what it has not read yet (C29). When ctx is done first, the
// stream is closed all the same and the error is ctx's.
func (s stream) CloseGracefully(ctx context.Context) error {
	err := s.d.shutdown(ShutdownWrite)
	if err == nil {
		err = s.drain(ctx)
	}
	return s.d.fail("close", errors.Join(err, s.d.finish()))
}

func (s stream) drain(ctx context.Context) error {
	s.d.flags.And(^flagReadShut) // what comes must be read even so, or closing is a reset
	buf := make([]byte, 32<<10)
	for {
		if _, err := s.d.read(ctx, buf); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Abort closes the stream at once: unsent data is thrown away and a TCP peer
// is told by a reset.
func (s stream) Abort() error {
	d := s.d
	if err := d.acquire(); err != nil {
		return d.fail("close", err)
	}
	d.dropUnsent()
	d.release()
	return d.fail("close", d.finish())
}

// dropUnsent makes closing throw away what is unsent, and tell a TCP peer so by
// a reset. The caller keeps the descriptor open.
func (d *desc) dropUnsent() {
	if d.family == platform.Unix {
		return
	}
	// A connection that has ended by itself may refuse options (B22).
	row := platform.Linger.Info().Row(sys.Traits().Options)
	d.apply(row, platform.Pack(time.Duration(0)))
	d.flags.And(^flagLingers)
}
