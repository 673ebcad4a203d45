package net

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// number returns the socket's descriptor, or -1 once it is closed.
func number(s Socket) int {
	n := -1
	if raw, err := s.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { n = int(fd) })
	}
	return n
}

func isReset(err error) bool { return errors.Is(err, ErrReset) }

// nonBlocking reports whether s is. Package os asks the descriptor and gives
// deadlines to files that are.
func nonBlocking(t *testing.T, s interface{ File() (*os.File, error) }) bool {
	t.Helper()
	f, err := s.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return f.SetDeadline(time.Time{}) == nil
}

// inheritable makes a blocking socket that child processes inherit.
func inheritable(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// everyConstructor returns a socket of each way to come by one.
func everyConstructor(t *testing.T) map[string]Socket {
	t.Helper()
	all := map[string]Socket{}
	must := func(name string, s Socket, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Cleanup(func() { s.Close() })
		all[name] = s
	}
	v4, err := NewTCPSocketV4()
	must("NewTCPSocketV4", v4, err)
	if _, ok := families(t)["IPv6"]; ok {
		v6, err := NewTCPSocketV6()
		must("NewTCPSocketV6", v6, err)
		dual, err := NewTCPSocketDual()
		must("NewTCPSocketDual", dual, err)
		udp6, err := UnboundUDPv6()
		must("UnboundUDPv6", udp6, err)
	}
	udp, err := BindUDP(LoopbackV4(0))
	must("BindUDP", udp, err)
	l := mustListen(t, "127.0.0.1:0")
	must("Listen", l, nil)
	dialled, accepted, err := connectPair(l)
	must("Connect", dialled, err)
	must("AcceptTCP", accepted, err)

	forced := mustListen(t, "127.0.0.1:0")
	if err := syscall.SetNonblock(number(forced), false); err != nil {
		t.Fatal(err)
	}
	waiting, err := Connect(forced.LocalAddress().String())
	must("Connect to a blocking listener", waiting, err)
	tried, _, err := forced.TryAccept()
	must("A2 TryAccept of a blocking listener", tried, err)

	adopted, err := TCPStreamFromFD(inheritable(t))
	must("TCPStreamFromFD", adopted, err)
	streamFile, err := dialled.File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { streamFile.Close() })
	copied, err := TCPStreamFromFile(streamFile)
	must("TCPStreamFromFile", copied, err)
	listenerFile, err := l.File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listenerFile.Close() })
	relisten, err := TCPListenerFromFile(listenerFile)
	must("TCPListenerFromFile", relisten, err)
	udpFile, err := udp.File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { udpFile.Close() })
	udpCopy, err := UDPSocketFromFile(udpFile)
	must("UDPSocketFromFile", udpCopy, err)
	return all
}

func TestA1Flags(t *testing.T) {
	for name, s := range everyConstructor(t) {
		if !nonBlocking(t, s.(interface{ File() (*os.File, error) })) {
			t.Errorf("%s: blocking", name)
		}
	}
	if diff := cmp.Diff("", runChild(t, "sockets")); diff != "" {
		t.Errorf("a child inherits (-want +got):\n%s", diff)
	}
}

// TestA1Control shows that the test above would see an inherited socket.
func TestA1Control(t *testing.T) {
	fd := inheritable(t)
	defer syscall.Close(fd)
	if out := runChild(t, "sockets"); out == "" {
		t.Error("a child does not see a socket that it inherits")
	}
}

// TestA1ForkStorm starts processes while sockets are made: none may see one
// between its creation and its flags.
func TestA1ForkStorm(t *testing.T) {
	l := mustListen(t, "127.0.0.1:0")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			client, server, err := connectPair(l)
			if err != nil {
				t.Error(err)
				return
			}
			client.Abort()
			server.Close()
		}
	})
	defer wg.Wait()
	defer close(stop)
	for range 8 {
		if diff := cmp.Diff("", runChild(t, "sockets")); diff != "" {
			t.Errorf("a child inherits (-want +got):\n%s", diff)
		}
	}
}

func TestA4NoSigPipe(t *testing.T) {
	for name := range children {
		if !strings.HasPrefix(name, "dead peer") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff("", runChild(t, name)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFile holds that the copy and the original are independent to close and
// the same to use.
func TestFile(t *testing.T) {
	client, server := pair(t, "127.0.0.1:0")
	f, err := client.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := TCPStreamFromFile(f)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	f.Close()
	if diff := cmp.Diff(server.PeerAddress(), again.LocalAddress(), cmpAddress); diff != "" {
		t.Errorf("local address (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(server.LocalAddress(), again.PeerAddress(), cmpAddress); diff != "" {
		t.Errorf("peer address (-want +got):\n%s", diff)
	}
	if _, err := again.Write([]byte("still here")); err != nil {
		t.Fatal(err)
	}
	again.Close()
	if diff := cmp.Diff("still here", string(readAll(t, server))); diff != "" {
		t.Error(diff)
	}
	if _, err := io.ReadAll(again); !errors.Is(err, ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
}
