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

// RecvMsg may fail.
func (b *Backend) RecvMsg(fd platform.FD, m *platform.Message) error {
	return b.around(occasion{call: RecvMsg, fd: fd}, func(Fault) error { return b.real.RecvMsg(fd, m) })
}

// SendMsg may fail.
func (b *Backend) SendMsg(fd platform.FD, m *platform.Message) (n int, err error) {
	err = b.around(occasion{call: SendMsg, fd: fd}, func(Fault) error { n, err = b.real.SendMsg(fd, m); return err })
	return n, err
}
