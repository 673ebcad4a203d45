package net

import (
	"context"
	"testing"
)

// TestAttachAfterPeek: the loop reports a reset that was seen before it took the
// stream, though some systems use it up so (C45).
func TestAttachAfterPeek(t *testing.T) {
	client, server := pair(t, "127.0.0.1:0")
	client.Abort()
	errorIs(t, "Readable", server.Readable(context.Background()), nil)
	end := make(chan error, 1)
	attachOne(t, looping(t, LoopConfig{}), server, hooks{}, end)
	errorIs(t, "Closed", soon(t, "Closed", end), ErrReset)
}

// TestAttachAfterCloseRead: as everywhere, reading has ended, whatever comes (C40).
func TestAttachAfterCloseRead(t *testing.T) {
	client, server := pair(t, "127.0.0.1:0")
	errorIs(t, "CloseRead", server.CloseRead(), nil)
	client.Write([]byte("x")) // some systems have taken it, some throw it away
	end := make(chan error, 1)
	attachOne(t, looping(t, LoopConfig{}), server, hooks{
		data: func(_ *Session, p []byte) { t.Errorf("Data %q", p) },
	}, end)
	errorIs(t, "Closed", soon(t, "Closed", end), nil)
}
