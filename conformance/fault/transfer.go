package fault

import "github.com/volt-net/volt/platform"

// cut shortens p as the fault says.
func (f Fault) cut(p []byte) []byte {
	if f.kind == atMost {
		return p[:min(len(p), f.n)]
	}
	return p
}

// cutV shortens bufs as the fault says. It leaves the caller's slice alone.
func (f Fault) cutV(bufs [][]byte) [][]byte {
	if f.kind != atMost {
		return bufs
	}
	left := f.n
	var short [][]byte
	for _, p := range bufs {
		p = p[:min(len(p), left)]
		left -= len(p)
		short = append(short, p)
	}
	return short
}

// most shortens n as the fault says.
func (f Fault) most(n int) int {
	if f.kind == atMost {
		return min(n, f.n)
	}
	return n
}

// cutMessages shortens list as the fault says, to so many messages.
func (f Fault) cutMessages(list []platform.Message) []platform.Message {
	if f.kind == atMost {
		return list[:min(len(list), f.n)]
	}
	return list
}

// Read may fail or be partial.
func (b *Backend) Read(fd platform.FD, p []byte) (n int, err error) {
	err = b.around(occasion{call: Read, fd: fd}, func(f Fault) error { n, err = b.real.Read(fd, f.cut(p)); return err })
	return n, err
}

// Write may fail or be partial.
func (b *Backend) Write(fd platform.FD, p []byte) (n int, err error) {
	err = b.around(occasion{call: Write, fd: fd}, func(f Fault) error { n, err = b.real.Write(fd, f.cut(p)); return err })
	return n, err
}

// ReadV may fail or be partial.
func (b *Backend) ReadV(fd platform.FD, bufs [][]byte) (n int, err error) {
	err = b.around(occasion{call: ReadV, fd: fd}, func(f Fault) error { n, err = b.real.ReadV(fd, f.cutV(bufs)); return err })
	return n, err
}

// WriteV may fail or be partial.
func (b *Backend) WriteV(fd platform.FD, bufs [][]byte) (n int, err error) {
	err = b.around(occasion{call: WriteV, fd: fd}, func(f Fault) error { n, err = b.real.WriteV(fd, f.cutV(bufs)); return err })
	return n, err
}

// Peek may fail or be partial.
func (b *Backend) Peek(fd platform.FD, p []byte) (n int, err error) {
	err = b.around(occasion{call: Peek, fd: fd}, func(f Fault) error { n, err = b.real.Peek(fd, f.cut(p)); return err })
	return n, err
}

// RecvFrom may fail. Datagrams are never partial.
func (b *Backend) RecvFrom(fd platform.FD, p []byte) (n int, from platform.Addr, err error) {
	err = b.around(occasion{call: RecvFrom, fd: fd}, func(Fault) error {
		n, from, err = b.real.RecvFrom(fd, p)
		return err
	})
	return n, from, err
}

// PeekFrom may fail.
func (b *Backend) PeekFrom(fd platform.FD, p []byte) (n int, from platform.Addr, err error) {
	err = b.around(occasion{call: PeekFrom, fd: fd}, func(Fault) error {
		n, from, err = b.real.PeekFrom(fd, p)
		return err
	})
	return n, from, err
}

// Send may fail.
func (b *Backend) Send(fd platform.FD, p []byte) (n int, err error) {
	err = b.around(occasion{call: Send, fd: fd}, func(Fault) error { n, err = b.real.Send(fd, p); return err })
	return n, err
}

// SendTo may fail.
func (b *Backend) SendTo(fd platform.FD, p []byte, to platform.Addr) (n int, err error) {
	err = b.around(occasion{call: SendTo, fd: fd}, func(Fault) error { n, err = b.real.SendTo(fd, p, to); return err })
	return n, err
}

// RecvMsg may fail, and notes the descriptors that come with the message.
func (b *Backend) RecvMsg(fd platform.FD, m *platform.Message) error {
	return b.around(occasion{call: RecvMsg, fd: fd}, func(Fault) error {
		if err := b.real.RecvMsg(fd, m); err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.real.Traits().Control.EachRight(m.Control[:m.ControlLen], func(fd int) error {
			b.track.opened(platform.FD(fd), RecvMsg)
			return nil
		})
	})
}

// SendMsg may fail.
func (b *Backend) SendMsg(fd platform.FD, m *platform.Message) (n int, err error) {
	err = b.around(occasion{call: SendMsg, fd: fd}, func(Fault) error { n, err = b.real.SendMsg(fd, m); return err })
	return n, err
}

// SendFile may fail or be partial.
func (b *Backend) SendFile(fd, file platform.FD, offset int64, n int) (sent int, err error) {
	err = b.around(occasion{call: SendFile, fd: fd}, func(f Fault) error {
		sent, err = b.real.SendFile(fd, file, offset, f.most(n))
		return err
	})
	return sent, err
}

// Pipe may fail, and notes the descriptors.
func (b *Backend) Pipe() (out, in platform.FD, err error) {
	err = b.make(occasion{call: Pipe, fd: platform.NoFD}, func() ([]platform.FD, error) {
		out, in, err = b.real.Pipe()
		return []platform.FD{out, in}, err
	})
	if err != nil {
		return platform.NoFD, platform.NoFD, err
	}
	return out, in, nil
}

// Splice may fail or be partial. A rule's descriptor is the one that it reads
// from.
func (b *Backend) Splice(from, to platform.FD, n int) (moved int, err error) {
	err = b.around(occasion{call: Splice, fd: from}, func(f Fault) error {
		moved, err = b.real.Splice(from, to, f.most(n))
		return err
	})
	if err == platform.ErrWouldBlock {
		b.poke(to, platform.Writable) // it may be the pipe that was read from
	}
	return moved, err
}

// RecvMsgs may fail or be partial, by messages.
func (b *Backend) RecvMsgs(fd platform.FD, list []platform.Message) (n int, err error) {
	err = b.around(occasion{call: RecvMsgs, fd: fd}, func(f Fault) error {
		n, err = b.real.RecvMsgs(fd, f.cutMessages(list))
		return err
	})
	return n, err
}

// SendMsgs may fail or be partial, by messages.
func (b *Backend) SendMsgs(fd platform.FD, list []platform.Message) (n int, err error) {
	err = b.around(occasion{call: SendMsgs, fd: fd}, func(f Fault) error {
		n, err = b.real.SendMsgs(fd, f.cutMessages(list))
		return err
	})
	return n, err
}
