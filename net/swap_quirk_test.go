//go:build swap

package net

import (
	"errors"
	"io"
	stdnet "net"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/quirk"
	"github.com/volt-net/volt/platform"
)

// A quirky is a backend with quirks and the test that uses it.
type quirky struct {
	*quirk.Backend
	t *testing.T
}

func (q quirky) must(err error) {
	q.t.Helper()
	if err != nil && err != platform.ErrInProgress {
		q.t.Fatal(err)
	}
}

func (q quirky) socket(f platform.Family, k platform.Kind) platform.FD {
	q.t.Helper()
	fd, err := q.Socket(f, k)
	q.must(err)
	q.t.Cleanup(func() { q.Close(fd) })
	return fd
}

func (q quirky) pair(k platform.Kind) (one, two platform.FD) {
	q.t.Helper()
	one, two, err := q.SocketPair(k)
	q.must(err)
	q.t.Cleanup(func() { q.Close(one) })
	return one, two
}

// reset is a connection that its peer has reset.
func (q quirky) reset() platform.FD {
	q.t.Helper()
	ln, err := stdnet.Listen("tcp4", "127.0.0.1:0")
	q.must(err)
	defer ln.Close()
	fd := q.socket(platform.Inet4, platform.Stream)
	q.must(q.Connect(fd, q.loopback(uint16(ln.Addr().(*stdnet.TCPAddr).Port))))
	conn, err := ln.Accept()
	q.must(err)
	q.must(conn.(*stdnet.TCPConn).SetLinger(0))
	q.must(conn.Close())
	return fd
}

func (q quirky) loopback(port uint16) platform.Addr {
	return platform.Addr{Family: platform.Inet4, Port: port, IP: [16]byte{127, 0, 0, 1}}
}

func (q quirky) path(name string) platform.Addr {
	return platform.Addr{Family: platform.Unix, Path: filepath.Join(q.t.TempDir(), name)}
}

// errno leaves of an error what a quirk is about.
func errno(err error) syscall.Errno {
	var e syscall.Errno
	errors.As(err, &e)
	return e
}

// quirkTests provoke each quirk that is an error number.
var quirkTests = map[string]func(q quirky) error{
	"AcceptReset": func(q quirky) error {
		ln := q.socket(platform.Inet4, platform.Stream)
		q.must(q.Bind(ln, q.loopback(0)))
		q.must(q.Listen(ln, 1))
		at, err := q.LocalAddr(ln)
		q.must(err)
		conn, err := stdnet.DialTCP("tcp4", nil, &stdnet.TCPAddr{IP: stdnet.IPv4(127, 0, 0, 1), Port: int(at.Port)})
		q.must(err)
		q.must(conn.SetLinger(0))
		q.must(conn.Close())
		_, _, err = q.Accept(ln)
		return err
	},
	"WriteReset": func(q quirky) error { _, err := q.Write(q.reset(), []byte("x")); return err },
	"ReadReset": func(q quirky) error {
		fd := q.reset()
		q.Write(fd, []byte("x"))
		_, err := q.Read(fd, make([]byte, 1))
		return err
	},
	"WriteFresh": func(q quirky) error {
		_, err := q.Write(q.socket(platform.Inet4, platform.Stream), []byte("x"))
		return err
	},
	"PeerAddrReset": func(q quirky) error {
		fd := q.reset()
		q.Read(fd, make([]byte, 1))
		_, err := q.PeerAddr(fd)
		return err
	},
	"LocalAddrReset": func(q quirky) error {
		fd := q.reset()
		q.Read(fd, make([]byte, 1))
		_, err := q.LocalAddr(fd)
		return err
	},
	"ShutdownAgain": func(q quirky) error {
		fd, peer := q.pair(platform.Stream)
		defer q.Close(peer)
		q.must(q.Shutdown(fd, platform.ShutWrite))
		return q.Shutdown(fd, platform.ShutWrite)
	},
	"ShutdownFresh": func(q quirky) error {
		return q.Shutdown(q.socket(platform.Unix, platform.Stream), platform.ShutWrite)
	},
	"ShutdownAlone": func(q quirky) error {
		fd, peer := q.pair(platform.Stream)
		q.must(q.Close(peer))
		return q.Shutdown(fd, platform.ShutWrite)
	},
	"ConnectFull": func(q quirky) error {
		ln, at := q.socket(platform.Unix, platform.Stream), q.path("s")
		q.must(q.Bind(ln, at))
		q.must(q.Listen(ln, 0))
		for range 8 {
			if err := q.Connect(q.socket(platform.Unix, platform.Stream), at); err != nil {
				return err
			}
		}
		return nil
	},
	"ConnectFile": func(q quirky) error {
		at := q.path("file")
		q.must(os.WriteFile(at.Path, nil, 0o600))
		return q.Connect(q.socket(platform.Unix, platform.Stream), at)
	},
	"Disconnect": func(q quirky) error {
		fd := q.socket(platform.Inet4, platform.Datagram)
		q.must(q.Connect(fd, q.loopback(9)))
		return q.Connect(fd, platform.Addr{})
	},
	"SendToConnected": func(q quirky) error {
		fd := q.socket(platform.Inet4, platform.Datagram)
		q.must(q.Connect(fd, q.loopback(9)))
		_, err := q.SendTo(fd, []byte("x"), q.loopback(9))
		return err
	},
	"SendFull": func(q quirky) error {
		fd, peer := q.pair(platform.Datagram)
		defer q.Close(peer)
		for range 1 << 16 {
			if _, err := q.Send(fd, make([]byte, 1024)); err != nil {
				return err
			}
		}
		return nil
	},
	"SendNowhere": func(q quirky) error {
		_, err := q.Send(q.socket(platform.Unix, platform.Datagram), []byte("x"))
		return err
	},
	"SendGone": func(q quirky) error {
		fd, peer := q.pair(platform.Datagram)
		q.must(q.Close(peer))
		_, err := q.Send(fd, []byte("x"))
		return err
	},
	"RecvGone": func(q quirky) error {
		fd, peer := q.pair(platform.Datagram)
		q.must(q.Close(peer))
		_, _, err := q.RecvFrom(fd, make([]byte, 1))
		return err
	},
}

