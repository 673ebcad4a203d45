package net_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

func ExampleListen() {
	l, err := net.Listen("127.0.0.1:0") // port 0: the system picks one
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() {
		conn, err := l.AcceptTCP()
		if err != nil {
			served <- err
			return
		}
		defer conn.Close()
		_, err = io.Copy(conn, conn)
		served <- err
	}()

	conn, err := net.Connect(l.LocalAddress().String())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.WriteAll([]byte("hello")); err != nil {
		log.Fatal(err)
	}
	if err := conn.CloseWrite(); err != nil {
		log.Fatal(err)
	}
	echo, err := io.ReadAll(conn)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %v\n", echo, <-served)
	// Output: hello, <nil>
}

// Try calls never wait. What would have to wait is an error of its own, which
// is neither the end of the stream nor a failure.
func ExampleUnixStream_TryRead() {
	a, b, err := net.UnixStreamPair()
	if err != nil {
		log.Fatal(err)
	}
	defer a.Close()
	defer b.Close()
	buf := make([]byte, 64)

	_, err = a.TryRead(buf)
	fmt.Println("nothing there:", err == net.ErrWouldBlock)

	if _, err := b.TryWrite([]byte("hello")); err != nil {
		log.Fatal(err)
	}
	if err := a.Readable(context.Background()); err != nil { // no buffer is held meanwhile
		log.Fatal(err)
	}
	n, err := a.TryRead(buf)
	fmt.Printf("%s, %v\n", buf[:n], err)

	b.Close()
	if err := a.Readable(context.Background()); err != nil {
		log.Fatal(err)
	}
	_, err = a.TryRead(buf)
	fmt.Println("the end:", err == io.EOF)
	// Output:
	// nothing there: true
	// hello, <nil>
	// the end: true
}

// Calls that wait heed deadlines and, in their other form, a context.
func ExampleTCPListener_AcceptContext() {
	l, err := net.Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err = l.AcceptContext(ctx)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))

	l.SetDeadline(time.Now().Add(time.Millisecond))
	_, err = l.AcceptTCP()
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	// Output:
	// true
	// true
}

// The halves of a stream belong to two goroutines. Closing the writing half
// tells the peer that nothing more follows; with the second half the stream
// closes.
func ExampleTCPStream_IntoSplit() {
	l, err := net.Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Connect(l.LocalAddress().String())
	if err != nil {
		log.Fatal(err)
	}
	peer, err := l.AcceptTCP()
	if err != nil {
		log.Fatal(err)
	}
	defer peer.Close()

	r, w := conn.IntoSplit()
	wrote := make(chan error, 1)
	go func() {
		defer w.Close()
		_, err := w.WriteBuffers([][]byte{[]byte("one, "), []byte("two, "), []byte("three")})
		wrote <- err
	}()
	if _, err := peer.WriteTo(peer); err != nil { // send it all back
		log.Fatal(err)
	}
	peer.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s; %v, %v\n", got, <-wrote, r.Close())
	// Output: one, two, three; <nil>, <nil>
}

// Which error it was is asked with errors.Is. The answer is the same on every
// system, and the system's own number is still inside.
func ExampleConnect_errors() {
	l, err := net.Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	addr := l.LocalAddress().String()
	l.Close()
	_, err = net.Connect(addr)
	fmt.Println("nobody listens:", errors.Is(err, net.ErrRefused))

	_, err = net.Connect("localhost:80")
	fmt.Println("not an IP address:", errors.Is(err, net.ErrInvalidAddress))
	// Output:
	// nobody listens: true
	// not an IP address: true
}

func ExampleParseAddress() {
	for _, text := range []string{"192.0.2.1:80", "[2001:db8::1]:443", "192.0.2.1", "192.0.2.010:80"} {
		a, err := net.ParseAddress(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(a, a.Port())
	}
	// Output:
	// 192.0.2.1:80 80
	// [2001:db8::1]:443 443
	// invalid address "192.0.2.1": missing port
	// invalid address "192.0.2.010:80": a number with a leading zero
}

// Options have methods, and are values too, for code that does not know which
// one it sets. A value that is not the same on every system is refused on all.
func ExampleSetOption() {
	s, err := net.NewTCPSocketV4()
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	if err := net.SetOption(s, sockopt.KeepAliveIdle, 90*time.Second); err != nil {
		log.Fatal(err)
	}
	idle, err := s.KeepAliveIdle()
	fmt.Println(idle, err)

	err = s.SetLinger(time.Hour)
	var outside *net.RangeError
	fmt.Println(errors.As(err, &outside), outside.Max)
	// Output:
	// 1m30s <nil>
	// true 5m27s
}

func ExampleUDPSocket() {
	server, err := net.BindUDP(net.LoopbackV4(0))
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, err := net.UnboundUDP()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	if _, err := client.TrySendTo([]byte("ping"), server.LocalAddress()); err != nil {
		log.Fatal(err)
	}

	buf := make([]byte, 512)
	n, from, err := server.RecvFrom(buf)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s from %v\n", buf[:n], from.IP())
	if _, err := server.SendTo([]byte("pong"), from); err != nil {
		log.Fatal(err)
	}
	n, _, err = client.RecvFrom(buf)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", buf[:n])
	// Output:
	// ping from 127.0.0.1
	// pong
}

// RecvMessage tells where a datagram was sent to, and SendMessage answers from
// there: a server on all addresses of its machine answers from the right one.
func ExampleUDPSocket_RecvMessage() {
	server, err := net.BindUDP(net.AnyV4(0))
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	if _, _, err := server.TryRecvMessage(nil); err != net.ErrWouldBlock { // from here on it is told
		log.Fatal(err)
	}
	client, err := net.UnboundUDP()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	if err := client.Connect(net.LoopbackV4(server.LocalAddress().Port())); err != nil {
		log.Fatal(err)
	}
	if _, err := client.Send([]byte("ping")); err != nil {
		log.Fatal(err)
	}

	buf := make([]byte, 512)
	n, m, err := server.RecvMessage(buf)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s for %v\n", buf[:n], m.Dst.IP())
	if _, err := server.SendMessage([]byte("pong"), net.Meta{Dst: m.Src, Src: m.Dst}); err != nil {
		log.Fatal(err)
	}
	n, err = client.Recv(buf)
	fmt.Printf("%s, %v\n", buf[:n], err)
	// Output:
	// ping for 127.0.0.1
	// pong, <nil>
}

func ExampleListenUnix() {
	dir, err := os.MkdirTemp("", "volt")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	addr, err := net.UnixPath(filepath.Join(dir, "socket"))
	if err != nil {
		log.Fatal(err)
	}
	// Only this user may connect.
	l, err := net.UnixListenConfig{Mode: 0o600}.Listen(addr)
	if err != nil {
		log.Fatal(err)
	}
	conn, err := net.ConnectUnix(addr)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	peer, err := l.AcceptUnix()
	if err != nil {
		log.Fatal(err)
	}
	defer peer.Close()
	who, err := peer.PeerCredentials()
	fmt.Println(who.UID == uint32(os.Getuid()), err)

	l.Close() // removes the file that it made
	_, err = net.ConnectUnix(addr)
	fmt.Println(errors.Is(err, net.ErrNotFound))
	// Output:
	// true <nil>
	// true
}
