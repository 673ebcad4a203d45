package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// start runs the server until the test is over.
func start(t *testing.T) (addr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, w, "127.0.0.1:0")
		w.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(line)[2]
}

// A person is a client with somebody typing and reading.
type person struct {
	t      *testing.T
	keys   *io.PipeWriter
	screen *bufio.Reader
	done   chan error
}

func newPerson(t *testing.T, addr string) *person {
	lines, keys := io.Pipe()
	screen, out := io.Pipe()
	p := &person{t, keys, bufio.NewReader(screen), make(chan error, 1)}
	go func() {
		err := join(t.Context(), addr, lines, out)
		out.Close()
		p.done <- err
	}()
	return p
}

func (p *person) types(line string) {
	if _, err := fmt.Fprintln(p.keys, line); err != nil {
		p.t.Error(err)
	}
}

func (p *person) reads(want string) {
	p.t.Helper()
	got, err := p.screen.ReadString('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.TrimSuffix(got, "\n")); diff != "" {
		p.t.Errorf("(-want +got):\n%s", diff)
	}
}

// leaves ends the input, and wants to be let go.
func (p *person) leaves() {
	p.t.Helper()
	p.keys.Close()
	if err := <-p.done; err != nil {
		p.t.Error(err)
	}
}

func TestChat(t *testing.T) {
	addr := start(t)
	ann := newPerson(t, addr)
	ann.reads("1 here")
	bob := newPerson(t, addr)
	bob.reads("2 here")
	ann.types("hello")
	bob.reads("hello")
	bob.types(strings.Repeat("long ", 10_000))
	ann.reads(strings.Repeat("long ", 10_000))
	bob.types("")
	ann.reads("")
	bob.leaves()
	cid := newPerson(t, addr)
	cid.reads("2 here")
	ann.types("hello again")
	cid.reads("hello again")
	ann.leaves()
	cid.leaves()
}

// TestRefused: who sends a message that is too long is sent away.
func TestRefused(t *testing.T) {
	conn, err := net.Dial("tcp", start(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write(binary.BigEndian.AppendUint32(nil, longest+1)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("\x00\x00\x00\x061 here", string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBehind: who takes nothing leaves, and the others go on.
func TestBehind(t *testing.T) {
	var r room
	slow, fast, speaker := r.join(), r.join(), r.join()
	<-slow
	<-fast
	for i := range waiting + 1 {
		r.say(speaker, []byte{byte(i)})
		<-fast
	}
	taken := 0
	for range slow { // it gets what it had room for, and then the end
		taken++
	}
	if diff := cmp.Diff([]any{waiting, map[member]bool{fast: true, speaker: true}}, []any{taken, r.members}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReceive(t *testing.T) {
	for _, tt := range []struct {
		name, stream string
		want         string
		err          error
	}{
		{"message", "\x00\x00\x00\x02hi", "hi", nil},
		{"empty message", "\x00\x00\x00\x00", "", nil},
		{"end", "", "", io.EOF},
		{"end in the length", "\x00\x00", "", io.ErrUnexpectedEOF},
		{"end in the payload", "\x00\x00\x00\x02h", "", io.ErrUnexpectedEOF},
		{"end before the payload", "\x00\x00\x00\x02", "", io.ErrUnexpectedEOF},
		{"too long", "\x00\x01\x00\x01", "", tooLongError(longest + 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := receive(strings.NewReader(tt.stream))
			if diff := cmp.Diff(tt.err, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if err == nil && string(got) != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if err := send(nil, make([]byte, longest+1)); !errors.As(err, new(tooLongError)) {
		t.Errorf("send: %v", err)
	}
}
