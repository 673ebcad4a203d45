package behaviour

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net"
)

// TestPlay shows how scripts end, and that what they opened is closed then.
func TestPlay(t *testing.T) {
	for _, tt := range []struct {
		name    string
		run     func(*T)
		lines   []string
		skipped string
		failure string // the beginning
	}{
		{name: "to its end", run: func(t *T) {}, lines: []string{"line"}},
		{name: "skipped", run: func(t *T) { t.Skip("no luck") }, lines: []string{"line"}, skipped: "no luck"},
		{name: "fatal", run: func(t *T) { t.Fatal("%d is odd", 3) }, lines: []string{"line"}, failure: "3 is odd"},
		{name: "panic", run: func(t *T) { panic("oops") }, lines: []string{"line"}, failure: "panic: oops"},
		{name: "waits for nothing", run: func(t *T) { t.Wait(make(chan error)) }, lines: []string{"line"}, failure: "/"},
		{name: "reads for ever", run: func(t *T) { a, _ := t.TCP(); t.Receive("read", a) }, lines: []string{"line", "read: deadline passed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			var l *net.TCPListener
			o := Play(ctx, Script{Run: func(t *T) {
				l = t.Listener()
				t.Print("line")
				tt.run(t)
			}}, TCP4)
			if !strings.HasPrefix(o.Failure, tt.failure) || (tt.failure == "") != (o.Failure == "") {
				t.Errorf("failure %q, want %q", o.Failure, tt.failure)
			}
			want := Outcome{Lines: tt.lines, Skipped: tt.skipped}
			if diff := cmp.Diff(want, Outcome{Lines: o.Lines, Skipped: o.Skipped}); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if err := l.Close(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the script's listener was left open: %v", err)
			}
		})
	}
}

func TestClass(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, "ok"},
		{io.EOF, "end"},
		{net.ErrWouldBlock, "would block"},
		{fmt.Errorf("read: %w", net.ErrClosed), "closed"},
		{os.ErrDeadlineExceeded, "deadline passed"},
		{context.DeadlineExceeded, "context's time is up"},
		{&net.RangeError{Option: "TTL"}, "out of range"},
		{&net.UnsupportedError{Option: "TTL"}, "unsupported"},
		{&net.AddressError{Why: "none"}, "invalid address"},
		{errors.New("odd"), "error of no class: odd"},
	} {
		if diff := cmp.Diff(tt.want, Class(tt.err)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.err, diff)
		}
	}
}

func TestEither(t *testing.T) {
	o := Play(context.Background(), Script{Run: func(t *T) {
		t.Either("read", io.EOF, net.ErrReset, io.EOF)
		t.Either("read", nil, net.ErrReset, io.EOF)
	}}, "")
	if diff := cmp.Diff([]string{"read: reset or end", "read: ok"}, o.Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
