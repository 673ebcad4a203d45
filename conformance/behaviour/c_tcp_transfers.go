package behaviour

import (
	"bytes"
	"errors"
	"io"
	"runtime/pprof"
	"strconv"

	"github.com/volt-net/volt/net"
)

var transfers = []Script{
	{Row: "C43", Title: "writing nothing", Over: streams, Run: writeNothing},
	{Row: "C44", Title: "reading into nothing", Over: streams, Run: readNothing},
	{Row: "C45", Title: "peeking tells nothing yet from the end", Over: streams, Run: peek},
	{Row: "C45", Title: "peeking does not use a reset up", Over: tcp, Run: peekReset},
	{Row: "C48", Title: "a buffer of more than 2 GiB", Run: hugeBuffer},
	{Row: "C49", Title: "more buffers than one call takes", Over: streams, Run: manyBuffers},
	{Row: "C50", Title: "signals interrupt nothing", Over: streams, Run: signals, Alone: true},
	{Row: "C52", Title: "what a stream takes arrives, however much that is", Over: streams, Run: fillAndDrain},
}

func writeNothing(t *T) {
	a, b := t.Streams()
	calls := func() {
		n, err := a.Write(nil)
		t.Print("Write: %d, %s", n, Class(err))
		n, err = a.TryWrite(nil)
		t.Print("TryWrite: %d, %s", n, Class(err))
		_, err = a.WriteBuffers([][]byte{{}, {}})
		t.Say("WriteBuffers", err)
	}
	calls()
	t.Print("the peer hears nothing: %s", nothing(b))
	t.Check(a.Shutdown(net.ShutdownWrite))
	calls()
	_, err := a.Write([]byte("x"))
	t.Say("Write something", err)
	t.Check(a.Close())
	calls()
}

// nothing names what a read finds that does not wait.
func nothing(s Stream) string {
	_, err := s.TryRead(make([]byte, 1))
	return Class(err)
}

func readNothing(t *T) {
	a, b := t.Streams()
	calls := func() {
		n, err := a.Read(nil)
		t.Print("Read: %d, %s", n, Class(err))
		n, err = a.TryRead(nil)
		t.Print("TryRead: %d, %s", n, Class(err))
		n, err = a.TryPeek(nil)
		t.Print("TryPeek: %d, %s", n, Class(err))
		n, err = a.ReadBuffers([][]byte{{}, {}})
		t.Print("ReadBuffers: %d, %s", n, Class(err))
	}
	calls()
	t.Send(b, "data")
	t.Check(a.Readable(t.ctx))
	calls()
	t.Check(b.Close())
	t.Receive("read", a)
	t.Check(a.Readable(t.ctx))
	calls()
	t.Ends(a, 1)
}

func peek(t *T) {
	a, b := t.Streams()
	p := make([]byte, 8)
	_, err := a.TryPeek(p)
	t.Say("TryPeek of nothing", err)
	t.Send(b, "data")
	n, err := a.Peek(p)
	t.Data("Peek", p[:n], err)
	n, err = a.TryPeek(p)
	t.Data("TryPeek", p[:n], err)
	t.Receive("read", a)
	_, err = a.TryPeek(p)
	t.Say("TryPeek of nothing", err)
	t.Check(b.Close())
	_, err = a.Peek(p)
	t.Say("Peek", err)
	_, err = a.TryPeek(p)
	t.Say("TryPeek", err)
	t.Ends(a, 1)
}

func peekReset(t *T) {
	a, b := t.TCP()
	t.Check(b.Abort())
	for range 2 {
		_, err := a.Peek(make([]byte, 1))
		t.Say("Peek", err)
	}
	t.Ends(a, 2)
}

// hugeBuffer runs in a child, which gives the memory back.
func hugeBuffer(t *T) {
	if strconv.IntSize < 64 {
		t.Skip("so much memory has no address here")
	}
	if raced {
		t.Skip("the race detector keeps books on every byte of it")
	}
	for _, line := range t.Child("huge buffer") {
		t.Print("%s", line)
	}
}

// useHugeBuffer writes and reads what one system call may refuse. Of the
// memory only what is transferred is touched.
func useHugeBuffer(t *T) {
	size := uint64(3) << 30
	huge := make([]byte, int(size))
	a, b := t.Streams()
	n, err := a.TryWrite(huge)
	t.Print("TryWrite of some of it: %t, %s", n > 0 && n < len(huge), Class(err))
	total := 0
	for total < n {
		k, err := b.Read(huge)
		t.Check(err)
		total += k
	}
	t.Print("Read of what was written: %t", total == n)
	n, err = a.TryWriteBuffers([][]byte{huge, huge})
	t.Print("TryWriteBuffers of some of it: %t, %s", n > 0 && n < len(huge), Class(err))
}

func manyBuffers(t *T) {
	a, b := t.Streams()
	const count, each = 3000, 7
	out := make([][]byte, count)
	in := make([][]byte, count)
	for i := range out {
		out[i] = bytes.Repeat([]byte{byte(i)}, each)
		in[i] = make([]byte, each)
	}
	written := t.Start(func() error {
		n, err := a.WriteBuffers(out)
		if err == nil && n != count*each {
			err = io.ErrShortWrite
		}
		return errors.Join(err, a.Shutdown(net.ShutdownWrite))
	})
	var got []byte
	for {
		n, err := b.ReadBuffers(in)
		for _, p := range in {
			k := min(n, len(p))
			got = append(got, p[:k]...)
			n -= k
		}
		if err != nil {
			t.Say("ReadBuffers at last", err)
			break
		}
	}
	t.Say("WriteBuffers", t.Wait(written))
	t.Print("%d bytes, in order: %t", len(got), bytes.Equal(got, bytes.Join(out, nil)))
}

// signals has the profiler interrupt a transfer.
func signals(t *T) {
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		t.Skip("this process is being profiled already")
	}
	defer pprof.StopCPUProfile()
	a, b := t.Streams()
	const size = 64 << 20
	written := t.Start(func() error {
		_, err := a.Write(make([]byte, size))
		return errors.Join(err, a.Shutdown(net.ShutdownWrite))
	})
	n, err := io.Copy(io.Discard, b)
	t.Print("read %d bytes: %s", n, Class(err))
	t.Say("write", t.Wait(written))
}

func fillAndDrain(t *T) {
	a, b := t.Streams()
	n := t.Fill(a)
	t.Print("some was taken: %t", n > 0)
	t.Check(a.Shutdown(net.ShutdownWrite))
	got, err := io.Copy(io.Discard, b)
	t.Print("all of it arrives: %t, %s", got == int64(n), Class(err))
}
