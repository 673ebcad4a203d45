package behaviour

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/volt-net/volt/net"
)

var unixConnecting = []Script{
	{Row: "G7", Title: "nobody is at a path", Run: nobodyThere},
	{Row: "G8", Title: "a file that is no socket", Run: noSocketThere},
	{Row: "G9", Title: "a socket of the other kind", Run: otherKindThere},
	{Row: "G11", Title: "connecting to a full queue waits for room", Run: fullQueue},
	{Row: "G12", Title: "connecting does not wait to be accepted", Run: connectAlone},
	{Row: "G23", Title: "who the peer is", Run: peerCredentials},
	{Row: "G23", Title: "without a connection there is no peer", Run: noCredentials},
	{Row: "G24", Title: "the peer is who connected, then", Run: childCredentials, Alone: true},
}

// reach tries every way to get to a path.
func (t *T) reach(addr net.UnixAddr) {
	_, err := net.ConnectUnixContext(t.ctx, addr)
	t.Say("stream, Connect", err)
	s := t.UnboundUnix()
	t.Say("datagrams, Connect", s.Connect(addr))
	_, err = s.SendTo([]byte("x"), addr)
	t.Say("datagrams, SendTo", err)
	_, err = s.TrySendTo([]byte("x"), addr)
	t.Say("datagrams, TrySendTo", err)
}

func nobodyThere(t *T) {
	addr := t.Path()
	t.reach(addr)
	t.stale(addr)
	t.Print("left behind:")
	t.reach(addr)
}

func noSocketThere(t *T) {
	addr := t.Path()
	t.Check(os.WriteFile(addr.Path(), []byte("x"), 0o600))
	t.reach(addr)
}

func otherKindThere(t *T) {
	_, err := net.ConnectUnixContext(t.ctx, t.BindUnix().LocalAddress())
	t.Say("stream, Connect", err)
	addr := t.UnixListener().LocalAddress()
	s := t.UnboundUnix()
	t.Say("datagrams, Connect", s.Connect(addr))
	_, err = s.SendTo([]byte("x"), addr)
	t.Say("datagrams, SendTo", err)
	_, err = s.TrySendTo([]byte("x"), addr)
	t.Say("datagrams, TrySendTo", err)
}

// fullQueue has more connections at once than any system queues for a backlog
// of 1.
func fullQueue(t *T) {
	l, err := net.UnixListenConfig{Backlog: 1}.Listen(t.Path())
	t.Own(l, err)
	connect := func(ctx context.Context) error {
		c, err := net.ConnectUnixContext(ctx, l.LocalAddress())
		if err == nil {
			t.Own(c, nil)
		}
		return err
	}
	const times = 8
	n := 0
	for err = nil; err == nil && n < times; n++ {
		ctx, cancel := context.WithTimeout(t.ctx, 20*time.Millisecond)
		err = connect(ctx)
		cancel()
	}
	t.Say("Connect to a full queue", err)
	var waiting []<-chan error
	for range times {
		waiting = append(waiting, t.Start(func() error { return connect(t.ctx) }))
	}
	for range n - 1 + times {
		s, err := l.AcceptContext(t.ctx)
		t.Own(s, err)
	}
	counts := map[string]int{}
	for _, done := range waiting {
		counts[Class(t.Wait(done))]++
	}
	t.Print("of %d that waited, connected: %d", times, counts["ok"])
}

func connectAlone(t *T) {
	l := t.UnixListener()
	c, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
	t.Own(c, err)
	t.Say("Connect", err)
	t.Send(c, "written before Accept")
	t.Check(c.Close())
	s, err := l.AcceptContext(t.ctx)
	t.Own(s, err)
	t.Ends(s, 2)
}

// isMe prints whether the peer is this process. A system may not know its
// number when the peer has closed.
func (t *T) isMe(what string, s *net.UnixStream) {
	c, err := s.PeerCredentials()
	t.Print("%s: user %t, group %t, process %t, %s", what,
		c.UID == uint32(os.Geteuid()), c.GID == uint32(os.Getegid()), !c.HasPID || c.PID == os.Getpid(), Class(err))
}

func peerCredentials(t *T) {
	l := t.UnixListener()
	dialled, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
	t.Own(dialled, err)
	accepted, err := l.AcceptContext(t.ctx)
	t.Own(accepted, err)
	a, b, err := net.UnixStreamPair()
	t.Own(a, err)
	t.Own(b, err)
	c, err := accepted.PeerCredentials()
	t.Print("the process is told: %t, %s", c.HasPID, Class(err))
	t.isMe("dialled", dialled)
	t.isMe("accepted", accepted)
	t.isMe("of a pair", a)
	t.Check(errors.Join(dialled.Close(), b.Close()))
	t.isMe("when the peer has closed", accepted)
	t.isMe("when the other of a pair has closed", a)
}

func noCredentials(t *T) {
	_, err := t.freshUnix().PeerCredentials()
	t.Say("not connected", err)
	a, _, err := net.UnixStreamPair()
	t.Own(a, err)
	t.Check(a.Close())
	_, err = a.PeerCredentials()
	t.Say("closed", err)
}

// childCredentials finds the child by a path in the directory that they share.
func childCredentials(t *T) {
	t.enter()
	l, err := net.ListenUnix(t.at(meeting))
	t.Own(l, err)
	lines := t.Child("connect")
	s, err := l.AcceptContext(t.ctx)
	t.Own(s, err)
	c, err := s.PeerCredentials()
	t.Print("a child: user %t, %s", c.UID == uint32(os.Geteuid()), Class(err))
	t.Print("its process: %t", !c.HasPID || lines[0] == strconv.Itoa(c.PID) && c.PID != os.Getpid())
	t.Ends(s, 2)
}

// meeting is where a child connects to.
const meeting = "meeting"

// connectToMeeting is what the child does.
func connectToMeeting(t *T) {
	c, err := net.ConnectUnixContext(t.ctx, t.at(meeting))
	t.Own(c, err)
	t.Send(c, "from a child")
	t.Print("%d", os.Getpid())
}
