package behaviour

import (
	"io/fs"
	"os"

	"github.com/volt-net/volt/net"
)

var unixFiles = []Script{
	{Row: "G6", Title: "what lies at a path stays there", Run: takenPath},
	{Row: "G6", Title: "a socket that was left behind is replaced on request", Run: replace},
	{Row: "G6", Title: "Close removes what was made, and nothing else", Run: closeRemoves},
	{Row: "G29", Title: "the file has the permissions asked for", Run: permissions},
}

// stale leaves a socket's file that no process has open.
func (t *T) stale(a net.UnixAddr) {
	l, err := net.ListenUnix(a)
	t.Own(l, err)
	l.KeepFile()
	t.Check(l.Close())
}

// lies lays something at a path, by its name in the transcript.
var lies = []struct {
	name string
	lay  func(*T, net.UnixAddr)
}{
	{"a listener", func(t *T, a net.UnixAddr) { l, err := net.ListenUnix(a); t.Own(l, err) }},
	{"a datagram socket", func(t *T, a net.UnixAddr) { s, err := net.BindUnixDatagram(a); t.Own(s, err) }},
	{"a socket left behind", (*T).stale},
	{"a file", func(t *T, a net.UnixAddr) { t.Check(os.WriteFile(a.Path(), []byte("x"), 0o600)) }},
	{"a directory", func(t *T, a net.UnixAddr) { t.Check(os.Mkdir(a.Path(), 0o700)) }},
}

func takenPath(t *T) {
	for _, what := range lies {
		addr := t.Path()
		what.lay(t, addr)
		before, err := os.Lstat(addr.Path())
		t.Check(err)
		_, err = net.ListenUnix(addr)
		t.Say(what.name+", ListenUnix", err)
		_, err = net.BindUnixDatagram(addr)
		t.Say(what.name+", BindUnixDatagram", err)
		after, err := os.Lstat(addr.Path())
		t.Print("%s stays: %t", what.name, err == nil && os.SameFile(before, after))
	}
}

func replace(t *T) {
	for _, what := range lies {
		addr := t.Path()
		what.lay(t, addr)
		l, err := net.UnixListenConfig{Replace: true}.Listen(addr)
		if t.Say(what.name+", Listen", err); err == nil {
			t.Check(l.Close())
			t.stale(addr)
		}
		s, err := net.UnixDatagramConfig{Replace: true}.Bind(addr)
		if t.Say(what.name+", Bind", err); err == nil {
			t.Own(s, nil)
		}
	}
}

func closeRemoves(t *T) {
	for _, how := range []struct {
		name string
		do   func(path string)
	}{
		{"made", func(string) {}},
		{"gone already", func(path string) { t.Check(os.Remove(path)) }},
		{"another's by now", func(path string) {
			t.Check(os.Remove(path))
			t.Check(os.WriteFile(path, nil, 0o600))
		}},
	} {
		l := t.UnixListener()
		s := t.BindUnix()
		for _, each := range []struct {
			name  string
			path  string
			close func() error
		}{
			{"listener", l.LocalAddress().Path(), l.Close},
			{"datagram socket", s.LocalAddress().Path(), s.Close},
		} {
			how.do(each.path)
			t.Say(how.name+", Close of a "+each.name, each.close())
			_, err := os.Lstat(each.path)
			t.Say(how.name+", its file", err)
		}
	}
}

func permissions(t *T) {
	for _, mode := range []fs.FileMode{0o600, 0o666, 0o220} {
		a, b := t.Path(), t.Path()
		l, err := net.UnixListenConfig{Mode: mode}.Listen(a)
		t.Own(l, err)
		s, err := net.UnixDatagramConfig{Mode: mode}.Bind(b)
		t.Own(s, err)
		for _, addr := range []net.UnixAddr{a, b} {
			info, err := os.Lstat(addr.Path())
			t.Check(err)
			t.Print("asked for %v: %v", mode, info.Mode().Perm())
		}
	}
}
