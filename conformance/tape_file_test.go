package conformance_test

import (
	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
)

// tapeFiles is what moves data without a buffer.
func tapeFiles() []tapeCase {
	return []tapeCase{
		{"SendFile", func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
			_, err := b.SendFile(r.Give(), r.Give(), 5_000_000_000, 64)
			return nil, err
		}},
		{"Pipe", func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
			out, in, err := b.Pipe()
			return []platform.FD{out, in}, err
		}},
		{"Splice", func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
			_, err := b.Splice(r.Give(), r.Give(), 1<<30)
			return nil, err
		}},
	}
}

// tapeUnix is what only Unix sockets carry: descriptors, and who is at the
// other end.
func tapeUnix() []tapeCase {
	return []tapeCase{
		onFD("SendMsg rights", func(b platform.Backend, fd platform.FD) error {
			_, err := b.SendMsg(fd, &platform.Message{Buffers: [][]byte{[]byte("hello")}, Control: b.Traits().Control.PutRights([]int{5, 6, 7})})
			return err
		}),
		onFD("credentials", func(b platform.Backend, fd platform.FD) error {
			l := b.Traits().Credentials
			buf := make([]byte, platform.MaxCredentials)
			if _, err := b.GetOption(fd, l.Level, l.Name, buf[:l.Size]); err != nil {
				return err
			}
			if !l.AsksPID {
				return nil
			}
			_, err := b.GetOption(fd, l.PIDLevel, l.PIDName, buf[:4])
			return err
		}),
	}
}
