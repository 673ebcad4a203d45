package behaviour

import (
	"cmp"
	"slices"
	"strconv"
)

// A Script shows what one row of docs/differences.md promises.
type Script struct {
	Row   string // such as "C31"
	Title string // what it shows; unique within the row
	Run   func(*T)

	// Over is what to run the script over, once each. All must print the same
	// lines. None is to run it once, for scripts that choose for themselves.
	Over []Medium

	// Alone keeps other scripts from running meanwhile: this one changes, or
	// counts, what the whole process has.
	Alone bool
}

// Name is the row and the title.
func (s Script) Name() string { return s.Row + " " + s.Title }

// A Medium is what a script's sockets talk over.
type Medium string

// The media. The names are the standard library's networks.
const (
	TCP4         Medium = "tcp4"
	TCP6         Medium = "tcp6"
	Unix         Medium = "unix"
	UDP4         Medium = "udp4"
	UDP6         Medium = "udp6"
	UnixDatagram Medium = "unixgram"
)

// Sets of media for [Script.Over].
var (
	tcp       = []Medium{TCP4, TCP6}
	streams   = []Medium{TCP4, TCP6, Unix}
	udp       = []Medium{UDP4, UDP6}
	datagrams = []Medium{UDP4, UDP6, UnixDatagram}
)

// Scripts returns all scripts, sorted by row.
func Scripts() []Script {
	all := slices.Concat(
		descriptors,
		optionValues, optionPlaces, inheritance,
		connecting, binding, listening, ends, resets, shutdowns, transfers,
		datagramErrors, datagramSizes, datagramPeers, datagramMessages,
		groups, multicasting, families, addressForms,
		unixNames, unixFiles, unixConnecting, unixDatagrams, unixEnds,
		readyStates, wakeups, pollers,
		names,
	)
	slices.SortStableFunc(all, func(a, b Script) int {
		return cmp.Or(cmp.Compare(a.Row[0], b.Row[0]), cmp.Compare(a.number(), b.number()))
	})
	return all
}

// number is that of the row within its section.
func (s Script) number() int {
	n, err := strconv.Atoi(s.Row[1:])
	if err != nil {
		panic("no row: " + s.Row)
	}
	return n
}
