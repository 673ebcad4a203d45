package net

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// recvAll receives so many datagrams, one by one.
func recvAll(t testing.TB, s *UDPSocket, n int) (all []string) {
	t.Helper()
	p := make([]byte, 1<<16)
	for range n {
		k, err := s.Recv(p)
		if err != nil {
			t.Fatalf("after %d of %d: %v", len(all), n, err)
		}
		all = append(all, string(p[:k]))
	}
	return all
}

// wantNoMore holds that nothing is left to receive.
func wantNoMore(t testing.TB, s *UDPSocket) {
	t.Helper()
	if n, err := s.TryRecv(make([]byte, 1)); err != ErrWouldBlock {
		t.Errorf("one more: %d, %v", n, err)
	}
}

// sized is a text of so many bytes, which names its place.
func sized(place, size int) string {
	return fmt.Sprintf("%0*d", size, place)[:size]
}

// TestD20Together: whatever goes to the kernel together, each datagram arrives
// by itself, in order.
func TestD20Together(t *testing.T) {
	runs := func(runs ...[2]int) (sizes []int) { // how many of which size
		for _, r := range runs {
			for range r[0] {
				sizes = append(sizes, r[1])
			}
		}
		return sizes
	}
	for name, addr := range udpLoopbacks(t) {
		for _, tt := range []struct {
			name  string
			sizes []int
		}{
			{"alike", runs([2]int{32, 100})},
			{"the last is smaller", runs([2]int{5, 100}, [2]int{1, 30})},
			{"smaller, then larger", runs([2]int{3, 100}, [2]int{1, 30}, [2]int{2, 100}, [2]int{2, 200})},
			{"empty ones", []int{0, 0, 7, 7, 0, 7, 0}},
			{"as many as one call takes", runs([2]int{platform.MaxBatch, 8})},
			{"more", runs([2]int{2*platform.MaxBatch + 3, 8})},
			{"as large as goes together", runs([2]int{platform.MaxBatch, maxTogether})},
			{"too large for that", runs([2]int{3, maxTogether + 1})},
			{"too many bytes for one message", runs([2]int{46, maxTogether})},
		} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				a, b := bound(t, addr), bound(t, addr)
				if err := b.SetRecvBuffer(1 << 20); err != nil {
					t.Fatal(err)
				}
				var out []Datagram
				var want []string
				for i, size := range tt.sizes {
					want = append(want, sized(i, size))
					out = append(out, Datagram{Buffer: []byte(want[i]), Addr: b.LocalAddress()})
				}
				n, err := a.SendBatch(out)
				if n != len(out) || err != nil {
					t.Fatalf("SendBatch: %d of %d, %v", n, len(out), err)
				}
				var sizes []int
				for i := range out {
					sizes = append(sizes, out[i].N)
				}
				if diff := cmp.Diff(tt.sizes, sizes); diff != "" {
					t.Errorf("N (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(want, recvAll(t, b, n)); diff != "" {
					t.Errorf("received (-want +got):\n%s", diff)
				}
				wantNoMore(t, b)
			})
		}
	}
}

