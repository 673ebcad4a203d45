package platform

import "encoding/binary"

// Credentials is who a Unix socket's peer is.
type Credentials struct {
	UID, GID uint32
	PID      int  // the process, if HasPID
	HasPID   bool // false where the system no longer knows
}

// CredentialsLayout holds what differs between the systems' ways to tell who a
// peer is. Each backend has one, generated from the spec.
type CredentialsLayout struct {
	Level, Name       int // the option
	Size              uintptr
	UID, GID, PID     uintptr // where they stand in its value
	HasPID            bool    // PID counts
	AsksPID           bool    // the process is an option of its own:
	PIDLevel, PIDName int
}

// MaxCredentials is enough for every system's option value.
const MaxCredentials = 128

// Decode reads the option's value; what is shorter than it should be is
// nobody's.
func (l *CredentialsLayout) Decode(b []byte) (c Credentials, err error) {
	if uintptr(len(b)) < l.Size {
		return c, errShortOption
	}
	c.UID = binary.NativeEndian.Uint32(b[l.UID:])
	c.GID = binary.NativeEndian.Uint32(b[l.GID:])
	if l.HasPID {
		c.PID, c.HasPID = int(int32(binary.NativeEndian.Uint32(b[l.PID:]))), true
	}
	return c, nil
}
