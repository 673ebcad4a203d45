package net

import (
	"context"
	"errors"
	stdnet "net"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
)

// opOf is the operation that an error names, or "".
func opOf(err error) string {
	var op *stdnet.OpError
	if !errors.As(err, &op) {
		return ""
	}
	return op.Op + " " + op.Net
}

func TestBadAddresses(t *testing.T) {
	listen := func(s string) error { _, err := Listen(s); return err }
	connect := func(s string) error { _, err := Connect(s); return err }
	for _, tt := range []struct {
		do   func(string) error
		op   string
		addr string
		want string // in the error's text
	}{
		{listen, "listen tcp", "", "no address"},
		{listen, "listen tcp", "localhost:80", "not an IP address"},
		{listen, "listen tcp", "127.0.0.1", "missing port"},
		{listen, "listen tcp", "127.0.0.1:", "missing port"},
		{listen, "listen tcp", "127.0.0.1:65536", "0 to 65535"},
		{listen, "listen tcp", "127.0.0.1:99999999999999999999", "0 to 65535"},
		{listen, "listen tcp", "127.0.0.1:-1", "not a number"},
		{listen, "listen tcp", "127.0.0.1:+80", "not a number"},
		{listen, "listen tcp", "127.0.0.1:080", "leading zero"},
		{listen, "listen tcp", "127.0.0.1:http", "not a number"},
		{listen, "listen tcp", "127.0.0.01:80", "leading zero"},
		{listen, "listen tcp", "[::1:80", "missing ']'"},
		{listen, "listen tcp", "::1:80", "brackets"},
		{listen, "listen tcp", "[127.0.0.1]:80", "brackets"},
		{connect, "dial tcp", "", "no address"},
		{connect, "dial tcp", ":80", "missing host"},
		{connect, "dial tcp", "example.com:80", "not an IP address"},
		{connect, "dial tcp", "127.0.0.1:0", "port 0"},
		{connect, "dial tcp", "[::1]:0", "port 0"},
		{connect, "dial tcp", "224.0.0.1:80", "multicast"},
		{connect, "dial tcp", "[ff02::1%1]:80", "multicast"},
		{connect, "dial tcp", "255.255.255.255:80", "broadcast"},
		{connect, "dial tcp", "127.255.255.255:80", "broadcast"},
		{connect, "dial tcp", "[fe80::1]:80", "zone"},
		{connect, "dial tcp", "[fe80::1%no such]:80", "zone"},
		{connect, "dial tcp", "[fe80::1%nosuch]:80", "interface"},
	} {
		t.Run(tt.op+" "+tt.addr, func(t *testing.T) {
			if strings.HasPrefix(tt.addr, "[f") {
				if _, ok := families(t)["IPv6"]; !ok {
					t.Skip("no IPv6 here")
				}
			}
			err := tt.do(tt.addr)
			var bad *AddressError
			if !errors.As(err, &bad) || !strings.Contains(bad.Why, tt.want) {
				t.Fatalf("error %v, want one about %q", err, tt.want)
			}
			errorIs(t, "class", err, ErrInvalidAddress)
			if diff := cmp.Diff(tt.op, opOf(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddressOfWrongFamily(t *testing.T) {
	ctx := context.Background()
	for name, make := range builders(t) {
		to, ok := LoopbackV6(80), name == "IPv4"
		if name == "IPv6" {
			to, ok = LoopbackV4(80), true
		}
		if !ok {
			continue
		}
		_, err := builder(t, make).Connect(ctx, to)
		errorIs(t, "C9 Connect on "+name, err, ErrInvalidAddress)
		_, err = builder(t, make).ListenOn(to, 0)
		errorIs(t, "C9 ListenOn on "+name, err, ErrInvalidAddress)
		_, err = builder(t, make).Connect(ctx, Address{})
		errorIs(t, "Connect nowhere", err, ErrInvalidAddress)
	}
}

// TestPortLimits: the highest port is as good as any.
func TestPortLimits(t *testing.T) {
	l, err := Listen("127.0.0.1:65535")
	if errors.Is(err, ErrAddrInUse) {
		t.Skip("taken")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := Connect("127.0.0.1:65535")
	if err != nil {
		t.Fatal(err)
	}
	c.Abort()
}

func TestBadBacklog(t *testing.T) {
	for _, backlog := range []int{-1, maxBacklog + 1, -1 << 31} {
		_, err := builder(t, NewTCPSocketV4).ListenOn(LoopbackV4(0), backlog)
		var r *RangeError
		if !errors.As(err, &r) {
			t.Fatalf("%d: %v", backlog, err)
		}
		want := RangeError{Option: "Backlog", Got: strconv.Itoa(backlog), Min: "0", Max: "65535"}
		if diff := cmp.Diff(want, *r); diff != "" {
			t.Errorf("%d (-want +got):\n%s", backlog, diff)
		}
		errorIs(t, "number", err, syscall.EINVAL)
	}
}

// TestOptionsOfOthers are those a socket does not have, by its family or kind.
func TestOptionsOfOthers(t *testing.T) {
	four := kindsOf(t, "IPv4", NewTCPSocketV4)
	for _, tt := range []struct {
		name string
		err  error
	}{
		{"B13 HopLimit on IPv4", SetOption(four["socket"], sockopt.HopLimit, 3)},
		{"B13 TrafficClass on IPv4", SetOption(four["stream"], sockopt.TrafficClass, 3)},
		{"V6Only on IPv4", SetOption(four["socket"], sockopt.V6Only, true)},
		{"D15 Broadcast on TCP", SetOption(four["stream"], sockopt.Broadcast, true)},
		{"B21 MulticastTTL on TCP", SetOption(four["socket"], sockopt.MulticastTTL, 3)},
		{"ReuseAddr on a listener", SetOption(four["listener"], sockopt.ReuseAddr, true)},
		{"MaxSegment on a stream", SetOption(four["stream"], sockopt.MaxSegment, 400)},
		{"MaxSegment on a listener", SetOption(four["listener"], sockopt.MaxSegment, 400)},
		{"Error is read only", SetOption(four["stream"], sockopt.Error, 0)},
	} {
		var u *UnsupportedError
		if !errors.As(tt.err, &u) || u.OS != "" || u.Why == "" {
			t.Errorf("%s: %v", tt.name, tt.err)
		}
	}
	if _, err := GetOption(four["listener"], sockopt.ReuseAddr); err != nil {
		t.Errorf("reading ReuseAddr of a listener: %v", err)
	}
}
