package net

import (
	"context"
	"errors"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// builders are the ways to make a socket, as far as this machine has them.
func builders(t testing.TB) map[string]func() (*TCPSocket, error) {
	m := map[string]func() (*TCPSocket, error){"IPv4": NewTCPSocketV4}
	if _, ok := families(t)["IPv6"]; ok {
		m["IPv6"], m["dual"] = NewTCPSocketV6, NewTCPSocketDual
	}
	return m
}

// loopbackOf is an address that a socket of builders can bind.
func loopbackOf(name string) Address {
	switch name {
	case "IPv6":
		return LoopbackV6(0)
	case "dual":
		return AnyV6(0)
	}
	return LoopbackV4(0)
}

// kindsOf makes a builder, a listener and a stream of one family.
func kindsOf(t *testing.T, name string, make func() (*TCPSocket, error)) map[string]Socket {
	t.Helper()
	l, err := builder(t, make).ListenOn(loopbackOf(name), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	client, server, err := connectPair(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return map[string]Socket{"socket": builder(t, make), "listener": l, "stream": client, "accepted": server}
}

// lacking reports whether an error is that the machine or the process lacks
// what the option needs besides.
func lacking(i *platform.OptionInfo, err error) bool {
	switch sys.Classify(err) {
	case platform.ClassUnsupported, platform.ClassPermission, platform.ClassNotFound:
		return sockopt.Row(i).Needs != ""
	}
	return false
}

// fits reports whether the socket has the option, on this system.
func fits(d *desc, i *platform.OptionInfo) bool {
	_, err := d.optionRow(i)
	return err == nil
}

func TestB3Buffers(t *testing.T) {
	s := builder(t, NewTCPSocketV4)
	for _, o := range []sockopt.Option[int]{sockopt.SendBuffer, sockopt.RecvBuffer} {
		for _, size := range []int{1, 4096, 64 << 10, 1 << 30} {
			t.Run(o.String()+" "+strconv.Itoa(size), func(t *testing.T) {
				if err := SetOption(s, o, size); err != nil {
					t.Fatal(err)
				}
				got, err := GetOption(s, o)
				if err != nil {
					t.Fatal(err)
				}
				if got < min(size, 64<<10) {
					t.Errorf("asked for %d, have %d", size, got)
				}
				if err := SetOption(s, o, got); err != nil {
					t.Fatal(err)
				}
				again, err := GetOption(s, o)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(got, again); diff != "" {
					t.Errorf("setting what was read changes it:\n%s", diff)
				}
			})
		}
	}
}

// readBack sets a value and returns what is read then.
func readBack[T platform.OptionType](s Socket, o sockopt.Option[T], v T) (got T, err error) {
	if err := SetOption(s, o, v); err != nil {
		return got, err
	}
	return GetOption(s, o)
}

// TestDurations holds the units: seconds are seconds, and round up (B5, B7).
func TestDurations(t *testing.T) {
	s := builder(t, NewTCPSocketV4)
	const second = time.Second
	for _, tt := range []struct {
		row    string
		option sockopt.Option[time.Duration]
		set    time.Duration
		want   time.Duration
	}{
		{"B5", sockopt.Linger, 0, 0},
		{"B5", sockopt.Linger, 1, second},
		{"B5", sockopt.Linger, second, second},
		{"B5", sockopt.Linger, 1500 * time.Millisecond, 2 * second},
		{"B5", sockopt.Linger, 5 * second, 5 * second},
		{"B5", sockopt.Linger, 326*second + 1, 327 * second},
		{"B5", sockopt.Linger, 327 * second, 327 * second},
		{"B5", sockopt.Linger, -1, -1},
		{"B5", sockopt.Linger, -time.Hour, -1},
		{"B7", sockopt.KeepAliveIdle, 1, second},
		{"B7", sockopt.KeepAliveIdle, second + 1, 2 * second},
		{"B7", sockopt.KeepAliveIdle, 32767 * second, 32767 * second},
		{"B7", sockopt.KeepAliveInterval, second, second},
		{"B7", sockopt.KeepAliveInterval, 32767 * second, 32767 * second},
	} {
		t.Run(tt.row+" "+tt.option.String()+" "+tt.set.String(), func(t *testing.T) {
			got, err := readBack(s, tt.option, tt.set)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestNumbers covers B8, and B10 to B12: one meaning for every family.
func TestNumbers(t *testing.T) {
	for family, make := range builders(t) {
		for kind, s := range kindsOf(t, family, make) {
			for _, tt := range []struct {
				row    string
				option sockopt.Option[int]
				values []int
				mask   int
			}{
				{"B8", sockopt.KeepAliveCount, []int{1, 127}, ^0},
				{"B10 B12", sockopt.TTL, []int{1, 44, 255}, ^0},
				{"B11 B12", sockopt.TOS, []int{0, 40, 43, 255}, ^3},
			} {
				for _, v := range tt.values {
					got, err := readBack(s, tt.option, v)
					if err != nil {
						t.Errorf("%s %s %s %v %d: %v", tt.row, family, kind, tt.option, v, err)
					} else if diff := cmp.Diff(v&tt.mask, got); diff != "" {
						t.Errorf("%s %s %s %v (-want +got):\n%s", tt.row, family, kind, tt.option, diff)
					}
				}
			}
		}
	}
}

func TestB9KeepAlive(t *testing.T) {
	s, _ := pair(t, "127.0.0.1:0")
	if err := s.SetKeepAliveConfig(KeepAlive{Idle: 44 * time.Second, Count: 5}); err != nil {
		t.Fatal(err)
	}
	on, e1 := s.KeepAlive()
	idle, e2 := s.KeepAliveIdle()
	count, e3 := s.KeepAliveCount()
	interval, e4 := s.KeepAliveInterval() // the system's own
	if err := errors.Join(e1, e2, e3, e4); err != nil {
		t.Fatal(err)
	}
	want := []any{true, 44 * time.Second, 5, true}
	if diff := cmp.Diff(want, []any{on, idle, count, interval > 0}); diff != "" {
		t.Error(diff)
	}
}

// TestB24TakeError: an error that is pending is told once.
func TestB24TakeError(t *testing.T) {
	s, err := TCPStreamFromFD(inheritable(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.TakeError(); err != nil {
		t.Errorf("of a fresh socket: %v", err)
	}
	to := syscall.SockaddrInet4{Port: int(vacant(t, "127.0.0.1:0").Port()), Addr: [4]byte{127, 0, 0, 1}}
	raw, err := s.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) { err = syscall.Connect(int(fd), &to) })
	if errors.Is(err, syscall.ECONNREFUSED) {
		t.Skip("connect was refused at once (C54)")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for err = nil; err == nil && ctx.Err() == nil; {
		if err = s.TakeError(); err == nil {
			s.Readable(ctx)
		}
	}
	errorIs(t, "first", err, ErrRefused)
	if err := s.TakeError(); err != nil {
		t.Errorf("second: %v", err)
	}
}

// TestB26MaxSegment: what is lowered before Connect holds for the stream.
func TestB26MaxSegment(t *testing.T) {
	s := builder(t, NewTCPSocketV4)
	if err := s.SetMaxSegment(500); err != nil {
		t.Fatal(err)
	}
	c, err := s.Connect(context.Background(), mustListen(t, "127.0.0.1:0").LocalAddress())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if n, err := c.MaxSegment(); err != nil || n > 500 {
		t.Errorf("segments of %d bytes, %v", n, err)
	}
}

// TestB27Uncork: what was held back goes out without another write.
func TestB27Uncork(t *testing.T) {
	a, b := pair(t, "127.0.0.1:0")
	if err := a.SetCork(true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write([]byte("held")); err != nil {
		t.Fatal(err)
	}
	if err := a.SetCork(false); err != nil {
		t.Fatal(err)
	}
	b.SetReadDeadline(time.Now().Add(time.Second))
	buf := make([]byte, 4)
	if _, err := b.ReadFull(buf); err != nil {
		t.Error(err)
	}
}

func TestWith(t *testing.T) {
	s := builder(t, NewTCPSocketV4)
	if err := s.With(sockopt.NoDelay.To(false), sockopt.TTL.To(9), sockopt.Linger.To(time.Second)); err != nil {
		t.Fatal(err)
	}
	ttl, err := s.TTL()
	if diff := cmp.Diff(9, ttl); diff != "" || err != nil {
		t.Error(diff, err)
	}
	err = s.With(sockopt.TTL.To(10), sockopt.KeepAliveCount.To(0), sockopt.TTL.To(11))
	var r *RangeError
	if !errors.As(err, &r) || r.Option != "KeepAliveCount" {
		t.Errorf("error %v does not name the option", err)
	}
	ttl, err = s.TTL()
	if diff := cmp.Diff(10, ttl); diff != "" || err != nil {
		t.Errorf("after the failure (-want +got): %s %v", diff, err)
	}
}

func TestSupports(t *testing.T) {
	got := map[string]bool{
		"NoDelay": Supports(sockopt.NoDelay), "Mark": Supports(sockopt.Mark), "FIB": Supports(sockopt.FIB),
		"NetServiceType": Supports(sockopt.NetServiceType), "Linger": Supports(sockopt.Linger),
	}
	want := map[string]bool{}
	for _, i := range sockopt.All() {
		if _, asked := got[i.Name]; asked {
			want[i.Name] = i.Supported
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-All +Supports):\n%s", diff)
	}
	if !got["NoDelay"] || !got["Linger"] {
		t.Errorf("what every system has is not supported: %v", got)
	}
}
