package main

import (
	"encoding/binary"
	"fmt"
	"io"

	volt "github.com/volt-net/volt/net"
)

// longest is how many bytes a message may have.
const longest = 64 << 10

// A tooLongError is the length of a message that is not taken.
type tooLongError uint32

func (e tooLongError) Error() string {
	return fmt.Sprintf("a message of %d bytes; the limit is %d", uint32(e), longest)
}

// send writes one message: its length in four bytes, big-endian, and payload.
// Both leave in one system call.
func send(w *volt.OwnedWriteHalf, payload []byte) error {
	if len(payload) > longest {
		return tooLongError(len(payload))
	}
	length := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	_, err := w.WriteBuffers([][]byte{length, payload})
	return err
}

// receive reads one message. The end of the stream between two messages is
// io.EOF, within one io.ErrUnexpectedEOF.
func receive(r io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > longest {
		return nil, tooLongError(n)
	}
	payload := make([]byte, n)
	_, err := io.ReadFull(r, payload)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return payload, err
}
