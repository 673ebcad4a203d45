package net

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

func myself() Credentials {
	return Credentials{UID: uint32(os.Geteuid()), GID: uint32(os.Getegid()), PID: os.Getpid(), HasPID: true}
}

// TestG23PeerCredentials: both ends of every kind of connection know us.
func TestG23PeerCredentials(t *testing.T) {
	for name, connect := range unixMakers(t) {
		t.Run(name, func(t *testing.T) {
			a, b, err := connect()
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			for end, s := range map[string]*UnixStream{"first": a, "second": b} {
				got, err := s.PeerCredentials()
				if err != nil {
					t.Fatalf("%s: %v", end, err)
				}
				if diff := cmp.Diff(myself(), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", end, diff)
				}
			}
			b.Close()
			_, err = b.PeerCredentials()
			errorIs(t, "closed", err, ErrClosed)
			got, err := a.PeerCredentials()
			if err != nil {
				t.Fatalf("the peer is gone: %v", err)
			}
			want := myself()
			if !got.HasPID {
				want.PID, want.HasPID = 0, false
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the peer is gone (-want +got):\n%s", diff)
			}
		})
	}
}

const childPath = "VOLT_NET_PATH"

func init() { children["connect to path"] = connectToPath }

// connectToPath prints its number and stays until the other side has ended.
func connectToPath() int {
	addr, err := UnixPath(os.Getenv(childPath))
	if err != nil {
		return 1
	}
	s, err := ConnectUnix(addr)
	if err != nil {
		return 1
	}
	fmt.Println(os.Getpid())
	s.SetReadDeadline(time.Now().Add(patience))
	s.Read(make([]byte, 1))
	return 0
}

// TestG23OtherProcess: the process is the peer's, not ours.
func TestG23OtherProcess(t *testing.T) {
	l := mustListenUnix(t, freshPath(t))
	t.Setenv(childPath, l.LocalAddress().Path())
	l.SetDeadline(time.Now().Add(patience))
	done := make(chan Credentials, 1)
	go func() {
		defer close(done)
		s, err := l.AcceptUnix()
		if err != nil {
			return
		}
		defer s.Close()
		if c, err := s.PeerCredentials(); err == nil {
			done <- c
		}
	}()
	pid, err := strconv.Atoi(runChild(t, "connect to path"))
	if err != nil {
		t.Fatal(err)
	}
	want := myself()
	want.PID = pid
	if diff := cmp.Diff(want, soon(t, "accept", done)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestG23NotConnected(t *testing.T) {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := UnixStreamFromFD(fd)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.PeerCredentials()
	errorIs(t, "PeerCredentials", err, ErrNotConnected)
}

// TestPassCredentials: messages that come with credentials leave room for
// descriptors and are read as others are; whoever wants the credentials asks
// through SyscallConn.
func TestPassCredentials(t *testing.T) {
	if !sockopt.PassCredentials.Supported() {
		t.Skip("the system passes none unless they are sent: G23")
	}
	a, b, err := UnixStreamPair()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	defer b.Close()
	if err := SetOption(b, sockopt.PassCredentials, true); err != nil {
		t.Fatal(err)
	}
	_, w := pipe(t)
	sent := slices.Repeat([]int{int(w.Fd())}, platform.MaxRights)
	if _, err := a.SendFDs([]byte("x"), sent...); err != nil {
		t.Fatal(err)
	}
	fds := make([]int, len(sent))
	_, m, err := b.RecvFDs(make([]byte, 8), fds)
	closeAll(fds[:m])
	errorIs(t, "RecvFDs", err, nil)
	if diff := cmp.Diff(len(sent), m); diff != "" {
		t.Errorf("descriptors (-want +got):\n%s", diff)
	}

	if _, err := a.Write([]byte("y")); err != nil {
		t.Fatal(err)
	}
	raw, err := b.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	control := make([]byte, 64)
	rawErr := raw.Read(func(fd uintptr) bool {
		var n int
		_, n, _, _, err = syscall.Recvmsg(int(fd), make([]byte, 8), control, 0)
		control = control[:n]
		return err != syscall.EAGAIN
	})
	errorIs(t, "recvmsg", errors.Join(rawErr, err), nil)
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil || len(messages) != 1 || len(messages[0].Data) < 12 {
		t.Fatalf("%d control messages, %v", len(messages), err)
	}
	if diff := cmp.Diff(uint32(os.Getpid()), binary.NativeEndian.Uint32(messages[0].Data)); diff != "" {
		t.Errorf("process (-want +got):\n%s", diff)
	}
}
