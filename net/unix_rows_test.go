package net

import (
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// rawUnix is a Unix socket that package net did not make.
func rawUnix(t testing.TB, kind int) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_UNIX, kind, 0)
	if err != nil {
		t.Skipf("no such socket here: %v", err)
	}
	return fd
}

// TestG1PathLimit makes sockets with the longest names that this system takes;
// one byte more is refused before it is asked.
func TestG1PathLimit(t *testing.T) {
	most := sys.Traits().Sockaddr.PathSize - 1
	dir := socketDir(t) + "/"
	name := func(n int) string {
		for len(dir) < n {
			dir += "x"
		}
		return dir[:n]
	}
	longest := unixPath(t, name(most))
	l := mustListenUnix(t, longest)
	a, b, err := connectUnixPair(l)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]UnixAddr{longest, longest}, []UnixAddr{a.PeerAddress(), b.LocalAddress()}, cmpUnixAddr); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	a.Close()
	b.Close()
	_, err = UnixPath(name(most + 1))
	var tooLong *PathTooLongError
	if !errors.As(err, &tooLong) || tooLong.Len != most+1 || tooLong.Max != most {
		t.Errorf("one more: %#v", err)
	}
}

// TestG10NotListening accepts from a socket that does not listen.
func TestG10NotListening(t *testing.T) {
	l, err := UnixListenerFromFD(rawUnix(t, syscall.SOCK_STREAM))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, _, err = l.TryAccept()
	errorIs(t, "TryAccept", err, ErrInvalidState)
}

// TestG20ConnectedElsewhere sends to a socket whose peer is another: systems
// differ in whether it may, and nothing arrives where it may not.
func TestG20ConnectedElsewhere(t *testing.T) {
	server, friend, stranger := bindUnix(t, freshPath(t)), bindUnix(t, freshPath(t)), unboundUnix(t)
	if err := server.Connect(friend.LocalAddress()); err != nil {
		t.Fatal(err)
	}
	_, err := stranger.SendTo([]byte("x"), server.LocalAddress())
	if err != nil {
		errorIs(t, "SendTo", err, ErrPermission)
	}
	_, got := server.TryRecv(make([]byte, 8))
	if diff := cmp.Diff(err == nil, got == nil); diff != "" {
		t.Errorf("sent and received (-want +got):\n%s", diff)
	}
}

// TestG22Order keeps the order of each sender's datagrams, whoever is served
// first.
func TestG22Order(t *testing.T) {
	const senders, each = 3, 200
	server := bindUnix(t, freshPath(t))
	var all sync.WaitGroup
	defer all.Wait()
	for who := range senders {
		s := unboundUnix(t)
		if who == 0 { // one has a peer, which some systems queue by itself
			if err := s.Connect(server.LocalAddress()); err != nil {
				t.Fatal(err)
			}
		}
		all.Go(func() {
			for i := range each {
				p := binary.BigEndian.AppendUint32([]byte{byte(who)}, uint32(i))
				send := func() (int, error) { return s.SendTo(p, server.LocalAddress()) }
				if who == 0 {
					send = func() (int, error) { return s.Send(p) }
				}
				if _, err := send(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var next [senders]uint32
	buf := make([]byte, 8)
	for range senders * each {
		if n, err := server.Recv(buf); n != 5 || err != nil {
			t.Fatal(n, err)
		}
		who, i := buf[0], binary.BigEndian.Uint32(buf[1:])
		if i != next[who] {
			t.Fatalf("sender %d: datagram %d, want %d", who, i, next[who])
		}
		next[who]++
	}
}

// TestG24Moment: the credentials are those of the moment of listen, whoever
// accepts.
func TestG24Moment(t *testing.T) {
	l := mustListenUnix(t, freshPath(t))
	s, err := ConnectUnix(l.LocalAddress())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := s.PeerCredentials() // nobody has accepted
	if diff := cmp.Diff(myself(), got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestG27SeqPacket takes no socket whose kind it does not know.
func TestG27SeqPacket(t *testing.T) {
	fd := rawUnix(t, syscall.SOCK_SEQPACKET)
	defer syscall.Close(fd)
	for name, adopt := range map[string]func(int) error{
		"stream":   func(fd int) error { _, err := UnixStreamFromFD(fd); return err },
		"listener": func(fd int) error { _, err := UnixListenerFromFD(fd); return err },
		"datagram": func(fd int) error { _, err := UnixDatagramFromFD(fd); return err },
	} {
		var u *UnsupportedError
		if err := adopt(fd); !errors.As(err, &u) || u.Why == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestG28Buffers fills a stream, however much it holds, and loses nothing.
func TestG28Buffers(t *testing.T) {
	a, b := unixPairOf(t)
	sent, chunk := 0, make([]byte, 1000)
	for {
		n, err := a.TryWrite(chunk)
		sent += n
		if err == ErrWouldBlock {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	room, err := a.SendBuffer()
	if err != nil || sent == 0 {
		t.Fatalf("sent %d of %d: %v", sent, room, err)
	}
	a.CloseWrite()
	b.SetReadDeadline(time.Now().Add(patience))
	got, err := io.Copy(io.Discard, b)
	if diff := cmp.Diff(int64(sent), got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestI3Classes: EWOULDBLOCK and EAGAIN are one number, and what means that
// something is not supported is one class, whatever the numbers are here.
func TestI3Classes(t *testing.T) {
	errorIs(t, "EWOULDBLOCK", syscall.EWOULDBLOCK, syscall.EAGAIN)
	for _, errno := range []syscall.Errno{syscall.ENOTSUP, syscall.EOPNOTSUPP} {
		if diff := cmp.Diff(platform.ClassUnsupported, sys.Classify(errno)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", errno, diff)
		}
	}
}

// TestUnixPeerAgrees: however many name a peer at once, the kernel has the one
// that the socket shows.
func TestUnixPeerAgrees(t *testing.T) {
	s := unboundUnix(t)
	var peers []*UnixDatagram
	for range 4 {
		peers = append(peers, bindUnix(t, freshPath(t)))
	}
	for range 300 {
		var all sync.WaitGroup
		for _, p := range peers {
			all.Go(func() {
				if err := s.Connect(p.LocalAddress()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		kernel, err := sys.PeerAddr(s.d.fd)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(unixFromSys(kernel).String(), s.PeerAddress().String()); diff != "" {
			t.Fatalf("peer (-kernel +shown):\n%s", diff)
		}
	}
}
