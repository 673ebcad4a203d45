package platform

// Merger makes one event per descriptor of a batch in which a poller reports
// each direction by itself (H22).
type Merger struct {
	turn  uint32
	slots [mergeSlots]mergeSlot
}

// mergeSlots is a power of two, and twice the largest batch at least, so that
// a free slot is near.
const mergeSlots = 256

type mergeSlot struct {
	turn uint32 // the batch that the slot was filled in
	at   int32  // index of the event
	fd   FD
}

// Begin starts a batch.
func (m *Merger) Begin() {
	m.turn++
	if m.turn == 0 {
		clear(m.slots[:])
		m.turn = 1
	}
}

// Add merges ev into the first n of events, or appends it, and returns their
// number. A descriptor that was reused within the batch keeps an event per
// generation.
func (m *Merger) Add(events []Event, n int, ev Event) int {
	i := uint32(ev.FD) * 2654435769 >> 24
	for range mergeSlots {
		s := &m.slots[i%mergeSlots]
		if s.turn != m.turn {
			*s = mergeSlot{m.turn, int32(n), ev.FD}
			break
		}
		if old := &events[s.at]; s.fd == ev.FD && old.Gen == ev.Gen {
			old.Ready |= ev.Ready
			return n
		}
		i++
	}
	events[n] = ev
	return n + 1
}
