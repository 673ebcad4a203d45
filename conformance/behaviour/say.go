package behaviour

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/volt-net/volt/net"
)

// classes are the errors that the transcript tells apart, and their names
// there. An error is the first that it matches, so that the precise come
// before the general.
var classes = []struct {
	err  error
	name string
}{
	{io.EOF, "end"},
	{io.ErrUnexpectedEOF, "end too soon"},
	{net.ErrWouldBlock, "would block"},
	{net.ErrClosed, "closed"},
	{os.ErrDeadlineExceeded, "deadline passed"},
	{context.Canceled, "cancelled"},
	{context.DeadlineExceeded, "context's time is up"},
	{net.ErrDescriptorsLost, "descriptors lost"},
	{net.ErrPathTooLong, "path too long"},
	{net.ErrAlreadyJoined, "already joined"},
	{net.ErrNotJoined, "not joined"},
	{net.ErrTooManyMemberships, "too many memberships"},
	{net.ErrNoInterface, "no such interface"},
	{net.ErrInvalidAddress, "invalid address"},
	{net.ErrReset, "reset"},
	{net.ErrRefused, "refused"},
	{net.ErrNotConnected, "not connected"},
	{net.ErrIsConnected, "already connected"},
	{net.ErrAddrInUse, "address in use"},
	{net.ErrAddrNotAvailable, "address not available"},
	{net.ErrMessageTooLong, "message too long"},
	{net.ErrNoBuffers, "no buffers"},
	{net.ErrTooManyFiles, "too many files"},
	{net.ErrUnreachable, "unreachable"},
	{net.ErrWrongType, "wrong type"},
	{net.ErrAborted, "aborted"},
	{net.ErrNotFound, "not found"},
	{net.ErrPermission, "no permission"},
	{errors.ErrUnsupported, "unsupported"},
	{net.ErrInvalidState, "invalid state"},
}

// Class names what err is on every system: "ok" for nil, the error's own text
// if it is of no class, which no expected line has.
func Class(err error) string {
	if err == nil {
		return "ok"
	}
	if rangeError := (*net.RangeError)(nil); errors.As(err, &rangeError) {
		return "out of range"
	}
	for _, c := range classes {
		if errors.Is(err, c.err) {
			return c.name
		}
	}
	return "error of no class: " + err.Error()
}

// Say prints what became of an operation: "write: reset".
func (t *T) Say(op string, err error) { t.Print("%s: %s", op, Class(err)) }

// Either is Say where systems may differ within what is promised. It prints
// all that may be, as long as err is one of them.
func (t *T) Either(op string, err error, allowed ...error) {
	var names []string
	for _, a := range allowed {
		names = append(names, Class(a))
	}
	if got := Class(err); !slices.Contains(names, got) {
		t.Print("%s: %s", op, got)
		return
	}
	t.Print("%s: %s", op, strings.Join(names, " or "))
}

// Data prints what an operation read.
func (t *T) Data(op string, p []byte, err error) {
	switch {
	case err == nil:
		t.Print("%s: %q", op, p)
	case len(p) > 0:
		t.Print("%s: %q, %s", op, p, Class(err))
	default:
		t.Say(op, err)
	}
}
