package behaviour

var resets = []Script{
	{Row: "C30", Title: "a reset is an error once, then the end", Over: tcp, Run: resetRead},
	{Row: "C31", Title: "writing after a reset, then reading", Over: tcp, Run: resetWrite},
	{Row: "C32", Title: "data that came before a reset comes first", Over: tcp, Run: resetData},
}

func resetRead(t *T) {
	a, b := t.TCP()
	t.Check(b.Abort())
	t.Ends(a, 3)
	_, err := a.TryRead(make([]byte, 1))
	t.Say("TryRead", err)
}

// resetWrite writes first: systems tell the write of the reset by different
// numbers, and some then have none left for the read.
func resetWrite(t *T) {
	a, b := t.TCP()
	t.Check(b.Abort())
	t.Say("write until it fails", t.untilError(a))
	_, err := a.Write([]byte("x"))
	t.Say("write again", err)
	t.Ends(a, 2)
}

func resetData(t *T) {
	a, b := t.TCP()
	t.Send(b, "sent before")
	t.Check(a.Readable(t.Context()))
	t.Check(b.Abort())
	t.Ends(a, 3)
}