// TestQuirkErrors holds the double to the error numbers of its sets.
func TestQuirkErrors(t *testing.T) {
	for _, set := range quirk.Sets {
		fields := reflect.ValueOf(set)
		for i := range fields.NumField() {
			want, ok := fields.Field(i).Interface().(syscall.Errno)
			if !ok || want == 0 {
				continue
			}
			name := fields.Type().Field(i).Name
			t.Run(set.OS+"/"+name, func(t *testing.T) {
				provoke := quirkTests[name]
				if provoke == nil {
					t.Fatal("no test provokes it")
				}
				got := provoke(quirky{quirk.New(double.Real(), set), t})
				if diff := cmp.Diff(want, errno(got)); diff != "" {
					t.Errorf("%v (-want +got):\n%s", got, diff)
				}
			})
		}
	}
}

// allQuirks is a set with every quirk that is no error number.
func allQuirks() quirk.Set {
	set := quirk.Set{}
	fields := reflect.ValueOf(&set).Elem()
	for i := range fields.NumField() {
		if fields.Field(i).Kind() == reflect.Bool {
			fields.Field(i).SetBool(true)
		}
	}
	return set
}

// TestQuirksOfStreams shows those that change what is read.
func TestQuirksOfStreams(t *testing.T) {
	t.Run("C29", func(t *testing.T) {
		q := quirky{quirk.New(double.Real(), allQuirks()), t}
		ln := q.socket(platform.Inet4, platform.Stream)
		q.must(q.Bind(ln, q.loopback(0)))
		q.must(q.Listen(ln, 1))
		at, err := q.LocalAddr(ln)
		q.must(err)
		client, err := stdnet.Dial("tcp4", stdnet.JoinHostPort("127.0.0.1", strconv.Itoa(int(at.Port))))
		q.must(err)
		defer client.Close()
		conn, _, err := q.Accept(ln)
		q.must(err)
		_, err = client.Write([]byte("unread"))
		q.must(err)
		q.must(q.Close(conn))
		if _, err := client.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("read: %v, want the end", err)
		}
	})
	t.Run("C40", func(t *testing.T) {
		q := quirky{quirk.New(double.Real(), allQuirks()), t}
		fd, peer := q.pair(platform.Stream)
		defer q.Close(peer)
		_, err := q.Write(peer, []byte("lost"))
		q.must(err)
		q.must(q.Shutdown(fd, platform.ShutRead))
		n, err := q.Read(fd, make([]byte, 8))
		if n != 0 || err != nil {
			t.Errorf("read %d, %v; want the end", n, err)
		}
	})
	t.Run("B1", func(t *testing.T) {
		q := quirky{quirk.New(double.Real(), allQuirks()), t}
		fd := q.socket(platform.Inet4, platform.Stream)
		row := platform.KeepAlive.Info().Row(q.Traits().Options)
		q.must(q.SetOption(fd, row.Level, row.Name, []byte{1, 1, 1, 1}))
		var value [4]byte
		_, err := q.GetOption(fd, row.Level, row.Name, value[:])
		q.must(err)
		if value == [4]byte{} || value == [4]byte{1} || value == [4]byte{3: 1} {
			t.Errorf("reads as %v, want some bit", value)
		}
	})
}

// TestQuirksOfEvents: H22, what there is to write is told before what there
// is to read.
func TestQuirksOfEvents(t *testing.T) {
	q := quirky{quirk.New(double.Real(), allQuirks()), t}
	p, err := q.NewPoller()
	q.must(err)
	defer p.Close()
	fd, peer := q.pair(platform.Stream)
	q.must(p.Add(q.socket(platform.Inet4, platform.Stream), 1)) // H1: silent
	_, err = q.Write(peer, []byte("x"))
	q.must(err)
	q.must(q.Close(peer))
	q.must(p.Add(fd, 1))
	var got []platform.Ready
	events := make([]platform.Event, 8)
	for range 3 {
		n, err := p.Wait(events, 0)
		q.must(err)
		for _, ev := range events[:n] {
			got = append(got, ev.Ready&(platform.Readable|platform.Writable))
		}
	}
	if diff := cmp.Diff([]platform.Ready{platform.Writable, platform.Readable}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
