package net

import (
	"context"

	"github.com/volt-net/volt/platform"
)

func (d *desc) tryReadV(bufs [][]byte) (int, error) {
	if d.has(flagReadShut) {
		return 0, d.readShut()
	}
	d.slots[reading].clear()
	n, err := sys.ReadV(d.fd, bufs)
	most := min(size(bufs), platform.MaxTransfer)
	if len(bufs) > platform.MaxVector {
		most = 0 // one call does not take them all, so no count is short
	}
	return d.didRead(n, most, err)
}

func (d *desc) tryWriteV(bufs [][]byte) (int, error) {
	if d.has(flagWriteGone) {
		return 0, ErrClosed
	}
	d.slots[writing].clear()
	n, err := sys.WriteV(d.fd, bufs)
	return d.didWrite(n, err)
}

func (d *desc) readV(ctx context.Context, bufs [][]byte) (n int, err error) {
	if size(bufs) == 0 {
		return 0, d.alive()
	}
	err = d.until(reading, &op{kind: opCall, ctx: ctx, call: func() error {
		n, err = d.tryReadV(bufs)
		return err
	}})
	return n, err
}

// writeV parks until all of bufs is written.
func (d *desc) writeV(ctx context.Context, bufs [][]byte) (n int64, err error) {
	left := int64(size(bufs))
	if left == 0 {
		return 0, d.alive()
	}
	own := false // whether bufs is our copy
	err = d.until(writing, &op{kind: opCall, ctx: ctx, call: func() error {
		for {
			k, err := d.tryWriteV(bufs)
			if err != nil {
				return err
			}
			n += int64(k)
			if left -= int64(k); left == 0 {
				return nil
			}
			if !own {
				bufs, own = append([][]byte(nil), bufs...), true
			}
			bufs = skip(bufs, k)
			if err := d.interrupted(writing, ctx); err != nil {
				return err
			}
		}
	}})
	return n, err
}

// size adds up the lengths of bufs.
func size(bufs [][]byte) int {
	n := 0
	for _, b := range bufs {
		n += len(b)
	}
	return n
}

// skip drops the first n bytes of bufs, changing its first remaining element.
func skip(bufs [][]byte, n int) [][]byte {
	for len(bufs) > 0 && n >= len(bufs[0]) {
		n -= len(bufs[0])
		bufs = bufs[1:]
	}
	if n > 0 {
		bufs[0] = bufs[0][n:]
	}
	return bufs
}
