package platform

import (
	"encoding/binary"
	"errors"
)

// ControlLayout holds what differs between the systems' control messages.
// Each backend has one, generated from the spec.
type ControlLayout struct {
	Align   uintptr // of every message and of its data
	LenSize uintptr // of the length that begins a message
	Level   int     // of messages that carry descriptors
	Rights  int     // their type

	Fields []ControlField // of datagrams
}

// sizeFD is the size of a descriptor in a control message.
const sizeFD = 4

// MaxRights is how many descriptors every system takes in one message; a
// receiver must be ready for MaxRightsHere of a sender that is not ours (G26).
const (
	MaxRights     = 253
	MaxRightsHere = 512
)

// RightsSpace is the size of a control message with n descriptors.
func (l *ControlLayout) RightsSpace(n int) int {
	return int(l.align(l.align(l.LenSize+8) + uintptr(n)*sizeFD))
}

// PutRights makes a control message of fds, at most [MaxRights], none of which
// is negative.
func (l *ControlLayout) PutRights(fds []int) []byte {
	head := l.align(l.LenSize + 8)
	size := head + uintptr(len(fds))*sizeFD
	control := make([]byte, l.RightsSpace(len(fds)))
	if l.LenSize == 8 {
		binary.NativeEndian.PutUint64(control, uint64(size))
	} else {
		binary.NativeEndian.PutUint32(control, uint32(size))
	}
	binary.NativeEndian.PutUint32(control[l.LenSize:], uint32(l.Level))
	binary.NativeEndian.PutUint32(control[l.LenSize+4:], uint32(l.Rights))
	for i, fd := range fds {
		binary.NativeEndian.PutUint32(control[head+uintptr(i)*sizeFD:], uint32(fd))
	}
	return control
}

// EachRight calls do with each descriptor in control, up to the first error.
// What is not well-formed ends the list.
func (l *ControlLayout) EachRight(control []byte, do func(fd int) error) error {
	return l.messages(control, func(level, kind int, data []byte) error {
		if level != l.Level || kind != l.Rights {
			return nil
		}
		for ; len(data) >= sizeFD; data = data[sizeFD:] {
			if err := do(int(int32(binary.NativeEndian.Uint32(data)))); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *ControlLayout) align(n uintptr) uintptr { return (n + l.Align - 1) &^ (l.Align - 1) }

// MarkRights marks every descriptor that came with m. If one cannot be marked,
// all are discarded, and m holds none.
func (l *ControlLayout) MarkRights(m *Message, mark func(fd int) error, discard func(fd int)) error {
	control := m.Control[:m.ControlLen]
	err := l.EachRight(control, mark)
	if err != nil {
		err = errors.Join(err, l.EachRight(control, func(fd int) error { discard(fd); return nil }))
		m.ControlLen = 0
	}
	return err
}
