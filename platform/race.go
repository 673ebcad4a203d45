//go:build race

package platform

import (
	"runtime"
	"unsafe"
)

// Raw system calls hide buffers from the race detector; these show them.

// RaceRead tells the race detector that the kernel read p.
func RaceRead(p []byte) {
	if len(p) > 0 {
		runtime.RaceReadRange(unsafe.Pointer(unsafe.SliceData(p)), len(p))
	}
}

// RaceWrite tells the race detector that the kernel wrote p.
func RaceWrite(p []byte) {
	if len(p) > 0 {
		runtime.RaceWriteRange(unsafe.Pointer(unsafe.SliceData(p)), len(p))
	}
}

// RaceReadV is RaceRead for each buffer.
func RaceReadV(bufs [][]byte) {
	for _, b := range bufs {
		RaceRead(b)
	}
}

// RaceWriteV tells the race detector that the kernel wrote the first n bytes of bufs.
func RaceWriteV(bufs [][]byte, n int) {
	for _, b := range bufs {
		k := min(n, len(b))
		RaceWrite(b[:k])
		n -= k
	}
}
