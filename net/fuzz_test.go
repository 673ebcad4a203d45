package net

import (
	"errors"
	stdnet "net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// unixLayouts are this system's way to lay out Unix addresses and the others'.
var unixLayouts = []*platform.Traits{
	sys.Traits(),
	{OS: "wide", Sockaddr: &platform.SockaddrLayout{Unix: 1, PathSize: 108, Abstract: true}},
	{OS: "narrow", Sockaddr: &platform.SockaddrLayout{Unix: 1, HasLen: true, PathSize: 104}},
}

// FuzzUnixAddr follows a path, an abstract name and a standard address into a
// kernel's memory and back.
func FuzzUnixAddr(f *testing.F) {
	for _, name := range []string{"", "/run/s", "@x", "\x00x", "a\x00b", strings.Repeat("p", 103), strings.Repeat("p", 108)} {
		f.Add(name, false)
		f.Add(name, true)
	}
	f.Fuzz(func(t *testing.T, name string, abstract bool) {
		for _, traits := range unixLayouts {
			a, err := UnixAddr{name: name, abstract: abstract}.check(traits)
			if err != nil {
				if !errors.Is(err, ErrInvalidAddress) && !errors.Is(err, ErrPathTooLong) && !errors.Is(err, errors.ErrUnsupported) || !a.IsUnnamed() {
					t.Fatalf("%q, abstract %v: %v, %v", name, abstract, a, err)
				}
				continue
			}
			if diff := cmp.Diff(name, a.Path()+a.Name()); diff != "" {
				t.Errorf("name (-want +got):\n%s", diff)
			}
			to := platform.Addr{Family: platform.Unix, Path: name}
			if abstract {
				to.Path = "\x00" + name
			}
			var memory platform.Sockaddr
			n, err := traits.Sockaddr.Encode(&memory, to)
			if err != nil {
				t.Fatalf("%q was taken, but does not fit: %v", name, err)
			}
			if got := unixFromSys(traits.Sockaddr.Decode(&memory, n)); got != a {
				t.Errorf("%+v came back as %+v", a, got)
			}
			// The standard form of a path that begins with "@" has two bytes more.
			if again, err := unixFromStd(a.String(), traits); err == nil && again.String() != a.String() || err != nil && !errors.Is(err, ErrPathTooLong) {
				t.Errorf("%+v in standard form is %+v, %v", a, again, err)
			}
		}
	})
}

// FuzzListenAddress holds what Listen takes to what the standard library takes
// for the same.
func FuzzListenAddress(f *testing.F) {
	for _, s := range []string{":0", ":8080", ":080", ":65536", "::1", "1.2.3.4:80", "[::]:80", "", ":"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, dual, err := parseListen(s)
		if err != nil {
			if !errors.Is(err, ErrInvalidAddress) || a != (Address{}) || dual {
				t.Fatalf("parseListen(%q) = %v, %v, %v", s, a, dual, err)
			}
			return
		}
		std, err := stdnet.ResolveTCPAddr("tcp", s)
		if err != nil {
			t.Fatalf("Listen takes %q, the standard library says %v", s, err)
		}
		if dual != (std.IP == nil) || int(a.Port()) != std.Port || !dual && !std.IP.Equal(a.IP().AsSlice()) {
			t.Errorf("%q is %v, dual %v; the standard library reads %v", s, a, dual, std)
		}
	})
}

// FuzzKeepAlive sets what it is given on a socket: it is refused with its
// range, or read back, rounded up to the second.
func FuzzKeepAlive(f *testing.F) {
	f.Add(int64(time.Minute), int64(10*time.Second), 5)
	f.Add(int64(1), int64(0), 0)
	f.Add(int64(-1), int64(32767*time.Second+1), 128)
	f.Fuzz(func(t *testing.T, idle, interval int64, count int) {
		s := builder(t, NewTCPSocketV4)
		k := KeepAlive{time.Duration(idle), time.Duration(interval), count}
		if err := s.SetKeepAliveConfig(k); err != nil {
			if refused := new(RangeError); !errors.As(err, &refused) {
				t.Errorf("%+v: %v", k, err)
			}
			return
		}
		var got KeepAlive
		var err error
		if got.Idle, err = s.KeepAliveIdle(); err != nil {
			t.Fatal(err)
		}
		if got.Interval, err = s.KeepAliveInterval(); err != nil {
			t.Fatal(err)
		}
		if got.Count, err = s.KeepAliveCount(); err != nil {
			t.Fatal(err)
		}
		want := KeepAlive{inSeconds(k.Idle, got.Idle), inSeconds(k.Interval, got.Interval), k.Count}
		if want.Count == 0 {
			want.Count = got.Count
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", k, diff)
		}
	})
}

// inSeconds is d rounded up, or what a socket has of itself where d is 0.
func inSeconds(d, own time.Duration) time.Duration {
	if d == 0 {
		return own
	}
	return (d + time.Second - 1).Truncate(time.Second)
}
