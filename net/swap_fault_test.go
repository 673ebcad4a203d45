//go:build swap

package net

import (
	"context"
	"errors"
	"fmt"
	stdnet "net"
	"os"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// A scene is a short use of the package that goes on after an error: whatever
// fails once must come about when it is asked for again, and no byte may be
// missing or there twice.
type scene struct {
	name  string
	play  func(p *play)
	quiet []fault.Call // what may fail without anybody being told
	own   []fault.Call // what the reactor does when it has the time: it may not come, nor be told
}

func scenes() []scene {
	return []scene{
		{"TCP", playTCP, nil, nil},
		{"buffers", playBuffers, nil, nil},
		{"tries", playTries, []fault.Call{fault.Peek, fault.SetOption}, nil}, // Readable is a hint; Abort goes on
		{"waits", playWaits, nil, []fault.Call{fault.Peek}},
		{"copies", playCopies, []fault.Call{fault.GetOption, fault.PollerRemove}, nil},
		{"options", playOptions, nil, nil},
		{"both families", playFamilies, []fault.Call{fault.Socket, fault.SetOption, fault.Bind, fault.Listen}, nil}, // IPv4 is enough (F9)
		{"UDP", playUDP, []fault.Call{fault.PeekFrom}, nil},
		{"messages", playMessages, nil, nil},
		{"batch", playBatch, []fault.Call{fault.RecvMsgs, fault.GetOption}, nil},       // the call after meets it again (D19)
		{"files", playFiles, []fault.Call{fault.SendFile}, nil},                        // there is copying
		{"proxy", playProxy, []fault.Call{fault.Pipe, fault.Splice, fault.Close}, nil}, // there is copying; the pipe is nobody's concern
		{"poller", playPoller, nil, nil},
		{"loop", playLoop, []fault.Call{fault.Close, fault.CloseNow, fault.PollerRemove}, nil}, // the session has ended
		{"Unix", playUnix, []fault.Call{fault.GetOption}, nil},                                 // not all of the credentials have to be there (G23)
		{"Unix datagrams", playUnixDatagrams, nil, nil},
	}
}

// A play is a scene under way.
type play struct {
	testing.TB
	ctx    context.Context
	errs   []error
	opened []interface{ Close() error }
}

// mostErrors is how many calls one fault may show in: a reset is told to the
// call that meets it and to the read that finds the end.
const mostErrors = 2

// do repeats call until it succeeds.
func (p *play) do(what string, call func() error) {
	p.Helper()
	for before := len(p.errs); ; {
		err := call()
		if err == nil {
			return
		}
		p.errs = append(p.errs, err)
		if len(p.errs)-before > mostErrors {
			p.Fatalf("%s goes on failing after one fault: %v", what, p.errs)
		}
	}
}

// opens is do for what makes a socket. It bounds the socket's waits.
func opens[S interface {
	Close() error
	SetDeadline(time.Time) error
}](p *play, what string, call func() (S, error)) (s S) {
	p.Helper()
	p.do(what, func() (err error) {
		s, err = call()
		return err
	})
	s.SetDeadline(time.Now().Add(patience))
	p.opened = append(p.opened, s)
	return s
}

// end closes what is open, the first opened last.
func (p *play) end() {
	for _, s := range slices.Backward(p.opened) {
		if err := s.Close(); err != nil && !errors.Is(err, ErrClosed) {
			p.errs = append(p.errs, err)
		}
	}
}

// perform plays a scene over the rules in force.
func perform(t *testing.T, s scene) []error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := &play{TB: t, ctx: ctx}
	defer p.end()
	s.play(p)
	p.end()
	p.opened = nil
	return p.errs
}

// TestEveryFault lets every call of every scene fail in every way that the spec
// knows, the first time, the second and the last.
func TestEveryFault(t *testing.T) {
	met := map[fault.Call]bool{}
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			double.Reset()
			counts := map[fault.Call]int{}
			if errs := perform(t, s); len(errs) > 0 {
				t.Fatalf("without any fault: %v", errs)
			}
			for _, c := range fault.Calls() {
				counts[c] = double.Count(c)
			}
			for _, c := range fault.Calls() {
				if counts[c] == 0 {
					continue
				}
				met[c] = true
				for _, errno := range c.Errnos() {
					t.Run(fmt.Sprintf("%v/%s", c, errno), func(t *testing.T) { eachOccurrence(t, s, c, errno, counts[c]) })
				}
			}
		})
	}
	if t.Failed() {
		return
	}
	// Where an address has to be fetched early (C37), accepted sockets are never
	// without a descriptor of ours, and closed by Close.
	met[fault.CloseNow] = met[fault.CloseNow] || sys.Traits().LocalAddrDies
	var missed []fault.Call
	for _, c := range fault.Calls() {
		if len(c.Errnos()) > 0 && !met[c] {
			missed = append(missed, c)
		}
	}
	if diff := cmp.Diff([]fault.Call(nil), missed); diff != "" {
		t.Errorf("calls in no scene (-want +got):\n%s", diff)
	}
}

