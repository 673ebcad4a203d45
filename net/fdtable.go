package net

import (
	"sync/atomic"

	"github.com/volt-net/volt/platform"
)

// A fdTable finds what watches a descriptor by its number, without a lock. It
// is replaced when it grows; whoever changes it holds a lock of the owner's.
type fdTable[T any] struct {
	atomic.Pointer[[]atomic.Pointer[T]]
}

// at returns what stands at fd, or nil. Nothing stands at NoFD.
func (t *fdTable[T]) at(fd platform.FD) *T {
	all := t.Load()
	if all == nil || uint(fd) >= uint(len(*all)) {
		return nil
	}
	return (*all)[fd].Load()
}

// entry returns the place of fd, to be changed under the owner's lock.
func (t *fdTable[T]) entry(fd platform.FD) *atomic.Pointer[T] {
	all := t.Load()
	if all == nil || int(fd) >= len(*all) {
		size := 256
		for size <= int(fd) {
			size *= 2
		}
		grown := make([]atomic.Pointer[T], size)
		if all != nil {
			for i := range *all {
				grown[i].Store((*all)[i].Load())
			}
		}
		all = &grown
		t.Store(all)
	}
	return &(*all)[fd]
}
