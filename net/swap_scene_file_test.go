//go:build swap

package net

import (
	"errors"
	stdnet "net"
	"os"
	"path/filepath"

	"github.com/google/go-cmp/cmp"
)

// playFiles sends a file. What was sent before an error is not sent again.
func playFiles(p *play) {
	name, text := filepath.Join(p.TempDir(), "file"), noise(3000)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		p.Fatal(err)
	}
	client, server := p.dials(p.listens())
	for range 2 {
		f := opens(p, "open", func() (*os.File, error) { return os.Open(name) })
		p.do("ReadFrom", func() error { _, err := client.ReadFrom(f); return err })
		p.receives("Read", text, server.Read)
	}
}

// playProxy moves bytes from one connection to another. What had been read when
// a write failed is lost, as with every kind of copying.
func playProxy(p *play) {
	text := []byte("through")
	feeder, from := p.unixPair()
	to, sink := p.unixPair()
	p.sends("Write", text, feeder.Write)
	p.do("CloseWrite", feeder.CloseWrite)
	want := string(text)
	p.do("WriteTo", func() error {
		_, err := from.WriteTo(to)
		var op *stdnet.OpError
		if errors.As(err, &op) && op.Op == "write" {
			want = ""
		}
		return err
	})
	p.do("CloseWrite", to.CloseWrite)
	p.receives("Read", []byte(want), sink.Read)
	p.ends("Read the end", sink.Read)
}

// playPoller uses the public poller: what it was told of again it tells again.
func playPoller(p *play) {
	client, server := p.dials(p.listens())
	var poller *Poller
	p.do("NewPoller", func() (err error) { poller, err = NewPoller(); return err })
	defer poller.Close()
	arrives := func(token uint64) {
		p.sends("Write", []byte{1}, client.Write)
		var events [4]Event
		for seen := false; !seen; {
			n, err := poller.Wait(events[:], patience)
			if err != nil || n == 0 {
				p.Fatalf("Wait: %d, %v", n, err)
			}
			for _, ev := range events[:n] {
				seen = seen || ev.Token == token && ev.Ready&Readable != 0
			}
		}
		p.receives("TryRead", []byte{1}, server.TryRead)
	}
	p.do("Register", func() error { return poller.Register(server, 1, Readable) })
	arrives(1)
	p.do("Register anew", func() error { return poller.Register(server, 2, Readable|Writable) })
	arrives(2)
	p.do("Deregister", func() error { return poller.Deregister(server) })
	p.sends("Write", []byte{1}, client.Write)
	p.do("Register", func() error { return poller.Register(client, 3, Writable) })
	n, err := poller.Wait(make([]Event, 4), patience)
	if diff := cmp.Diff([]any{1, nil}, []any{n, err}); diff != "" {
		p.Errorf("events of one socket and errors (-want +got):\n%s", diff)
	}
}
