package net

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// TestMain holds the tests to leaving no descriptor and no goroutine behind.
// A first connection warms up what lives as long as the process: Go's poller
// and ours.
//
// A test that starts this binary again names in the environment what it is to
// do instead.
func TestMain(m *testing.M) {
	if child := children[os.Getenv(childEnv)]; child != nil {
		os.Exit(child())
	}
	if err := warmUp(); err != nil {
		fmt.Fprintln(os.Stderr, "warm up:", err)
		os.Exit(1)
	}
	code := countingDescriptors(os.Stderr, m.Run)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines left:", err)
			code = 1
		}
	}
	os.Exit(code)
}

func warmUp() error {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	l.SetDeadline(time.Now().Add(time.Millisecond))
	l.AcceptTCP()
	theReactor.mu.Lock()
	defer theReactor.mu.Unlock()
	return theReactor.open()
}

// countingDescriptors returns run's exit code, and at least 1 if run, whether
// it failed or not, has left descriptors open.
func countingDescriptors(w io.Writer, run func() int) int {
	before := descriptors()
	code := run()
	after := descriptors()
	if len(after) <= len(before) {
		return code
	}
	fmt.Fprintf(w, "descriptors: %d before the tests, %d after\n", len(before), len(after))
	for fd, what := range after {
		if _, ok := before[fd]; !ok {
			fmt.Fprintf(w, "  %d %s\n", fd, what)
		}
	}
	return max(code, 1)
}

// openDescriptors counts this process's descriptors.
func openDescriptors() int { return len(descriptors()) }

// descriptors finds this process's descriptors and what they are. It asks for
// each number, since not every system lists all of them in /dev/fd.
func descriptors() map[int]string {
	const most = 16 << 10 // more than the tests ever have open
	runtime.GC()          // files of the standard library close with their finalizers
	open := map[int]string{}
	for fd := range most {
		var stat syscall.Stat_t
		if err := syscall.Fstat(fd, &stat); err == syscall.EBADF {
			continue
		}
		open[fd] = "not a socket"
		if addr, err := syscall.Getsockname(fd); err == nil {
			open[fd] = fmt.Sprintf("socket at %+v", addr)
		}
	}
	return open
}

// TestDescriptorsLeft: what is left open shows, even if the tests have failed
// as well.
func TestDescriptorsLeft(t *testing.T) {
	leak := func(t *testing.T) {
		fd, err := syscall.Dup(0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Close(fd) })
	}
	type outcome struct{ Code, Lines int }
	for _, tt := range []struct {
		name  string
		code  int
		leaks bool
		want  outcome
	}{
		{"passed", 0, false, outcome{0, 0}},
		{"failed", 2, false, outcome{2, 0}},
		{"passed and left one", 0, true, outcome{1, 2}},
		{"failed and left one", 2, true, outcome{2, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			code := countingDescriptors(&out, func() int {
				if tt.leaks {
					leak(t)
				}
				return tt.code
			})
			if diff := cmp.Diff(tt.want, outcome{code, strings.Count(out.String(), "\n")}); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, &out)
			}
		})
	}
}
