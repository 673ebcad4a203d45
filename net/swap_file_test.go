//go:build swap

package net

import (
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// TestFileTroubles sends a file, and what another stream delivers, over a
// kernel that does it in small parts, or not at all. Nothing may be lost, or
// come twice.
func TestFileTroubles(t *testing.T) {
	one, two, err := sys.Pipe()
	splices := err == nil
	if splices {
		sys.Close(one)
		sys.Close(two)
	}
	for _, tt := range []struct {
		name  string
		call  fault.Call
		rules []fault.Rule
		fired bool // the first rule has to be applied
	}{
		{"none", fault.SendFile, nil, false},
		{"parts of a file", fault.SendFile, []fault.Rule{{When: fault.Every(2), Fault: fault.AtMost(4099)}}, true},
		{"waits", fault.SendFile, []fault.Rule{
			{When: fault.Every(3), Fault: fault.WouldBlock()}, {Fault: fault.AtMost(40_000)}}, true},
		{"no sendfile", fault.SendFile, []fault.Rule{{Fault: fault.Fail(syscall.ENOSYS)}}, true},
		{"none of this file", fault.SendFile, []fault.Rule{{Fault: fault.Fail(syscall.EINVAL)}}, true},
		{"none of the second half", fault.SendFile, []fault.Rule{
			{When: fault.From(4), Fault: fault.Fail(syscall.EINVAL)}, {Fault: fault.AtMost(100_000)}}, true},
		{"no pipe", fault.Pipe, []fault.Rule{{Fault: fault.Fail(syscall.EMFILE)}}, true},
		{"parts of a stream", fault.Splice, []fault.Rule{{Fault: fault.AtMost(1021)}}, splices},
		{"waits of a stream", fault.Splice, []fault.Rule{
			{When: fault.Sometimes(5, 30), Fault: fault.WouldBlock()}, {Fault: fault.AtMost(10_000)}}, splices},
		{"no splice", fault.Splice, []fault.Rule{{Fault: fault.Fail(syscall.EINVAL)}}, splices},
	} {
		for name, connect := range streamPairs() {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				unharmed(t)
				var injected []*fault.Injected
				for _, r := range tt.rules {
					r.Call = tt.call
					injected = append(injected, double.Inject(r))
				}
				data := pattern(500_000)
				a, b := connect(t)
				got := collect(b)
				if tt.call == fault.SendFile {
					n, err := io.Copy(a, fileOf(t, data))
					if n != int64(len(data)) || err != nil {
						t.Errorf("ReadFrom: %d, %v", n, err)
					}
				} else {
					sendThrough(t, a, data)
				}
				a.CloseWrite()
				same(t, "received", data, soon(t, "receive", got))
				if tt.fired && injected[0].Fired() == 0 {
					t.Error("nothing went wrong")
				}
				a.Close()
				b.Close()
			})
		}
	}
}

// sendThrough sends data over a stream that is copied to a.
func sendThrough(t *testing.T, a byteStream, data []byte) {
	t.Helper()
	feeder, from := pair(t, "127.0.0.1:0")
	done := make(chan error, 1)
	go func() { done <- errors.Join(second(feeder.Write(data)), feeder.CloseWrite()) }()
	n, err := io.Copy(a, from)
	if n != int64(len(data)) || err != nil {
		t.Errorf("WriteTo: %d, %v", n, err)
	}
	if err := soon(t, "feed", done); err != nil {
		t.Error(err)
	}
	feeder.Close()
	from.Close()
}

// TestFileByKernel sees to it that files and streams take the short way at all.
func TestFileByKernel(t *testing.T) {
	unharmed(t)
	a, b := pair(t, "127.0.0.1:0")
	got := collect(b)
	data := pattern(100_000)
	if _, err := io.Copy(a, fileOf(t, data)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(0, double.Count(fault.Write)); diff != "" {
		t.Errorf("writes for a file (-want +got):\n%s", diff)
	}
	sendThrough(t, a, data)
	a.CloseWrite()
	same(t, "received", append(data, data...), soon(t, "receive", got))
	if double.Count(fault.SendFile) == 0 || double.Count(fault.Pipe) != 1 {
		t.Errorf("%d sendfiles, %d pipes", double.Count(fault.SendFile), double.Count(fault.Pipe))
	}
	a.Close()
	b.Close()
}

// TestFileErrors keeps what a kernel says of a dead peer in the middle of a
// file, with the count of what had gone.
func TestFileErrors(t *testing.T) {
	unharmed(t)
	a, b := pair(t, "127.0.0.1:0")
	double.Inject(fault.Rule{Call: fault.SendFile, When: fault.Nth(3), Fault: fault.Fail(syscall.EPIPE)})
	double.Inject(fault.Rule{Call: fault.SendFile, Fault: fault.AtMost(10)})
	f := fileOf(t, pattern(1000))
	n, err := a.ReadFrom(f)
	errorIs(t, "ReadFrom", err, ErrReset)
	at, _ := f.Seek(0, io.SeekCurrent)
	if diff := cmp.Diff([]int64{20, 20}, []int64{n, at}); diff != "" {
		t.Errorf("count and position (-want +got):\n%s", diff)
	}
	if c := sys.Classify(err); c != platform.ClassReset {
		t.Errorf("class %v", c)
	}
	a.Close()
	b.Close()
}
