package conformance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
)

// pollers lists the recorded systems with one mechanism.
func pollers(mechanism string) []*tape.System {
	return slices.DeleteFunc(slices.Clone(tapes), func(s *tape.System) bool { return s.Backend.Traits().Poller != mechanism })
}

func newPoller(t *testing.T, s *tape.System) (*tape.Recorder, platform.Poller) {
	t.Helper()
	r := s.Record()
	p, err := s.Backend.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	r.Take()
	return r, p
}

// wait answers one wait and returns what the poller makes of it.
func wait(t *testing.T, r *tape.Recorder, p platform.Poller, function string, answer tape.Result) []platform.Event {
	t.Helper()
	r.Script(function, answer)
	events := make([]platform.Event, 8)
	n, err := p.Wait(events, -1)
	if err != nil {
		t.Fatal(err)
	}
	return events[:n]
}

const (
	rd, wr = platform.Readable, platform.Writable
	rc, wc = platform.ReadClosed, platform.WriteClosed
	failed = platform.Error
)

// TestTapeReadyEpoll replays section H as the probe saw it on epoll.
func TestTapeReadyEpoll(t *testing.T) {
	for _, tt := range []struct {
		name, flags string
		want        platform.Ready
	}{
		{"H3 pending", "EPOLLIN", rd},
		{"H5 idle", "EPOLLOUT", wr},
		{"H6 data", "EPOLLIN|EPOLLOUT", rd | wr},
		{"H7 peer FIN", "EPOLLIN|EPOLLOUT|EPOLLRDHUP", rd | wr | rc},
		{"H12 both FIN", "EPOLLIN|EPOLLOUT|EPOLLHUP|EPOLLRDHUP", rd | wr | rc | wc},
		{"H13 peer RST", "EPOLLIN|EPOLLOUT|EPOLLERR|EPOLLHUP|EPOLLRDHUP", rd | wr | rc | wc | failed},
		{"H15 datagram error", "EPOLLOUT|EPOLLERR", rd | wr | failed},
		{"H21 urgent", "EPOLLPRI|EPOLLOUT", wr | platform.Urgent},
	} {
		for _, s := range pollers("epoll") {
			t.Run(s.OS+"/"+tt.name, func(t *testing.T) {
				r, p := newPoller(t, s)
				got := wait(t, r, p, "epoll_pwait", tape.Result{Events: []tape.Event{
					{FD: 9, Gen: 1 << 31, Flags: tt.flags}, {FD: -1, Flags: "EPOLLIN"}}})
				if diff := cmp.Diff([]platform.Event{{FD: 9, Gen: 1 << 31, Ready: tt.want}}, got); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestTapeReadyKqueue replays section H as the probe saw it on kqueue.
func TestTapeReadyKqueue(t *testing.T) {
	r := func(flags, errno string) tape.Event {
		return tape.Event{FD: 9, Gen: 1 << 31, Filter: "EVFILT_READ", Flags: flags, Errno: errno}
	}
	w := func(flags, errno string) tape.Event {
		return tape.Event{FD: 9, Gen: 1 << 31, Filter: "EVFILT_WRITE", Flags: flags, Errno: errno}
	}
	const eof = "EV_CLEAR|EV_EOF"
	for _, tt := range []struct {
		name   string
		events []tape.Event
		want   platform.Ready
	}{
		{"H3 pending", []tape.Event{r("EV_CLEAR", "")}, rd},
		{"H5 idle", []tape.Event{w("EV_CLEAR", "")}, wr},
		{"H6 data", []tape.Event{r("EV_CLEAR", ""), w("EV_CLEAR", "")}, rd | wr},
		{"H7 peer FIN", []tape.Event{r(eof, "")}, rd | rc},
		{"H10 local shutdown of writing", []tape.Event{w(eof, "")}, wr | wc},
		{"H12 both FIN, write first", []tape.Event{w(eof, ""), r(eof, "")}, rd | wr | rc | wc},
		{"H13 peer RST", []tape.Event{r(eof, "ECONNRESET"), w(eof, "ECONNRESET")}, rd | wr | rc | wc | failed},
		{"H13 peer RST, half of it", []tape.Event{r(eof, "ECONNRESET")}, rd | wr | rc | failed},
		{"the watch failed", []tape.Event{r("EV_ERROR", "")}, rd | wr | failed},
	} {
		for _, s := range pollers("kqueue") {
			t.Run(s.OS+"/"+tt.name, func(t *testing.T) {
				rec, p := newPoller(t, s)
				events := append([]tape.Event{{Filter: "EVFILT_USER"}}, tt.events...)
				got := wait(t, rec, p, "kevent", tape.Result{Events: events})
				if diff := cmp.Diff([]platform.Event{{FD: 9, Gen: 1 << 31, Ready: tt.want}}, got); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestTapeMerge keeps descriptors apart, and forgets a batch (H22).
func TestTapeMerge(t *testing.T) {
	for _, s := range pollers("kqueue") {
		t.Run(s.OS, func(t *testing.T) {
			r, p := newPoller(t, s)
			event := func(fd int, filter string) tape.Event {
				return tape.Event{FD: fd, Gen: uint32(fd), Filter: filter, Flags: "EV_CLEAR"}
			}
			got := wait(t, r, p, "kevent", tape.Result{Events: []tape.Event{
				event(5, "EVFILT_READ"), event(6, "EVFILT_WRITE"), event(261, "EVFILT_WRITE"), event(5, "EVFILT_WRITE")}})
			want := []platform.Event{{FD: 5, Gen: 5, Ready: rd | wr}, {FD: 6, Gen: 6, Ready: wr}, {FD: 261, Gen: 261, Ready: wr}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("first batch (-want +got):\n%s", diff)
			}
			got = wait(t, r, p, "kevent", tape.Result{Events: []tape.Event{event(6, "EVFILT_READ")}})
			if diff := cmp.Diff([]platform.Event{{FD: 6, Gen: 6, Ready: rd}}, got); diff != "" {
				t.Errorf("second batch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTapeEarly ends waits without events (H32, C50).
func TestTapeEarly(t *testing.T) {
	for _, tt := range []struct{ poller, function, errno string }{
		{"epoll", "epoll_pwait", "EINTR"}, {"kqueue", "kevent", "EINTR"}, {"kqueue", "kevent", "ETIMEDOUT"},
	} {
		for _, s := range pollers(tt.poller) {
			r, p := newPoller(t, s)
			got := wait(t, r, p, tt.function, tape.Result{Errno: tt.errno})
			if diff := cmp.Diff([]platform.Event{}, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", s.OS, tt.errno, diff)
			}
		}
	}
}

// TestTapeWatch covers what Add and Remove make of the kernel's objections
// (H28, H29), and that half an Add is undone.
func TestTapeWatch(t *testing.T) {
	add := func(p platform.Poller) error { return p.Add(9, 1) }
	remove := func(p platform.Poller) error { return p.Remove(9) }
	receipts := func(errnos ...string) tape.Result { return tape.Result{Receipts: errnos} }
	for _, tt := range []struct {
		name, poller, function string
		answer                 tape.Result
		run                    func(platform.Poller) error
		fails                  bool
		last                   string // is in the last line
	}{
		{"present", "epoll", "epoll_ctl", tape.Result{Errno: "EEXIST"}, add, false, "EPOLL_CTL_MOD, 9"},
		{"no descriptor", "epoll", "epoll_ctl", tape.Result{Errno: "EINVAL"}, add, true, "EPOLL_CTL_ADD"},
		{"absent", "epoll", "epoll_ctl", tape.Result{Errno: "ENOENT"}, remove, false, "EPOLL_CTL_DEL"},
		{"added", "kqueue", "kevent", receipts("", ""), add, false, "EV_ADD"},
		{"dead peer", "kqueue", "kevent", receipts("", "EPIPE"), add, false, "EV_ADD"},
		{"half", "kqueue", "kevent", receipts("", "ENOMEM"), add, true, "EV_DELETE"},
		{"none", "kqueue", "kevent", receipts("EINVAL", "EINVAL"), add, true, "EV_DELETE"},
		{"after a signal", "kqueue", "kevent", tape.Result{Errno: "EINTR"}, add, false, "EV_ADD"},
		{"absent", "kqueue", "kevent", receipts("ENOENT", "ENOENT"), remove, false, "EV_DELETE"},
		{"not removed", "kqueue", "kevent", receipts("ENOENT", "EINVAL"), remove, true, "EV_DELETE"},
	} {
		for _, s := range pollers(tt.poller) {
			t.Run(s.OS+"/"+tt.name, func(t *testing.T) {
				r, p := newPoller(t, s)
				for r.Give() < 9 {
				}
				r.Script(tt.function, tt.answer)
				err := tt.run(p)
				if diff := cmp.Diff(tt.fails, err != nil); diff != "" {
					t.Errorf("fails (-want +got):\n%s\n%v", diff, err)
				}
				lines := r.Take()
				if !strings.Contains(lines[len(lines)-1], tt.last) {
					t.Errorf("no %s in the last of:\n%s", tt.last, strings.Join(lines, "\n"))
				}
			})
		}
	}
}

// TestTapeWake repeats an interrupted wake, which must not be lost.
func TestTapeWake(t *testing.T) {
	for _, s := range pollers("kqueue") {
		r, p := newPoller(t, s)
		r.Script("kevent", tape.Result{Errno: "EINTR"})
		if err := p.Wake(); err != nil {
			t.Error(err)
		}
		lines := r.Take()
		if diff := cmp.Diff(2, len(lines)); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s\n%s", s.OS, diff, strings.Join(lines, "\n"))
		}
	}
	for _, s := range pollers("epoll") {
		r, p := newPoller(t, s)
		r.Script("write", tape.Result{Errno: "EAGAIN"})
		if err := p.Wake(); err != nil {
			t.Error(err)
		}
	}
}
