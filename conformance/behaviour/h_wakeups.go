package behaviour

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"

	"github.com/volt-net/volt/net"
)

var wakeups = []Script{
	{Row: "H22", Title: "a reset wakes who reads and who writes", Over: tcp, Run: wakeReset},
	{Row: "H22", Title: "and so does a Unix peer that closes", Over: []Medium{Unix}, Run: wakeClose},
	{Row: "H23", Title: "whatever pieces data is read in, nobody waits for ever", Over: streams, Run: wakePieces},
	{Row: "H23", Title: "nor who asks a poller", Over: streams, Run: wakePolled},
	{Row: "H24", Title: "who has read all data is told of the end behind it", Over: streams, Run: wakeEnd},
}

// parked has a read and a write that wait, the latter for room however much
// there is.
func (t *T) parked(a Stream) (read, write <-chan error) {
	t.Fill(a)
	read = t.Start(func() error { _, err := a.Read(make([]byte, 1)); return err })
	write = t.Start(func() (err error) {
		for p := make([]byte, 1<<20); err == nil; {
			_, err = a.Write(p)
		}
		return err
	})
	return read, write
}

// wakeReset is often, because the kernel tells of a reset once: either of the
// two can be first.
func wakeReset(t *T) {
	const times = 25
	wrote, got := map[string]int{}, map[string]int{}
	for range times {
		a, b := t.Streams()
		read, write := t.parked(a)
		t.Check(b.Abort())
		wrote[Class(t.Wait(write))]++
		got[Class(t.Wait(read))]++
		t.Check(a.Close())
	}
	t.Print("of %d who wrote, reset: %d", times, wrote["reset"])
	t.Print("of %d who read, reset: %d", times, got["reset"])
}

func wakeClose(t *T) {
	a, b := t.Streams()
	read, write := t.parked(a)
	t.Check(b.Close())
	t.Say("who wrote", t.Wait(write))
	t.Either("who read", t.Wait(read), io.EOF, net.ErrReset)
}

// payload is data that shows when a piece of it is missing or twice there.
func payload(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i * i >> 8)
	}
	return p
}

func wakePieces(t *T) {
	const total = 1 << 20
	want := payload(total)
	a, b := t.Streams()
	var ends []<-chan error
	for seed, s := range []Stream{a, b} {
		ends = append(ends, t.Start(func() error {
			if _, err := s.Write(want); err != nil {
				return err
			}
			return s.Shutdown(net.ShutdownWrite)
		}), t.Start(func() error {
			r := rand.New(rand.NewPCG(uint64(seed), 0))
			return pieces(want, func(p []byte) (int, error) { return s.Read(p[:1+r.IntN(len(p))]) })
		}))
	}
	for _, done := range ends {
		t.Say("an end", t.Wait(done))
	}
}

// pieces reads to the end and compares.
func pieces(want []byte, read func([]byte) (int, error)) error {
	var got []byte
	for p := make([]byte, 20_000); ; {
		n, err := read(p)
		got = append(got, p[:n]...)
		switch {
		case err == io.EOF && !bytes.Equal(got, want):
			return errors.New("something else arrived")
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// wakePolled reads by a poller, to the last: then another event has to come.
func wakePolled(t *T) {
	const total = 1 << 20
	want := payload(total)
	a, b := t.Streams()
	writing := t.Start(func() error {
		if _, err := b.Write(want); err != nil {
			return err
		}
		return b.Shutdown(net.ShutdownWrite)
	})
	w := t.Watch()
	t.Check(w.Register(a, 1, net.Readable))
	r := rand.New(rand.NewPCG(1, 2))
	t.Say("reading", pieces(want, func(p []byte) (int, error) {
		for {
			n, err := a.TryRead(p[:1+r.IntN(len(p))])
			if err != net.ErrWouldBlock {
				return n, err
			}
			if w.await(1, net.Readable) == 0 {
				return 0, err
			}
		}
	}))
	t.Say("writing", t.Wait(writing))
}

// wakeEnd has data and the end come together, or nearly, to a reader with room
// for more, and to one with none; who waits for them, or comes later.
func wakeEnd(t *T) {
	const times = 60
	counts := map[string]int{}
	for i := range times {
		a, b := t.Streams()
		t.Send(b, "x")
		t.Check(a.Readable(t.ctx)) // from now on, events come by themselves
		_, err := a.Read(make([]byte, 1))
		t.Check(err)
		p := make([]byte, []int{5, 64}[i%2])
		read := func() (err error) {
			for err == nil {
				_, err = a.Read(p)
			}
			return err
		}
		send := func() {
			t.Send(b, "hello")
			t.Check(b.Close())
		}
		if i%4 < 2 {
			reading := t.Start(read)
			send()
			err = t.Wait(reading)
		} else {
			send()
			t.Check(a.Readable(t.ctx))
			err = read()
		}
		counts[Class(err)]++
		t.Check(a.Close())
	}
	for class, n := range counts {
		t.Print("%d times: %s", n, class)
	}
}
