package conformance_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
)

// tapeTransfers is what moves data.
func tapeTransfers() []tapeCase {
	buf := func() []byte { return make([]byte, 64) }
	bufs := func() [][]byte { return [][]byte{make([]byte, 2), nil, make([]byte, 62)} }
	hello := []byte("hello")
	got := tape.Result{Data: hello, From: tape6}
	return []tapeCase{
		scripted("Read", "recvfrom", func(b platform.Backend, fd platform.FD) error { _, err := b.Read(fd, buf()); return err }, got),
		onFD("Write", func(b platform.Backend, fd platform.FD) error { _, err := b.Write(fd, hello); return err }),
		scripted("ReadV", "recvmsg", func(b platform.Backend, fd platform.FD) error { _, err := b.ReadV(fd, bufs()); return err }, got),
		onFD("WriteV", func(b platform.Backend, fd platform.FD) error {
			_, err := b.WriteV(fd, [][]byte{hello[:2], nil, hello[2:]})
			return err
		}),
		scripted("Peek", "recvfrom", func(b platform.Backend, fd platform.FD) error { _, err := b.Peek(fd, buf()); return err }, got),
		scripted("RecvFrom", "recvfrom", func(b platform.Backend, fd platform.FD) error { _, _, err := b.RecvFrom(fd, buf()); return err }, got),
		scripted("PeekFrom", "recvfrom", func(b platform.Backend, fd platform.FD) error { _, _, err := b.PeekFrom(fd, buf()); return err }, got),
		onFD("Send", func(b platform.Backend, fd platform.FD) error { _, err := b.Send(fd, hello); return err }),
		onFD("SendTo", func(b platform.Backend, fd platform.FD) error { _, err := b.SendTo(fd, hello, tape6); return err }),
		scripted("RecvMsg", "recvmsg", func(b platform.Backend, fd platform.FD) error {
			return b.RecvMsg(fd, &platform.Message{Buffers: bufs()})
		}, got),
		{"RecvMsg rights", func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
			r.Script("recvmsg", tape.Result{Data: hello, Rights: 3})
			m := &platform.Message{Buffers: bufs(), Control: make([]byte, 64)}
			if err := b.RecvMsg(r.Give(), m); err != nil {
				return nil, err
			}
			var fds []platform.FD
			err := b.Traits().Control.EachRight(m.Control[:m.ControlLen], func(fd int) error {
				fds = append(fds, platform.FD(fd))
				return nil
			})
			return fds, err
		}},
		onFD("SendMsg", func(b platform.Backend, fd platform.FD) error {
			_, err := b.SendMsg(fd, &platform.Message{Buffers: [][]byte{hello}, Addr: tape4})
			return err
		}),
		onFD("SendMsg control", func(b platform.Backend, fd platform.FD) error {
			_, err := b.SendMsg(fd, &platform.Message{Buffers: [][]byte{hello}, Control: []byte("ctl")})
			return err
		}),
	}
}

// tapeBatches is what moves many messages.
func tapeBatches() []tapeCase {
	hello := []byte("hello")
	recv := func(b platform.Backend, fd platform.FD) error {
		_, err := b.RecvMsgs(fd, emptyMessages(3))
		return err
	}
	send := func(to ...platform.Addr) func(b platform.Backend, fd platform.FD) error {
		return func(b platform.Backend, fd platform.FD) error {
			var list []platform.Message
			for _, a := range to {
				list = append(list, platform.Message{Buffers: [][]byte{hello[:2], hello[2:]}, Addr: a})
			}
			_, err := b.SendMsgs(fd, list)
			return err
		}
	}
	return []tapeCase{
		onFD("RecvMsgs", recv),
		{"RecvMsgs rights", recvRightsTwice},
		onFD("SendMsgs", send(tape4, tape6)),
		onFD("SendMsgs to the peer", send(platform.Addr{}, platform.Addr{})),
		onFD("SendMsgs, then to the peer", send(tape4, platform.Addr{})),
		onFD("SendMsgs control", func(b platform.Backend, fd platform.FD) error {
			_, err := b.SendMsgs(fd, []platform.Message{{Buffers: [][]byte{hello}, Control: []byte("ctl"), Addr: tape4}})
			return err
		}),
	}
}

