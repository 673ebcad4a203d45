package behaviour

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/volt-net/volt/net"
)

var unixNames = []Script{
	{Row: "G1", Title: "a path has a limit, which is told before the kernel is asked", Run: longPath},
	{Row: "G2", Title: "a path that begins with @ is a path", Run: atPath, Alone: true},
	{Row: "G2", Title: "abstract names work, or are refused", Run: abstractName},
	{Row: "G3", Title: "no name is no address", Run: noName},
	{Row: "G4", Title: "who has no name shows none", Run: unnamed},
	{Row: "G5", Title: "paths of every length come back as they were", Run: everyLength, Alone: true},
}

// mostPath is how many bytes a path may have here.
func (t *T) mostPath() int {
	var tooLong *net.PathTooLongError
	if _, err := net.UnixPath(strings.Repeat("x", 1000)); !errors.As(err, &tooLong) {
		t.Fatal("a path of 1000 bytes: %v", err)
	}
	return tooLong.Max
}

// at is the address of a path.
func (t *T) at(path string) net.UnixAddr {
	a, err := net.UnixPath(path)
	t.Check(err)
	return a
}

// enter makes a directory of the script's own the current one, until the
// script has ended. Paths in it can be short.
func (t *T) enter() {
	before, err := os.Getwd()
	t.Check(err)
	t.Check(os.Chdir(t.Dir()))
	t.Cleanup(func() { os.Chdir(before) })
}

// BindUnix makes a datagram socket with a path of its own.
func (t *T) BindUnix() *net.UnixDatagram {
	s, err := net.BindUnixDatagram(t.Path())
	t.Own(s, err)
	return s
}

// UnboundUnix makes a datagram socket without a path.
func (t *T) UnboundUnix() *net.UnixDatagram {
	s, err := net.UnboundUnixDatagram()
	t.Own(s, err)
	return s
}

func longPath(t *T) {
	dir := t.Dir()
	most := t.mostPath()
	t.Print("at least 103 bytes: %t", most >= 103)
	longest := filepath.Join(dir, strings.Repeat("x", most-len(dir)-1))
	l, err := net.ListenUnix(t.at(longest))
	t.Own(l, err)
	t.Say("ListenUnix at the longest", err)
	c, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
	t.Own(c, err)
	t.Say("ConnectUnix to it", err)
	t.Print("the address is the path: %t", c.PeerAddress().Path() == longest)
	_, err = net.UnixPath(longest + "x")
	t.Say("one byte more", err)
	var tooLong *net.PathTooLongError
	t.Print("both lengths are told: %t", errors.As(err, &tooLong) && tooLong.Len == most+1 && tooLong.Max == most)
	_, err = net.UnixPath("x\x00y")
	t.Say("a path with a NUL", err)
}

func atPath(t *T) {
	t.enter()
	addr := t.at("@volt")
	t.Print("abstract: %t", addr.IsAbstract())
	l, err := net.ListenUnix(addr)
	t.Own(l, err)
	s, err := net.BindUnixDatagram(t.at("@voltgram"))
	t.Own(s, err)
	for _, name := range []string{"@volt", "@voltgram"} {
		info, err := os.Lstat(name)
		t.Check(err)
		t.Print("%s is a file, a socket: %t", name, info.Mode().Type() == fs.ModeSocket)
	}
	c, err := net.ConnectUnixContext(t.ctx, addr)
	t.Own(c, err)
	t.Print("the same addresses: %t", c.PeerAddress() == addr && l.LocalAddress() == addr)
	std, err := net.UnixAddrOf(l.Addr())
	t.Check(err)
	d, err := net.ConnectUnixContext(t.ctx, std)
	t.Own(d, err)
	t.Say("ConnectUnix by the standard library's address", err)
}

// abstractName has a name that no other process can have at the time.
func abstractName(t *T) {
	name := "volt\x00" + t.Dir()
	addr, err := net.UnixAbstract(name)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Print("works, or is refused")
		return
	}
	t.Check(err)
	l, err := net.ListenUnix(addr)
	t.Own(l, err)
	c, err := net.ConnectUnixContext(t.ctx, addr)
	t.Own(c, err)
	a, err := l.AcceptContext(t.ctx)
	t.Own(a, err)
	if c.PeerAddress() == addr && a.LocalAddress().Name() == name && addr.Path() == "" {
		t.Print("works, or is refused")
	}
}

func noName(t *T) {
	var none net.UnixAddr
	_, err := net.UnixPath("")
	t.Say("UnixPath", err)
	_, err = net.ListenUnix(none)
	t.Say("ListenUnix", err)
	_, err = net.ConnectUnixContext(t.ctx, none)
	t.Say("ConnectUnix", err)
	_, err = net.BindUnixDatagram(none)
	t.Say("BindUnixDatagram", err)
	s := t.UnboundUnix()
	t.Say("Bind", s.Bind(none))
	t.Say("Connect", s.Connect(none))
	_, err = s.SendTo([]byte("x"), none)
	t.Say("SendTo", err)
}

func unnamed(t *T) {
	l := t.UnixListener()
	c, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
	t.Own(c, err)
	t.Print("dialled: %t", c.LocalAddress().IsUnnamed())
	s, from, err := l.TryAccept()
	t.Own(s, err)
	t.Print("accepted: %t, %t", from.IsUnnamed(), s.PeerAddress().IsUnnamed())

	gone, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
	t.Own(gone, err)
	t.Check(gone.Close())
	s, from, err = l.TryAccept()
	t.Own(s, err)
	t.Print("accepted when it had gone: %t, %t", from.IsUnnamed(), s.PeerAddress().IsUnnamed())

	a, b, err := net.UnixStreamPair()
	t.Own(a, err)
	t.Own(b, err)
	t.Print("a pair: %t, %t", a.LocalAddress().IsUnnamed(), a.PeerAddress().IsUnnamed())
	g := t.BindUnix()
	_, err = t.UnboundUnix().SendTo([]byte("x"), g.LocalAddress())
	t.Check(err)
	_, who, err := g.RecvFrom(make([]byte, 1))
	t.Print("sender of a datagram: %t, %s", who.IsUnnamed(), Class(err))
}

// everyLength is in a directory that is not part of the path.
func everyLength(t *T) {
	t.enter()
	wrong := 0
	most := t.mostPath()
	for n := 1; n <= most; n++ {
		addr := t.at(strings.Repeat("x", n))
		l, err := net.ListenUnix(addr)
		t.Own(l, err)
		c, err := net.ConnectUnixContext(t.ctx, addr)
		t.Own(c, err)
		s, err := l.AcceptContext(t.ctx)
		t.Own(s, err)
		if l.LocalAddress() != addr || c.PeerAddress() != addr || s.LocalAddress() != addr {
			wrong++
		}
		for _, each := range []interface{ Close() error }{s, c, l} {
			t.Check(each.Close())
		}
	}
	t.Print("streams, wrong: %d", wrong)
	to := t.BindUnix()
	for n := 1; n <= most; n++ {
		addr := t.at(strings.Repeat("x", n))
		s, err := net.BindUnixDatagram(addr)
		t.Own(s, err)
		_, err = s.SendTo([]byte("x"), to.LocalAddress())
		t.Check(err)
		_, from, err := to.RecvFrom(make([]byte, 1))
		t.Check(err)
		if s.LocalAddress() != addr || from != addr {
			wrong++
		}
		t.Check(s.Close())
	}
	t.Print("senders, wrong: %d", wrong)
}
