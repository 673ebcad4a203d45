package behaviour

import (
	"time"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

var optionValues = []Script{
	{Row: "B1", Title: "what is on reads true, and what is off false", Run: booleans},
	{Row: "B2", Title: "so do the options of TCP", Over: tcp, Run: booleansTCP},
	{Row: "B3", Title: "buffers are as large as asked, or as the system can", Run: buffers},
	{Row: "B5", Title: "linger is seconds, rounded up", Over: tcp, Run: linger},
	{Row: "B6", Title: "Close does not wait for unsent data", Over: tcp, Run: lingerClose},
	{Row: "B6", Title: "what was written before Close arrives", Over: tcp, Run: lingerArrives},
	{Row: "B7", Title: "keep-alive's times are seconds, rounded up", Over: tcp, Run: keepAliveTimes},
	{Row: "B8", Title: "keep-alive's count", Over: tcp, Run: keepAliveCount},
	{Row: "B9", Title: "what is not set has the system's own value", Over: tcp, Run: keepAliveDefaults},
	{Row: "B10", Title: "time to live", Run: ttl},
	{Row: "B11", Title: "type of service", Run: tos},
	{Row: "B14", Title: "time to live of multicast", Over: []Medium{UDP4}, Run: multicastTTL},
	{Row: "B15", Title: "a negative time to live is none", Over: udp, Run: negativeTTL},
	{Row: "B16", Title: "multicast loops back, or not", Over: udp, Run: multicastLoop},
	{Row: "B17", Title: "hop limits", Over: []Medium{UDP6}, Run: hopLimits},
	{Row: "B26", Title: "the largest segment can be lowered", Over: tcp, Run: maxSegment},
}

// try sets an option and prints what the socket then has.
func try[V bool | int | time.Duration](t *T, s net.Socket, o sockopt.Option[V], v V) {
	if err := net.SetOption(s, o, v); err != nil {
		t.Print("%v %v: %s", o, v, Class(err))
		return
	}
	got, err := net.GetOption(s, o)
	t.Check(err)
	t.Print("%v %v: reads %v", o, v, got)
}

func tryAll[V bool | int | time.Duration](t *T, s net.Socket, o sockopt.Option[V], values ...V) {
	for _, v := range values {
		try(t, s, o, v)
	}
}

// eachTCP calls f with a socket in each of its states.
func (t *T) eachTCP(f func(net.Socket)) {
	a, _ := t.TCP()
	for _, of := range []struct {
		name string
		s    net.Socket
	}{{"new socket", t.Socket()}, {"listener", t.Listener()}, {"stream", a}} {
		t.Print("of a %s:", of.name)
		f(of.s)
	}
}

// UDP makes a datagram socket for IPv4, or for IPv6 if the medium is.
func (t *T) UDP() *net.UDPSocket {
	s, err := net.BindUDP(t.Loopback(0))
	t.Own(s, err)
	return s
}

func booleans(t *T) {
	s, u := t.Socket(), t.UDP()
	on := func(s net.Socket, options ...sockopt.Option[bool]) {
		for _, o := range options {
			tryAll(t, s, o, true, false, true)
		}
	}
	t.Print("of a TCP socket:")
	on(s, sockopt.ReuseAddr, sockopt.ReusePort, sockopt.KeepAlive)
	t.Print("of a TCP stream:")
	a, _ := t.TCP()
	on(a, sockopt.KeepAlive)
	t.Print("of a UDP socket:")
	on(u, sockopt.ReuseAddr, sockopt.ReusePort, sockopt.Broadcast, sockopt.MulticastLoop)
}

func booleansTCP(t *T) {
	a, _ := t.TCP()
	on, err := a.NoDelay()
	t.Print("NoDelay of a new stream: %t, %s", on, Class(err))
	t.eachTCP(func(s net.Socket) {
		tryAll(t, s, sockopt.NoDelay, true, false, true)
		tryAll(t, s, sockopt.Cork, true, false)
	})
}

// buffers does not say how large they are where more is asked for than there
// is.
func buffers(t *T) {
	a, _ := t.TCP()
	x, _, err := net.UnixStreamPair()
	t.Own(x, err)
	sockets := []struct {
		name string
		s    net.Socket
	}{{"TCP socket", t.Socket()}, {"TCP listener", t.Listener()}, {"TCP stream", a},
		{"UDP socket", t.UDP()}, {"Unix stream", x}}
	for _, of := range sockets {
		t.Print("of a %s:", of.name)
		for _, o := range []sockopt.Option[int]{sockopt.SendBuffer, sockopt.RecvBuffer} {
			for _, v := range []int{-1, 0, 1, 4096, 64 << 10, 1 << 30, 1<<30 + 1} {
				t.buffer(of.s, o, v)
			}
		}
	}
}

func (t *T) buffer(s net.Socket, o sockopt.Option[int], v int) {
	if err := net.SetOption(s, o, v); err != nil {
		t.Print("%v %d: %s", o, v, Class(err))
		return
	}
	got, err := net.GetOption(s, o)
	t.Check(err)
	enough := got >= v || v > 64<<10
	t.Check(net.SetOption(s, o, got))
	again, err := net.GetOption(s, o)
	t.Check(err)
	t.Print("%v %d: enough %t, setting what was read changes nothing %t", o, v, enough, again == got)
}

func linger(t *T) {
	t.eachTCP(func(s net.Socket) {
		tryAll(t, s, sockopt.Linger,
			0, time.Nanosecond, time.Second, 1500*time.Millisecond, 5*time.Second,
			327*time.Second, 327*time.Second+1, 328*time.Second, 65536*time.Second)
		t.Say("Linger -1s", net.SetOption(s, sockopt.Linger, -time.Second))
		off, err := net.GetOption(s, sockopt.Linger)
		t.Print("reads negative: %t, %s", off < 0, Class(err))
	})
}

// lingerClose tells waiting for the linger time from not waiting at all.
func lingerClose(t *T) {
	a, b := t.TCP()
	const long = 10 * time.Second
	t.Check(a.SetLinger(long))
	t.Fill(a)
	began := time.Now()
	t.Say("Close", a.Close())
	t.Print("before the linger time is up: %t", time.Since(began) < long/2)
	t.Check(b.Abort())
}

func lingerArrives(t *T) {
	a, b := t.TCP()
	t.Check(a.SetLinger(10 * time.Second))
	n := t.Fill(a)
	t.Check(a.Close())
	t.Print("all arrives: %t", t.drain(b) == n)

	a, b = t.TCP()
	t.Send(a, "thrown away")
	t.Check(a.SetLinger(0))
	t.Check(a.Close())
	p := make([]byte, 64)
	for {
		_, err := b.Read(p)
		if err != nil {
			t.Say("after Linger 0 the peer reads", err)
			return
		}
	}
}

// drain reads to the end and returns how much that was.
func (t *T) drain(s Stream) (total int) {
	for p := make([]byte, 64<<10); ; {
		n, err := s.Read(p)
		total += n
		if err != nil {
			t.Say("reading ends with", err)
			return total
		}
	}
}

func keepAliveTimes(t *T) {
	t.eachTCP(func(s net.Socket) {
		for _, o := range []sockopt.Option[time.Duration]{sockopt.KeepAliveIdle, sockopt.KeepAliveInterval} {
			tryAll(t, s, o, -time.Second, 0, time.Nanosecond, time.Second, 1001*time.Millisecond,
				32767*time.Second, 32767*time.Second+1, 32768*time.Second)
		}
	})
}

func keepAliveCount(t *T) {
	t.eachTCP(func(s net.Socket) { tryAll(t, s, sockopt.KeepAliveCount, -1, 0, 1, 127, 128) })
}

func keepAliveDefaults(t *T) {
	a, _ := t.TCP()
	t.Say("SetKeepAliveConfig", a.SetKeepAliveConfig(net.KeepAlive{Idle: 33 * time.Second, Count: 3}))
	on, err := a.KeepAlive()
	t.Print("KeepAlive: %t, %s", on, Class(err))
	idle, err := a.KeepAliveIdle()
	t.Print("KeepAliveIdle: %v, %s", idle, Class(err))
	interval, err := a.KeepAliveInterval()
	t.Print("KeepAliveInterval, which was not set, is one: %t, %s", interval > 0, Class(err))
	count, err := a.KeepAliveCount()
	t.Print("KeepAliveCount: %d, %s", count, Class(err))
}

func ttl(t *T) {
	values := []int{-1, 0, 1, 64, 255, 256, 300}
	t.eachTCP(func(s net.Socket) { tryAll(t, s, sockopt.TTL, values...) })
	t.Print("of a UDP socket:")
	tryAll(t, t.UDP(), sockopt.TTL, values...)
}

// tos shows 3 on a datagram socket only: the low bits of a stream's are TCP's.
func tos(t *T) {
	t.eachTCP(func(s net.Socket) { tryAll(t, s, sockopt.TOS, -1, 0, 0x28, 0xb8, 0xfc, 256) })
	t.Print("of a UDP socket:")
	tryAll(t, t.UDP(), sockopt.TOS, -1, 0, 3, 0x28, 255, 256)
}

func multicastTTL(t *T) {
	tryAll(t, t.UDP(), sockopt.MulticastTTL, 0, 1, 9, 255, 256)
}

func negativeTTL(t *T) {
	s := t.UDP()
	ttl, hops := sockopt.MulticastTTL, sockopt.TTL
	if t.six() {
		ttl, hops = sockopt.MulticastHops, sockopt.HopLimit
	}
	for _, o := range []sockopt.Option[int]{ttl, hops} {
		t.Say("-1", net.SetOption(s, o, -1))
		t.Say("-2", net.SetOption(s, o, -2))
	}
}

func multicastLoop(t *T) { tryAll(t, t.UDP(), sockopt.MulticastLoop, true, false, true) }

func hopLimits(t *T) {
	s := t.UDP()
	def, err := s.HopLimit()
	t.Print("HopLimit of a new socket: %t, %s", def > 0 && def < 256, Class(err))
	tryAll(t, s, sockopt.HopLimit, 0, 1, 64, 255, 256)
	tryAll(t, s, sockopt.MulticastHops, 0, 1, 64, 255, 256)
}

func maxSegment(t *T) {
	s := t.Socket()
	tryAll(t, s, sockopt.MaxSegment, 0, 1, 500, 65536)
	a, _ := t.TCP()
	t.Say("of a stream", net.SetOption(a, sockopt.MaxSegment, 500))
	got, err := a.MaxSegment()
	t.Print("a stream has one: %t, %s", got > 0, Class(err))
}