// recvRightsTwice receives two messages with descriptors. Those of the first
// are the caller's even if the second fails.
func recvRightsTwice(b platform.Backend, r *tape.Recorder) (fds []platform.FD, err error) {
	answer := tape.Result{Data: []byte("x"), Rights: 2}
	r.Script("recvmsg", answer, answer)
	r.Script("recvmmsg", answer)
	list := emptyMessages(2)
	n, err := b.RecvMsgs(r.Give(), list)
	for _, m := range list[:n] {
		each := b.Traits().Control.EachRight(m.Control[:m.ControlLen], func(fd int) error {
			fds = append(fds, platform.FD(fd))
			return nil
		})
		err = errors.Join(err, each)
	}
	if err != nil {
		for _, fd := range fds {
			b.Close(fd)
		}
	}
	return fds, err
}

// emptyMessages is n messages to receive into.
func emptyMessages(n int) []platform.Message {
	list := make([]platform.Message, n)
	for i := range list {
		list[i] = platform.Message{Buffers: [][]byte{make([]byte, 8)}, Control: make([]byte, 32)}
	}
	return list
}

// TestD19Messages holds batches to one contract, whether they are a loop or a
// system call: so many messages, then the error, if it is not left to the next
// call.
func TestD19Messages(t *testing.T) {
	type outcome struct {
		Texts []string
		From  platform.Addr
		Flags platform.MessageFlags
		Err   error
	}
	recv := func(b platform.Backend, r *tape.Recorder) (o outcome) {
		list := emptyMessages(3)
		n, err := b.RecvMsgs(r.Give(), list)
		for _, m := range list[:n] {
			o.Texts = append(o.Texts, string(m.Buffers[0][:m.N]))
			o.From, o.Flags = m.Addr, m.Flags
		}
		if err != platform.ErrWouldBlock || n == 0 {
			o.Err = err
		}
		return o
	}
	got := tape.Result{Data: []byte("hello"), From: tape6, Flags: "MSG_TRUNC"}
	two := got
	two.Count = 2
	for _, tt := range []struct {
		name      string
		one, many []tape.Result // answers to recvmsg, and to recvmmsg
		want      outcome
	}{
		{"all", []tape.Result{got, got, got}, []tape.Result{got}, outcome{Texts: []string{"hello", "hello", "hello"}, From: tape6, Flags: platform.Truncated}},
		{"some", []tape.Result{got, got, {Errno: "EAGAIN"}}, []tape.Result{two}, outcome{Texts: []string{"hello", "hello"}, From: tape6, Flags: platform.Truncated}},
		{"none", []tape.Result{{Errno: "EAGAIN"}}, []tape.Result{{Errno: "EAGAIN"}}, outcome{Err: platform.ErrWouldBlock}},
		{"after a signal", []tape.Result{{Errno: "EINTR"}, {Errno: "EAGAIN"}}, []tape.Result{{Errno: "EINTR"}, {Errno: "EAGAIN"}}, outcome{Err: platform.ErrWouldBlock}},
	} {
		for _, s := range tapes {
			t.Run(s.OS+"/"+tt.name, func(t *testing.T) {
				r := s.Record()
				r.Script("recvmsg", tt.one...)
				r.Script("recvmmsg", tt.many...)
				if diff := cmp.Diff(tt.want, recv(s.Backend, r), cmpopts.EquateErrors()); diff != "" {
					t.Errorf("received (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestD19Unsent: what cannot be sent at all is told by itself.
func TestD19Unsent(t *testing.T) {
	odd := platform.Addr{Family: 99}
	for _, s := range tapes {
		t.Run(s.OS, func(t *testing.T) {
			r := s.Record()
			fd := r.Give()
			list := []platform.Message{{Addr: tape4}, {Addr: odd}, {Addr: tape4}}
			sent := 0
			for err := error(nil); err == nil; {
				var n int
				n, err = s.Backend.SendMsgs(fd, list[sent:])
				sent += n
			}
			if diff := cmp.Diff(1, sent); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			many := make([]platform.Message, 2*platform.MaxBatch)
			n, err := s.Backend.RecvMsgs(fd, many)
			if n != platform.MaxBatch || err != nil {
				t.Errorf("received %d of %d: %v", n, len(many), err)
			}
		})
	}
}
