package behaviour

import (
	"fmt"
	"time"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

var inheritance = []Script{
	{Row: "B34", Title: "accepted streams have what their listener has", Over: tcp, Run: inherit},
	{Row: "B35", Title: "a listener reads what it was given", Over: tcp, Run: listenersOwn},
}

// A passedOn is an option that accepted streams have of their listener, with a
// value that no stream has by itself.
type passedOn struct {
	name string
	set  func(net.Socket) error
	get  func(net.Socket) (value string, err error)
}

func pass[V bool | int | time.Duration](o sockopt.Option[V], v V) passedOn {
	return passedOn{
		name: o.String(),
		set:  func(s net.Socket) error { return net.SetOption(s, o, v) },
		get: func(s net.Socket) (string, error) {
			got, err := net.GetOption(s, o)
			return fmt.Sprint(got), err
		},
	}
}

func allPassedOn() []passedOn {
	return []passedOn{
		pass(sockopt.NoDelay, false),
		pass(sockopt.KeepAlive, true),
		pass(sockopt.KeepAliveIdle, 33*time.Second),
		pass(sockopt.KeepAliveInterval, 7*time.Second),
		pass(sockopt.KeepAliveCount, 3),
		pass(sockopt.Linger, 5*time.Second),
		pass(sockopt.TTL, 33),
		pass(sockopt.TOS, 0x28),
		pass(sockopt.Cork, true),
	}
}

// inherit sets the options before Listen, and on the listener.
func inherit(t *T) {
	for _, o := range allPassedOn() {
		s := t.Socket()
		t.Check(o.set(s))
		l, err := s.ListenOn(t.Loopback(0), 0)
		t.Own(l, err)
		t.Dial(l)
		got, err := o.get(t.Accept(l))
		t.Print("%s, set before Listen: %s, %s", o.name, got, Class(err))

		l = t.Listener()
		t.Check(o.set(l))
		t.Dial(l)
		got, err = o.get(t.Accept(l))
		t.Print("%s, set on the listener: %s, %s", o.name, got, Class(err))
	}
	for _, o := range []sockopt.Option[int]{sockopt.SendBuffer, sockopt.RecvBuffer} {
		l := t.Listener()
		t.Check(net.SetOption(l, o, 50000))
		t.Dial(l)
		got, err := net.GetOption(t.Accept(l), o)
		t.Print("%v, at least what was set: %t, %s", o, got >= 50000, Class(err))
	}
}

func listenersOwn(t *T) {
	s := t.Socket()
	options := allPassedOn()
	for _, o := range options {
		t.Check(o.set(s))
	}
	t.Check(s.SetSendBuffer(50000))
	t.Check(s.SetRecvBuffer(60000))
	l, err := s.ListenOn(t.Loopback(0), 0)
	t.Own(l, err)
	for _, o := range options {
		got, err := o.get(l)
		t.Print("%s: %s, %s", o.name, got, Class(err))
	}
	n, err := l.SendBuffer()
	t.Print("SendBuffer: %d, %s", n, Class(err))
	n, err = l.RecvBuffer()
	t.Print("RecvBuffer: %d, %s", n, Class(err))
}
