package net

import (
	"encoding/binary"

	"github.com/volt-net/volt/platform"
)

// Credentials is who is at the other end of a Unix stream: UID, GID and, where
// HasPID is true, PID.
type Credentials = platform.Credentials

// PeerCredentials returns who made the other end: for a stream that was
// accepted the process that connected, for one that connected the process that
// called listen, as they were then (G24). Of a pair it is whoever made it. That
// process may have ended, or passed its end on, and its number may be another's
// by now. Where a system asks the peer's socket for it, HasPID is false once
// that is closed (G23).
func (s *UnixStream) PeerCredentials() (Credentials, error) {
	d := s.d
	if err := d.acquire(); err != nil {
		return Credentials{}, d.fail("get", err)
	}
	defer d.release()
	c, err := d.credentials()
	return c, d.fail("get", err)
}

func (d *desc) credentials() (c Credentials, err error) {
	if !d.has(flagConnected) {
		return c, ErrNotConnected // some system would make somebody up
	}
	layout := sys.Traits().Credentials
	var buf [platform.MaxCredentials]byte
	n, err := sys.GetOption(d.fd, layout.Level, layout.Name, buf[:layout.Size])
	if err != nil {
		return c, err
	}
	if c, err = layout.Decode(buf[:n]); err != nil || !layout.AsksPID {
		return c, err
	}
	if n, err := sys.GetOption(d.fd, layout.PIDLevel, layout.PIDName, buf[:4]); err == nil && n == 4 {
		c.PID, c.HasPID = int(int32(binary.NativeEndian.Uint32(buf[:]))), true
	}
	return c, nil
}
