package net

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// childEnv names the function that a child process runs.
const childEnv = "VOLT_NET_CHILD"

// children are what this binary can do in place of its tests. They return the
// exit code.
var children = map[string]func() int{
	"sockets":             printSockets,
	"dead peer 1 dialled": func() int { return writeToTheDead(1, dialledAs) },
	"dead peer 1 taken":   func() int { return writeToTheDead(1, acceptedAs) },
	"dead peer 2 dialled": func() int { return writeToTheDead(2, dialledAs) },
	"dead peer 2 taken":   func() int { return writeToTheDead(2, acceptedAs) },
}

// runChild starts this binary as one of the children and returns its output.
func runChild(t testing.TB, name string) string {
	t.Helper()
	out, ok := startAgain(t, childEnv+"="+name)
	if !ok {
		t.Skip("what the program runs in does not start it again")
	}
	return strings.TrimSpace(out)
}

// startAgain runs this binary with one more variable in its environment and
// returns its output. It reports whether the system could start it.
func startAgain(t testing.TB, env string, args ...string) (out string, ok bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), env)
	text, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.ENOEXEC) {
		return "", false
	}
	if err != nil {
		t.Errorf("child %s: %v, output %q", env, err, text)
	}
	return string(text), true
}

// printSockets lists the sockets that the process was born with.
func printSockets() int {
	for fd := 3; fd < 1024; fd++ {
		if isSocket(fd) {
			fmt.Println("socket", fd)
		}
	}
	return 0
}

func isSocket(fd int) bool {
	_, err := syscall.Getsockname(fd)
	return err == nil
}

// sendItself sends this binary, as a file.
func sendItself(s *TCPStream) error {
	f, err := os.Open(os.Args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = s.ReadFrom(f)
	return err
}

// dialledAs makes a connection whose dialled end has the number fd, which is
// then the lowest that is free.
func dialledAs(l *TCPListener, fd int) (s, peer *TCPStream, err error) {
	syscall.Close(fd)
	return connectPair(l)
}

// acceptedAs does that for the accepted end.
func acceptedAs(l *TCPListener, fd int) (s, peer *TCPStream, err error) {
	if peer, err = Connect(l.LocalAddress().String()); err != nil {
		return nil, nil, err
	}
	syscall.Close(fd)
	s, err = l.AcceptTCP()
	return s, peer, err
}

// writeToTheDead writes to a peer that is gone, over a stream that has the
// number of standard output or standard error: Go makes SIGPIPE on those fatal.
func writeToTheDead(fd int, connectAs func(*TCPListener, int) (s, peer *TCPStream, err error)) int {
	complain := func(what string, v any) int {
		fmt.Fprintln(map[int]*os.File{1: os.Stderr, 2: os.Stdout}[fd], what, v)
		return 3
	}
	if err := warmUp(); err != nil {
		return complain("warm up:", err)
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		return complain("listen:", err)
	}
	s, peer, err := connectAs(l, fd)
	if err != nil {
		return complain("connect:", err)
	}
	if got := number(s); got != fd {
		return complain("the stream has the number", got)
	}
	peer.Abort()
	s.SetWriteDeadline(time.Now().Add(patience))
	for _, write := range []func() error{
		func() error { _, err := s.Write([]byte("x")); return err },
		func() error { _, err := s.WriteBuffers([][]byte{{'x'}, {'y'}}); return err },
		func() error { _, err := s.TryWrite([]byte("x")); return err },
		func() error { _, err := s.TryWriteBuffers([][]byte{{'x'}, {'y'}}); return err },
		func() error { return sendItself(s) },
	} {
		for err = nil; err == nil; {
			err = write()
		}
		if !isReset(err) {
			return complain("write:", err)
		}
	}
	return 0
}