// TestD20Neighbours: only those to one destination go together.
func TestD20Neighbours(t *testing.T) {
	a, b, c := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	var out []Datagram
	for i, to := range []*UDPSocket{b, b, c, b, c, c} {
		out = append(out, Datagram{Buffer: []byte(sized(i, 4)), Addr: to.LocalAddress()})
	}
	out[5].Meta = &Meta{TOS: 8}
	if n, err := a.TrySendBatch(out); n != len(out) || err != nil {
		t.Fatalf("TrySendBatch: %d, %v", n, err)
	}
	got := [][]string{recvAll(t, b, 3), recvAll(t, c, 3)}
	if diff := cmp.Diff([][]string{{"0000", "0001", "0003"}, {"0002", "0004", "0005"}}, got); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

// TestD20Group: a batch to a group arrives as one to an address.
func TestD20Group(t *testing.T) {
	s, p := subscriber(t, 0), publisher(t)
	if err := s.JoinGroup(group4, InterfaceByIndex(loopback(t).Index)); err != nil {
		t.Fatal(err)
	}
	var out []Datagram
	var want []string
	for i := range 5 {
		want = append(want, sized(i, 9))
		out = append(out, Datagram{Buffer: []byte(want[i]), Addr: AddressFrom(netip.AddrPortFrom(group4, s.LocalAddress().Port()))})
	}
	if n, err := p.SendBatch(out); n != len(out) || err != nil {
		t.Fatalf("SendBatch: %d, %v", n, err)
	}
	if diff := cmp.Diff(want, recvAll(t, s, 5)); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

// TestD20Segment: the system cuts what is sent, and puts together what is
// received; where it cannot it says so.
func TestD20Segment(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			text, whole := sized(1, 250), Meta{Dst: b.LocalAddress(), Segment: 100}
			apart := []string{text[:100], text[100:200], text[200:]}
			if !sockopt.SegmentSize.Supported() {
				_, err := a.SendMessage([]byte(text), whole)
				for _, err := range []error{err, a.SetSegmentSize(100), a.SetCoalesce(true)} {
					errorIs(t, "not here", err, errors.ErrUnsupported)
				}
				return
			}
			if n, err := a.SendMessage([]byte(text), whole); n != len(text) || err != nil {
				t.Fatalf("SendMessage: %d, %v", n, err)
			}
			if diff := cmp.Diff(apart, recvAll(t, b, 3)); diff != "" {
				t.Errorf("by message (-want +got):\n%s", diff)
			}
			if err := a.SetSegmentSize(100); err != nil {
				t.Fatal(err)
			}
			mustSendTo(t, a, text, b.LocalAddress())
			if diff := cmp.Diff(apart, recvAll(t, b, 3)); diff != "" {
				t.Errorf("by option (-want +got):\n%s", diff)
			}
			// What is cut already is not sent together.
			two := []Datagram{{Buffer: []byte(text), Addr: b.LocalAddress()}, {Buffer: []byte(text), Addr: b.LocalAddress()}}
			if n, err := a.SendBatch(two); n != 2 || err != nil {
				t.Fatalf("SendBatch: %d, %v", n, err)
			}
			if diff := cmp.Diff(append(apart, apart...), recvAll(t, b, 6)); diff != "" {
				t.Errorf("a batch of what is cut (-want +got):\n%s", diff)
			}
			for _, bad := range []int{-1, 1 << 16} {
				var r *RangeError
				if _, err := a.SendMessage([]byte(text), Meta{Dst: whole.Dst, Segment: bad}); !errors.As(err, &r) {
					t.Errorf("segments of %d: %v", bad, err)
				}
			}
		})
	}
}

// TestD20Coalesce receives together what was sent together, and answers with
// what came.
func TestD20Coalesce(t *testing.T) {
	if !sockopt.Coalesce.Supported() {
		t.Skip("the system does not coalesce datagrams: D20")
	}
	a, b := bound(t, LoopbackV4(0)), bound(t, LoopbackV4(0))
	if err := b.SetCoalesce(true); err != nil {
		t.Fatal(err)
	}
	out, want := []Datagram{}, ""
	for i := range 5 {
		out = append(out, Datagram{Buffer: []byte(sized(i, 100)), Addr: b.LocalAddress()})
		want += string(out[i].Buffer)
	}
	for _, recv := range []func(*Datagram) (int, error){
		func(g *Datagram) (int, error) { return b.RecvBatch([]Datagram{*g}) },
		func(g *Datagram) (n int, err error) {
			n, *g.Meta, err = b.RecvMessage(g.Buffer)
			return min(n, 1), err
		},
	} {
		if n, err := a.SendBatch(out); n != len(out) || err != nil {
			t.Fatalf("SendBatch: %d, %v", n, err)
		}
		g := Datagram{Buffer: make([]byte, 1<<16), Meta: new(Meta)}
		if n, err := recv(&g); n != 1 || err != nil {
			t.Fatalf("received %d: %v", n, err)
		}
		if diff := cmp.Diff(100, g.Meta.Segment); diff != "" {
			t.Errorf("Segment (-want +got):\n%s", diff)
		}
		answer := Datagram{Buffer: g.Buffer[:len(want)], Addr: g.Meta.Src, Meta: &Meta{Segment: g.Meta.Segment}}
		if n, err := b.SendBatch([]Datagram{answer}); n != 1 || err != nil {
			t.Fatalf("answer: %d, %v", n, err)
		}
		var back string
		for _, text := range recvAll(t, a, 5) {
			back += text
		}
		if diff := cmp.Diff(want, back); diff != "" {
			t.Errorf("came back (-want +got):\n%s", diff)
		}
	}
}