// eachOccurrence injects one number at the first, the second and the last
// occurrence of a call.
func eachOccurrence(t *testing.T, s scene, c fault.Call, errno syscall.Errno, last int) {
	for _, k := range slices.Compact([]int{1, min(2, last), last}) {
		double.Reset()
		before := descriptorsNow()
		rule := inject(c, fault.Nth(k), fault.Fail(errno))
		errs := perform(t, s)
		own := slices.Contains(s.own, c)
		if rule.Fired() == 0 && k < last && !own { // the last may depend on timing
			t.Errorf("occurrence %d of %d did not come", k, last)
		}
		if len(errs) == 0 && rule.Fired() > 0 && mustShow(c, errno) && !own && !slices.Contains(s.quiet, c) {
			t.Errorf("occurrence %d: nobody was told", k)
		}
		judgeFault(t, k, c, errno, errs)
		if diff := cmp.Diff([]string(nil), double.Problems()); diff != "" {
			t.Errorf("occurrence %d: descriptors (-want +got):\n%s", k, diff)
		}
		if after := descriptorsNow(); after > before {
			t.Errorf("occurrence %d: %d descriptors before, %d after", k, before, after)
		}
	}
	double.Reset()
}

// descriptorsNow counts those of the process, the double's or not. A scene that
// gives the reactor a poller of its own closes it.
func descriptorsNow() int {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// judgeFault holds errors to being one fault's: an operation's, a system call's
// and the number's, of the number's class.
func judgeFault(t *testing.T, k int, c fault.Call, errno syscall.Errno, errs []error) {
	t.Helper()
	for _, err := range errs {
		var op *stdnet.OpError
		var call *os.SyscallError
		if c == fault.PeerAddr && errors.As(err, &op) && op.Op == "disconnect" {
			continue // asked whether a refusal to disconnect is one (D12)
		}
		if !errors.As(err, &op) || !errors.As(err, &call) || call.Err != errno {
			t.Errorf("occurrence %d: %v (%T) is no operation's that met the fault", k, err, err)
			continue
		}
		if mustNotShow(c, errno) {
			t.Errorf("occurrence %d: nobody should have been told: %v", k, err)
		}
		want := classOf(op, c, errno)
		if want != platform.ClassNone && !errors.Is(err, classes[want]) {
			t.Errorf("occurrence %d: %v is not %q", k, err, classes[want])
		}
		for class, other := range classes {
			if platform.Class(class) != want && other != nil && other != classes[want] && errors.Is(err, other) {
				t.Errorf("occurrence %d: %v is %q", k, err, other)
			}
		}
	}
}

// mustShow reports whether a fault may not pass unseen. The others are worked
// around, or waited out.
func mustShow(c fault.Call, errno syscall.Errno) bool {
	switch c {
	case fault.LocalAddr, fault.PeerAddr:
		return false // the next to ask is told
	case fault.Accept, fault.Send, fault.SendTo, fault.SendMsg:
		return !passing(errno)
	case fault.Connect:
		if sys.Traits().FullRefuses && sys.Classify(errno) == platform.ClassRefused {
			return false // it may be a full queue (G11)
		}
		return sys.Classify(errno) != platform.ClassAddrNotAvailable // another socket is tried (C51)
	case fault.SendMsgs:
		return !passing(errno) && !refusesTogether(syscall.Errno(errno)) // one by one, they go (D20)
	case fault.SetOption:
		class := sys.Classify(errno) // a smaller buffer may do (B3), and a kernel be older than an option
		return class != platform.ClassNoBuffers && class != platform.ClassUnsupported
	case fault.Shutdown:
		return !mustNotShow(c, errno)
	}
	return true
}

// passing is what a call that waits may wait out: it has ended with the
// connection that it was about (C22), or will end (C23, D7).
func passing(errno syscall.Errno) bool {
	switch sys.Classify(errno) {
	case platform.ClassTooManyFiles, platform.ClassAborted, platform.ClassReset, platform.ClassUnreachable, platform.ClassNoBuffers:
		return true
	}
	return false
}

// mustNotShow reports whether a fault is nobody's concern: shutting down what
// has ended (C38–C41), or a connection that ended before it was accepted (C22).
func mustNotShow(c fault.Call, errno syscall.Errno) bool {
	class := sys.Classify(errno)
	switch c {
	case fault.Shutdown:
		return class == platform.ClassNotConnected
	case fault.Accept:
		return class == platform.ClassAborted || class == platform.ClassReset || class == platform.ClassUnreachable
	}
	return false
}

// classOf is the class of a number that c has met: mostly its own. Unix sockets
// tell of a peer of another type by what means a reset elsewhere (G9), and of
// one that is gone by a refusal (G18).
func classOf(op *stdnet.OpError, c fault.Call, errno syscall.Errno) platform.Class {
	class := sys.Classify(errno)
	unix := op.Net == unixNetwork(platform.Stream) || op.Net == unixNetwork(platform.Datagram)
	switch {
	case unix && op.Op == "dial" && class == platform.ClassReset:
		return platform.ClassWrongType
	case unix && op.Op == "dial" && class == platform.ClassNotSocket:
		return platform.ClassRefused
	case unix && c == fault.Send && class == platform.ClassRefused:
		return platform.ClassReset
	}
	return class
}

// freshPoller gives the play a reactor of its own, whose poller is not open
// yet, until done.
func (p *play) freshPoller() (done func()) {
	usual, r := theReactor, new(reactor)
	theReactor = r
	return func() {
		theReactor = usual
		stopped(p, r)
		if r.poller != nil {
			r.poller.Close()
		}
		runtime.KeepAlive(r)
	}
}
