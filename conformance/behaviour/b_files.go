package behaviour

import (
	"io"
	"os"

	"github.com/volt-net/volt/net"
)

// fromFiles offers a copy of each kind of descriptor to each way to take one.
func fromFiles(t *T) {
	a, _ := t.TCP()
	u, err := net.BindUDP(net.LoopbackV4(0))
	t.Own(u, err)
	l := t.UnixListener()
	x, _, err := net.UnixStreamPair()
	t.Own(x, err)
	g, err := net.UnboundUnixDatagram()
	t.Own(g, err)
	var files []*os.File
	names := []string{"TCP stream", "TCP listener", "UDP socket", "Unix stream", "Unix listener", "Unix datagram socket"}
	for _, s := range []filer{a, t.Listener(), u, x, l, g} {
		f, err := s.File()
		t.Own(f, err)
		files = append(files, f)
	}
	f, err := os.CreateTemp(t.Dir(), "")
	t.Own(f, err)
	r, w, err := os.Pipe()
	t.Own(r, err)
	t.Own(w, err)
	files = append(files, f, r)
	names = append(names, "file", "pipe")
	for i, f := range files {
		for _, take := range takers {
			s, err := take.from(f)
			if err == nil {
				t.Own(s, nil)
			}
			t.Say(names[i]+" as "+take.name, err)
		}
	}
}

// takers are the constructors that take a file.
var takers = []struct {
	name string
	from func(*os.File) (io.Closer, error)
}{
	{"TCP stream", func(f *os.File) (io.Closer, error) { return net.TCPStreamFromFile(f) }},
	{"TCP listener", func(f *os.File) (io.Closer, error) { return net.TCPListenerFromFile(f) }},
	{"Unix stream", func(f *os.File) (io.Closer, error) { return net.UnixStreamFromFile(f) }},
	{"Unix listener", func(f *os.File) (io.Closer, error) { return net.UnixListenerFromFile(f) }},
	{"Unix datagram socket", func(f *os.File) (io.Closer, error) { return net.UnixDatagramFromFile(f) }},
}
