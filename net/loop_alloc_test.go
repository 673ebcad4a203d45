package net

import (
	"testing"
	"time"
	"unsafe"
)

// TestAllocsLoop counts a round trip through a loop: small messages, which are
// queued, large ones, which are not, and the same in blocking style.
func TestAllocsLoop(t *testing.T) {
	leanBuild(t)
	for name, serve := range map[string]func(*Loop, Stream) error{
		"handler":  func(l *Loop, s Stream) error { _, err := l.Attach(s, echoes{}); return err },
		"blocking": func(l *Loop, s Stream) error { _, err := l.AttachFunc(s, echoFunc); return err },
		"idle timeout": func(l *Loop, s Stream) error {
			_, err := l.Attach(s, hooks{
				opened: func(s *Session) { s.SetIdleTimeout(time.Hour) },
				data:   func(s *Session, p []byte) { s.Write(p) },
			})
			return err
		},
	} {
		for kind, size := range map[string]int{"small": 64, "large": 2 * directSize} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				client, server := pair(t, "127.0.0.1:0")
				if err := serve(looping(t, LoopConfig{}), server); err != nil {
					t.Fatal(err)
				}
				client.SetDeadline(time.Now().Add(patience))
				p := make([]byte, size)
				noAllocs(t, func() error {
					if _, err := client.Write(p); err != nil {
						return err
					}
					return second(client.ReadFull(p))
				})
			})
		}
	}
}

// TestAllocsPublicPoller counts a turn of a Poller that finds an event.
func TestAllocsPublicPoller(t *testing.T) {
	leanBuild(t)
	p := polling(t)
	peer, s := pair(t, "127.0.0.1:0")
	if err := p.Register(s, 1, Readable); err != nil {
		t.Fatal(err)
	}
	events, b := make([]Event, 4), make([]byte, 8)
	noAllocs(t, func() error {
		if _, err := peer.TryWrite(b[:1]); err != nil {
			return err
		}
		if _, err := p.Wait(events, patience); err != nil {
			return err
		}
		return second(s.TryRead(b))
	})
}

// TestSessionSize holds an idle session to 200 bytes of memory of ours, with its
// place in the table.
func TestSessionSize(t *testing.T) {
	const most = 200
	size := unsafe.Sizeof(Session{}) + 2*unsafe.Sizeof(fdTable[source]{})
	if size > most {
		t.Errorf("a session takes %d bytes", size)
	}
}
