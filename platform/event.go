package platform

import "time"

// Ready is a set of readiness flags with one meaning on every poller
// (DIFFERENCES, section H). All of them are hints: the next system call
// decides.
type Ready uint8

const (
	// Readable: a read may make progress, if only to report the end or an error.
	Readable Ready = 1 << iota
	// Writable: a write may make progress, if only to report an error.
	Writable
	// ReadClosed: the peer finished writing, or reading was shut down here.
	// Data may still be buffered.
	ReadClosed
	// WriteClosed: writing was shut down here, or the peer is gone.
	WriteClosed
	// Error: the socket has an error pending.
	Error
	// Urgent: out-of-band data arrived, so a short read does not prove that
	// the buffer is empty (C47).
	Urgent
)

func (r Ready) String() string {
	names := [...]string{"Readable", "Writable", "ReadClosed", "WriteClosed", "Error", "Urgent"}
	s := ""
	for i, name := range names {
		if r&(1<<i) != 0 {
			if s != "" {
				s += "|"
			}
			s += name
		}
	}
	if s == "" {
		return "none"
	}
	return s
}

// Event is one readiness report. FD and Gen are what the descriptor was added
// with, so that a stale event for a reused number can be told apart (H26).
type Event struct {
	FD    FD
	Gen   uint32
	Ready Ready
}

// Poller waits for readiness of many descriptors: the poller's six. Add,
// Remove and Wake may be called from any goroutine, Wait from one at a time.
type Poller interface {
	// FD is the poller's own descriptor; it becomes readable when an event is
	// waiting, and can itself be polled.
	FD() FD

	// Add watches fd in both directions, edge-triggered, for as long as it is
	// open. If fd is ready already, that is reported at once. Adding fd again
	// replaces gen.
	Add(fd FD, gen uint32) error

	// Remove stops watching fd. Removing what is not watched is no error (H29).
	Remove(fd FD) error

	// Wait stores up to len(events) events and returns their number, at most
	// one event per descriptor in a batch. A negative timeout waits for ever,
	// zero not at all; others round up, and the wait may end early without
	// events (H32). Wake ends a wait with no event of its own.
	Wait(events []Event, timeout time.Duration) (int, error)

	// Wake ends the current Wait, or the next one. Calls coalesce (H31).
	Wake() error

	// Close frees the poller's descriptors.
	Close() error
}
