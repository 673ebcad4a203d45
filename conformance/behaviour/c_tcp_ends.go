package behaviour

import (
	"io"

	"github.com/volt-net/volt/net"
)

var ends = []Script{
	{Row: "C28", Title: "after the peer's end every read is the end", Over: streams, Run: endStays},
	{Row: "C29", Title: "closing gracefully loses nothing that was sent", Over: streams, Run: endGracefully},
	{Row: "C29", Title: "closing with unread data ends the peer's stream, data first", Over: streams, Run: endUnread},
	{Row: "C33", Title: "writing on after the peer has closed fails in the end", Over: streams, Run: endWrite},
}

func endStays(t *T) {
	a, b := t.Streams()
	t.Send(b, "hello")
	t.Check(b.Close())
	t.Ends(a, 4)
	p := make([]byte, 1)
	_, err := a.TryRead(p)
	t.Say("TryRead", err)
	_, err = a.TryPeek(p)
	t.Say("TryPeek", err)
	_, err = a.ReadFull(p)
	t.Say("ReadFull", err)
}

// endGracefully has data under way in both directions when one side closes.
func endGracefully(t *T) {
	a, b := t.Streams()
	t.Send(a, "to the peer")
	t.Send(b, "to who closes")
	closed := t.Start(func() error { return a.CloseGracefully(t.Context()) })
	t.Ends(b, 2)
	t.Check(b.Close())
	t.Say("CloseGracefully", t.Wait(closed))
}

func endUnread(t *T) {
	a, b := t.Streams()
	t.Send(a, "unread")
	t.Send(b, "sent before")
	t.Check(b.Readable(t.Context()))
	t.Check(b.Close())
	t.Receive("read", a)
	_, err := a.Read(make([]byte, 1))
	t.Either("read", err, net.ErrReset, io.EOF)
}

func endWrite(t *T) {
	a, b := t.Streams()
	t.Check(b.Close())
	t.Check(a.Readable(t.Context()))
	t.Say("write until it fails", t.untilError(a))
	_, err := a.Write([]byte("x"))
	t.Say("write again", err)
}

// untilError writes until that fails.
func (t *T) untilError(s Stream) (err error) {
	t.Until("a write fails", func() bool {
		_, err = s.Write([]byte("x"))
		return err != nil
	})
	return err
}
