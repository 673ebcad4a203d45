package conformance_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
)

// TestTapeReset: the error for a reset that a read did not see is one that a
// read fails with, and has its class.
func TestTapeReset(t *testing.T) {
	for _, s := range tapes {
		r := s.Record()
		r.Script("recvfrom", tape.Result{Errno: "ECONNRESET"})
		_, want := s.Backend.Read(r.Give(), make([]byte, 8))
		got := s.Backend.Traits().Reset
		if diff := cmp.Diff(errors.Unwrap(want), errors.Unwrap(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.OS, diff)
		}
		if diff := cmp.Diff(platform.ClassReset, s.Backend.Classify(got)); diff != "" {
			t.Errorf("%s: class (-want +got):\n%s", s.OS, diff)
		}
	}
}

// TestTapeOutcomes holds what error numbers come to, where they are not plain
// failures.
func TestTapeOutcomes(t *testing.T) {
	fail := func(names ...string) (answers []tape.Result) {
		for _, name := range names {
			answers = append(answers, tape.Result{Errno: name})
		}
		return answers
	}
	read := func(b platform.Backend, fd platform.FD) error { _, err := b.Read(fd, make([]byte, 8)); return err }
	connect := func(b platform.Backend, fd platform.FD) error { return b.Connect(fd, tape4) }
	shut := func(b platform.Backend, fd platform.FD) error { return b.Close(fd) }
	for _, tt := range []struct {
		name, function string
		answers        []tape.Result
		run            func(b platform.Backend, fd platform.FD) error
		want           error
		calls          int
	}{
		{"read is repeated after signals", "recvfrom", fail("EINTR", "EINTR"), read, nil, 3},
		{"read would block", "recvfrom", fail("EAGAIN"), read, platform.ErrWouldBlock, 1},
		{"connect begins", "connect", fail("EINPROGRESS"), connect, platform.ErrInProgress, 1},
		{"connect goes on after a signal", "connect", fail("EINTR"), connect, platform.ErrInProgress, 1},
		{"connect is done at once", "connect", nil, connect, nil, 1},
		{"I10 close after a signal", "close", fail("EINTR"), shut, nil, 1},
		{"I10 close that goes on", "close", fail("EINPROGRESS"), shut, nil, 1},
		{"I10 close that lingered", "close", fail("EAGAIN"), shut, nil, 1},
		{"I10 close of a reset connection", "close", fail("ECONNRESET"), shut, nil, 1},
	} {
		for _, s := range tapes {
			t.Run(s.OS+"/"+tt.name, func(t *testing.T) {
				r := s.Record()
				r.Script(tt.function, tt.answers...)
				err := tt.run(s.Backend, r.Give())
				if diff := cmp.Diff(tt.want, err, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.calls, r.Steps()); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestTapeSendFile holds to how much of a file went, which two systems tell
// even where the call fails.
func TestTapeSendFile(t *testing.T) {
	for _, tt := range []struct {
		name    string
		answers []tape.Result
		want    int
		err     error
		steps   int
		tells   bool // only where a failed call tells
	}{
		{"all", nil, 64, nil, 1, false},
		{"a part", []tape.Result{{Count: 10}}, 10, nil, 1, false},
		{"none, for want of room", []tape.Result{{Errno: "EAGAIN"}}, 0, platform.ErrWouldBlock, 1, false},
		{"none, for a signal", []tape.Result{{Errno: "EINTR"}, {Count: 7}}, 7, nil, 2, false},
		{"a part, for want of room", []tape.Result{{Errno: "EAGAIN", Count: 10}}, 10, nil, 1, true},
		{"a part, for a signal", []tape.Result{{Errno: "EINTR", Count: 10}}, 10, nil, 1, true},
		{"a part, to a dead peer", []tape.Result{{Errno: "EPIPE", Count: 10}}, 10, nil, 1, true},
		{"a number that says nothing", []tape.Result{{Errno: "EAGAIN", Count: 64}}, 0, platform.ErrWouldBlock, 1, true},
	} {
		for _, s := range tapes {
			if tt.tells && strings.Contains(sendFileLine(s), "[1000]") {
				continue // the pointer is the offset's
			}
			t.Run(s.OS+"/"+tt.name, func(t *testing.T) {
				r := s.Record()
				r.Script("sendfile", tt.answers...)
				n, err := s.Backend.SendFile(r.Give(), r.Give(), 1000, 64)
				if diff := cmp.Diff(tt.err, err, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]int{tt.want, tt.steps}, []int{n, r.Steps()}); diff != "" {
					t.Errorf("count and calls (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// sendFileLine is how a system is asked to send 64 bytes of a file.
func sendFileLine(s *tape.System) string {
	r := s.Record()
	s.Backend.SendFile(r.Give(), r.Give(), 1000, 64)
	return strings.Join(r.Take(), "\n")
}

// TestTapeClasses holds one class to its numbers, whatever they are here, and
// every other error to none.
func TestTapeClasses(t *testing.T) {
	for _, s := range tapes {
		t.Run(s.OS, func(t *testing.T) {
			for name, want := range map[string]platform.Class{
				"EPIPE": platform.ClassReset, "ECONNRESET": platform.ClassReset, "ECONNREFUSED": platform.ClassRefused,
				"EADDRINUSE": platform.ClassAddrInUse, "EMSGSIZE": platform.ClassMessageTooLong, "ENOBUFS": platform.ClassNoBuffers,
				"EMFILE": platform.ClassTooManyFiles, "EACCES": platform.ClassPermission, "EIO": platform.ClassNone,
			} {
				r := s.Record()
				r.Script("recvfrom", tape.Result{Errno: name})
				_, err := s.Backend.Read(r.Give(), make([]byte, 1))
				if diff := cmp.Diff(want, s.Backend.Classify(err)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			if diff := cmp.Diff(platform.ClassNone, s.Backend.Classify(errors.New("other"))); diff != "" {
				t.Errorf("no number (-want +got):\n%s", diff)
			}
		})
	}
}

// TestE8Limit: each system's number for one group too many is of one class.
func TestE8Limit(t *testing.T) {
	for os, name := range map[string]string{"linux": "ENOBUFS", "freebsd": "ENOMEM", "darwin": "ETOOMANYREFS"} {
		i := slices.IndexFunc(tapes, func(s *tape.System) bool { return s.OS == os })
		r, b := tapes[i].Record(), tapes[i].Backend
		r.Script("setsockopt", tape.Result{Errno: name})
		err := b.SetOption(r.Give(), 0, 1, make([]byte, 4))
		if diff := cmp.Diff(platform.ClassNoBuffers, b.Classify(err)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", os, name, diff)
		}
	}
}

// TestTapeAccept covers what goes wrong between the peer's connect and our
// accept (A4, C22).
func TestTapeAccept(t *testing.T) {
	for _, s := range tapes {
		t.Run(s.OS, func(t *testing.T) {
			r := s.Record()
			for _, function := range []string{"accept", "accept4"} {
				r.Script(function, tape.Result{Errno: "EINTR"}, tape.Result{From: tape6}, tape.Result{NoAddress: true})
			}
			r.Script("setsockopt", tape.Result{Errno: "EINVAL"})
			l := r.Give()
			fd, peer, err := s.Backend.Accept(l)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tape6, peer); diff != "" {
				t.Errorf("peer (-want +got):\n%s", diff)
			}
			if err := s.Backend.Close(fd); err != nil {
				t.Fatal(err)
			}
			// Without an address there is no connection where the kernel needs
			// it marked afterwards; elsewhere it is an unnamed peer.
			marks := strings.Contains(strings.Join(r.Take(), "\n"), "accept(")
			fd, _, err = s.Backend.Accept(l)
			if diff := cmp.Diff(marks, s.Backend.Classify(err) == platform.ClassAborted); diff != "" {
				t.Errorf("aborted (-want +got):\n%s", diff)
			}
			want := r.Given()
			if !marks {
				want = append(want, int(fd))
			}
			if diff := cmp.Diff(want, r.Open()); diff != "" {
				t.Errorf("open (-want +got):\n%s", diff)
			}
		})
	}
}
