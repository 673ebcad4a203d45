package behaviour

import (
	"context"
	"io"
	stdnet "net"
	"path/filepath"
	"sync"

	"github.com/volt-net/volt/net"
)

// Stream is what TCP and Unix streams have in common.
type Stream interface {
	net.Socket
	stdnet.Conn

	ReadFull(p []byte) (int, error)
	Peek(p []byte) (int, error)
	ReadBuffers(bufs [][]byte) (int, error)
	WriteBuffers(bufs [][]byte) (int64, error)
	TryRead(p []byte) (int, error)
	TryPeek(p []byte) (int, error)
	TryReadBuffers(bufs [][]byte) (int, error)
	TryWrite(p []byte) (int, error)
	TryWriteBuffers(bufs [][]byte) (int, error)
	Readable(ctx context.Context) error
	Writable(ctx context.Context) error
	Ready(ctx context.Context, interest net.Interest) (net.Ready, error)

	Shutdown(how net.ShutdownHow) error
	CloseGracefully(ctx context.Context) error
	Abort() error
	TakeError() error
	Split() (*net.ReadHalf, *net.WriteHalf)
	IntoSplit() (*net.OwnedReadHalf, *net.OwnedWriteHalf)
}

var (
	_ Stream = (*net.TCPStream)(nil)
	_ Stream = (*net.UnixStream)(nil)
)

// hasIPv6 asks the machine once (F9).
var hasIPv6 = sync.OnceValue(func() bool {
	l, err := net.Listen("[::1]:0")
	if err != nil {
		return false
	}
	l.Close()
	return true
})

// need skips the script if the machine lacks its medium.
func (t *T) need(on Medium) {
	if (on == TCP6 || on == UDP6) && !hasIPv6() {
		t.Skip("the machine has no IPv6")
	}
}

// six reports whether the script's medium is over IPv6.
func (t *T) six() bool { return t.on == TCP6 || t.on == UDP6 }

// Loopback is the loopback address of the script's medium.
func (t *T) Loopback(port uint16) net.Address {
	if t.six() {
		return net.LoopbackV6(port)
	}
	return net.LoopbackV4(port)
}

// Any is the unspecified address of the script's medium.
func (t *T) Any(port uint16) net.Address {
	if t.six() {
		return net.AnyV6(port)
	}
	return net.AnyV4(port)
}

// Socket makes a TCP socket for the script's medium.
func (t *T) Socket() *net.TCPSocket {
	newSocket := net.NewTCPSocketV4
	if t.six() {
		newSocket = net.NewTCPSocketV6
	}
	s, err := newSocket()
	t.Own(s, err)
	return s
}

// Listener listens on the loopback.
func (t *T) Listener() *net.TCPListener {
	l, err := t.Socket().ListenOn(t.Loopback(0), 0)
	t.Own(l, err)
	return l
}

// Dial connects to a listener.
func (t *T) Dial(l *net.TCPListener) *net.TCPStream {
	s, err := t.Socket().Connect(t.ctx, l.LocalAddress())
	t.Own(s, err)
	return s
}

// Accept takes a connection.
func (t *T) Accept(l *net.TCPListener) *net.TCPStream {
	s, err := l.AcceptContext(t.ctx)
	t.Own(s, err)
	return s
}

// TCP returns the two ends of a connection: who dialled, and who accepted.
func (t *T) TCP() (dialled, accepted *net.TCPStream) {
	l := t.Listener()
	defer l.Close()
	dialled = t.Dial(l)
	return dialled, t.Accept(l)
}

// Streams is TCP over any of the media for streams.
func (t *T) Streams() (dialled, accepted Stream) {
	if t.on != Unix {
		return t.TCP()
	}
	l := t.UnixListener()
	defer l.Close()
	d, err := net.ConnectUnixContext(t.ctx, l.LocalAddress())
	t.Own(d, err)
	a, err := l.AcceptContext(t.ctx)
	t.Own(a, err)
	return d, a
}

// Path is an address for a Unix socket, in a directory of its own.
func (t *T) Path() net.UnixAddr {
	a, err := net.UnixPath(filepath.Join(t.Dir(), "s"))
	t.Check(err)
	return a
}

// UnixListener listens at a path of its own.
func (t *T) UnixListener() *net.UnixListener {
	l, err := net.ListenUnix(t.Path())
	t.Own(l, err)
	return l
}

// DeadPort is a loopback address that refuses connections: a socket has it
// that does not listen.
func (t *T) DeadPort() net.Address {
	s := t.Socket()
	t.Check(s.Bind(t.Loopback(0)))
	return s.LocalAddress()
}

// Fill writes until the stream takes no more, and returns how much it took.
func (t *T) Fill(s Stream) (total int) {
	for chunk := make([]byte, 64<<10); ; {
		n, err := s.TryWrite(chunk)
		total += n
		if err == net.ErrWouldBlock {
			return total
		}
		t.Check(err)
	}
}

// Send writes text.
func (t *T) Send(w io.Writer, text string) {
	_, err := io.WriteString(w, text)
	t.Check(err)
}

// Receive reads once and prints what came.
func (t *T) Receive(op string, r io.Reader) {
	p := make([]byte, 64)
	n, err := r.Read(p)
	t.Data(op, p[:n], err)
}

// Ends reads n times and prints each.
func (t *T) Ends(s io.Reader, n int) {
	for range n {
		t.Receive("read", s)
	}
}