// TestD25Time: the time of receipt is told to whoever asks, by the clock of
// package time.
func TestD25Time(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			in := []Datagram{{Buffer: make([]byte, 8), Meta: new(Meta)}}
			mustSendTo(t, a, "before", b.LocalAddress())
			if n, err := b.RecvBatch(in); n != 1 || err != nil || !in[0].Meta.Time.IsZero() {
				t.Fatalf("unasked: %d, %v, %v", n, err, in[0].Meta.Time)
			}
			if err := b.SetRecvTime(true); err != nil {
				t.Fatal(err)
			}
			for _, recv := range []func() (time.Time, error){
				func() (time.Time, error) { _, m, err := b.RecvMessage(in[0].Buffer); return m.Time, err },
				func() (time.Time, error) { _, err := b.RecvBatch(in); return in[0].Meta.Time, err },
			} {
				before := time.Now().Truncate(time.Microsecond)
				mustSendTo(t, a, "x", b.LocalAddress())
				got, err := recv()
				if err != nil || got.Before(before) || got.After(time.Now()) {
					t.Errorf("%v, %v; sent at %v", got, err, before)
				}
			}
		})
	}
}

// TestD21BatchMeta: a datagram of a batch tells, and chooses, as a message.
func TestD21BatchMeta(t *testing.T) {
	for name, addr := range udpLoopbacks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := bound(t, addr), bound(t, addr)
			in := batchOf(2, 4)
			in[1].Meta = new(Meta)
			if _, err := b.TryRecvBatch(in); err != ErrWouldBlock {
				t.Fatalf("nothing there: %v", err)
			}
			out := []Datagram{{Buffer: []byte("first"), Addr: b.LocalAddress()}, {Buffer: []byte("second"), Addr: b.LocalAddress()}}
			out[1].Meta = &Meta{TOS: 0x28}
			if err := a.SetTTL(33); err != nil {
				t.Fatal(err)
			}
			if n, err := a.SendBatch(out); n != 2 || err != nil {
				t.Fatalf("SendBatch: %d, %v", n, err)
			}
			for n := 0; n < 2; {
				k, err := b.RecvBatch(in[n:])
				if err != nil {
					t.Fatal(err)
				}
				n += k
			}
			want := Meta{Src: a.LocalAddress(), Dst: b.LocalAddress(), IfIndex: loopback(t).Index, TTL: 33, TOS: 0x28, Truncated: true}
			if diff := cmp.Diff(want, *in[1].Meta, cmpAddress); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			bad := []Datagram{out[0], {Buffer: []byte("x"), Addr: b.LocalAddress(), Meta: &Meta{TTL: 1000}}}
			var r *RangeError
			n, err := a.SendBatch(bad)
			if n != 1 || err != nil {
				t.Errorf("up to the bad one: %d, %v", n, err)
			}
			if n, err = a.SendBatch(bad[1:]); n != 0 || !errors.As(err, &r) {
				t.Errorf("the bad one: %d, %v", n, err)
			}
		})
	}
}
