package net

import (
	"context"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"unsafe"
)

// TestStackOfParked: a goroutine that has waited, read and written, and waits
// again, still has the stack that it began with. Most of what an idle
// connection costs is that.
func TestStackOfParked(t *testing.T) {
	leanBuild(t)
	const n = 128
	if maxNatives() > n {
		t.Skip("this build leaves all waiting to Go's poller")
	}
	var clients, servers [n]*TCPStream
	for i := range n {
		clients[i], servers[i] = pair(t, "127.0.0.1:0")
		watched(t, servers[i])
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it changes what goroutines begin with
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}, {Name: "/gc/stack/starting-size:bytes"}}
	metrics.Read(sample)
	before, start := sample[0].Value.Uint64(), sample[1].Value.Uint64()

	var over sync.WaitGroup
	for _, s := range servers {
		over.Go(func() {
			for one := []byte{0}; ; {
				if err := s.Readable(context.Background()); err != nil {
					return
				}
				if _, err := io.ReadWriter(s).Read(one); err != nil {
					return
				}
				if _, err := io.ReadWriter(s).Write(one); err != nil {
					return
				}
				if _, err := io.ReadWriter(s).Read(one); err != nil {
					return
				}
			}
		})
	}
	one := []byte{1}
	for i, c := range clients {
		if _, err := c.Write(one); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(one); err != nil {
			t.Fatal(err)
		}
		parked(t, servers[i].d, reading)
	}
	metrics.Read(sample)
	if each := (sample[0].Value.Uint64() - before) / n; each > start+start/2 {
		t.Errorf("%d bytes of stack for each; goroutines begin with %d", each, start)
	}
	for _, c := range clients {
		c.Close()
	}
	over.Wait()
}

// TestSizes: what every connection costs fills a size class of Go's allocator
// and does not begin the next.
func TestSizes(t *testing.T) {
	leanBuild(t)
	if unsafe.Sizeof(bed{}) > 0 {
		t.Skip("in this build a slot has a channel")
	}
	for _, tt := range []struct {
		what             string
		size, on64, on32 uintptr
	}{
		{"a descriptor", unsafe.Sizeof(desc{}), 256, 176},
		{"a session", unsafe.Sizeof(Session{}), 128, 96},
	} {
		most := tt.on64
		if unsafe.Sizeof(uintptr(0)) == 4 {
			most = tt.on32
		}
		if tt.size > most {
			t.Errorf("%s takes %d bytes, want at most %d", tt.what, tt.size, most)
		}
	}
}
