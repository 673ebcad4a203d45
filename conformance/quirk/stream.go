package quirk

import (
	"os"
	"syscall"

	"github.com/volt-net/volt/platform"
)

// Connect refuses where others would wait, and has its own ways with
// datagram sockets.
func (b *Backend) Connect(fd platform.FD, addr platform.Addr) error {
	err := b.Backend.Connect(fd, addr)
	s := b.state(fd)
	switch {
	case err == nil && addr.Family == platform.FamilyNone:
		b.with(fd, func(s *socket) { s.connected = false })
		if e := b.set.Disconnect; e != 0 {
			return fail("connect", e)
		}
	case err == nil || err == platform.ErrInProgress:
		b.with(fd, func(s *socket) { s.connected = true })
	case s.family != platform.Unix:
	case err == platform.ErrWouldBlock && b.set.ConnectFull != 0:
		return fail("connect", b.set.ConnectFull)
	case b.set.ConnectFile != 0 && isFile(addr.Path):
		return fail("connect", b.set.ConnectFile)
	}
	return err
}

// isFile reports whether there is something at path that is no socket.
func isFile(path string) bool {
	if path == "" || path[0] == 0 {
		return false
	}
	at, err := os.Stat(path)
	return err == nil && at.Mode()&os.ModeSocket == 0
}

// Accept may find that the connection has been reset.
func (b *Backend) Accept(fd platform.FD) (platform.FD, platform.Addr, error) {
	conn, peer, err := b.Backend.Accept(fd)
	if err != nil {
		return conn, peer, err
	}
	if e := b.set.AcceptReset; e != 0 && b.pending(conn) {
		b.Backend.Close(conn)
		return platform.NoFD, platform.Addr{}, fail("accept", e)
	}
	b.track(conn, &socket{family: b.state(fd).family, kind: platform.Stream, connected: true})
	return conn, peer, nil
}

// pending uses up the error of fd.
func (b *Backend) pending(fd platform.FD) bool {
	row := platform.PendingError.Info().Row(b.traits.Options)
	var value [4]byte
	n, err := b.Backend.GetOption(fd, row.Level, row.Name, value[:])
	return err == nil && n == 4 && value != [4]byte{}
}

// Shutdown fails where there is nothing left to end.
func (b *Backend) Shutdown(fd platform.FD, how platform.How) error {
	s := b.state(fd)
	read, write := how != platform.ShutWrite, how != platform.ShutRead
	var e syscall.Errno
	switch {
	case s.family == platform.Unix && s.kind == platform.Stream && !s.connected:
		e = b.set.ShutdownFresh
	case s.family == platform.Unix && s.alone:
		e = b.set.ShutdownAlone
	case (!read || s.shutRead) && (!write || s.shutWrite):
		e = b.set.ShutdownAgain
	}
	if e != 0 {
		return fail("shutdown", e)
	}
	err := b.Backend.Shutdown(fd, how)
	if err == nil {
		b.with(fd, func(s *socket) {
			s.shutRead = s.shutRead || read
			s.shutWrite = s.shutWrite || write
		})
	}
	return err
}

// read is any call that takes bytes off a stream.
func (b *Backend) read(fd platform.FD, call string, room int, do func() (int, error)) (int, error) {
	if err := b.again(fd, true); err != nil {
		return 0, err
	}
	return b.look(fd, call, room, do)
}

// again returns the error that peeking has told of, and no more if it is taken.
func (b *Backend) again(fd platform.FD, take bool) (err error) {
	b.with(fd, func(s *socket) {
		err = s.kept
		if take {
			s.kept = nil
		}
	})
	return err
}

// peeked keeps the error that a call which only looks has met.
func (b *Backend) peeked(fd platform.FD, err error) {
	if b.set.PeekKeeps && err != nil && err != platform.ErrWouldBlock {
		b.with(fd, func(s *socket) { s.kept = err })
	}
}

// look is read, or a call that leaves the bytes where they are.
func (b *Backend) look(fd platform.FD, call string, room int, do func() (int, error)) (int, error) {
	s := b.state(fd)
	if s.kind != platform.Stream {
		n, err := do()
		return n, b.gone(fd, call, err)
	}
	if s.shutRead && b.set.ShutdownDiscards {
		b.discard(fd)
		return 0, nil
	}
	n, err := do()
	b.with(fd, func(s *socket) {
		switch {
		case b.Classify(err) == platform.ClassReset:
			s.reset, s.owed = true, false
		case n == 0 && err == nil && room > 0 && s.owed:
			s.owed = false
			err = fail(call, b.set.ReadReset)
		}
	})
	return n, err
}

// write is any call that puts bytes onto a stream.
func (b *Backend) write(fd platform.FD, call string, do func() (int, error)) (int, error) {
	n, err := do()
	if b.Classify(err) != platform.ClassReset {
		return n, err
	}
	b.with(fd, func(s *socket) {
		switch {
		case s.shutWrite || s.kind != platform.Stream:
		case !s.connected && b.set.WriteFresh != 0:
			err = fail(call, b.set.WriteFresh)
		case s.family != platform.Unix && b.set.WriteReset != 0:
			err = fail(call, b.set.WriteReset)
			s.owed = s.owed || !s.reset && b.set.ReadReset != 0
			s.reset = true
		}
	})
	return n, err
}

// Read reads as the set has it.
func (b *Backend) Read(fd platform.FD, p []byte) (int, error) {
	return b.read(fd, "read", len(p), func() (int, error) { return b.Backend.Read(fd, p) })
}

// ReadV reads as the set has it.
func (b *Backend) ReadV(fd platform.FD, bufs [][]byte) (int, error) {
	room := 0
	for _, p := range bufs {
		room += len(p)
	}
	return b.read(fd, "readv", room, func() (int, error) { return b.Backend.ReadV(fd, bufs) })
}

// Peek reads as the set has it.
func (b *Backend) Peek(fd platform.FD, p []byte) (int, error) {
	if err := b.again(fd, false); err != nil {
		return 0, err
	}
	n, err := b.look(fd, "recvfrom", len(p), func() (int, error) { return b.Backend.Peek(fd, p) })
	b.peeked(fd, err)
	return n, err
}

// Write fails as the set has it.
func (b *Backend) Write(fd platform.FD, p []byte) (int, error) {
	return b.write(fd, "write", func() (int, error) { return b.Backend.Write(fd, p) })
}

// WriteV fails as the set has it.
func (b *Backend) WriteV(fd platform.FD, bufs [][]byte) (int, error) {
	return b.write(fd, "writev", func() (int, error) { return b.Backend.WriteV(fd, bufs) })
}
