package fault

import (
	"fmt"
	"slices"

	"github.com/volt-net/volt/platform"
)

// A tracker knows what became of each descriptor. The backend's mu guards it.
type tracker struct {
	fds      map[platform.FD]*descriptor
	problems []string
}

type descriptor struct {
	from   Call // what made it
	uses   int  // calls under way
	closed bool
}

// opened notes a new descriptor. One that was thought to be open still, with
// the same number, must have been closed by someone who had been given it.
func (t *tracker) opened(fd platform.FD, from Call) {
	if t.fds == nil {
		t.fds = map[platform.FD]*descriptor{}
	}
	t.fds[fd] = &descriptor{from: from}
}

// begin notes that a call on fd is under way and returns what to tell when it
// is not. Descriptors from elsewhere are not watched.
func (t *tracker) begin(fd platform.FD, c Call) *descriptor {
	d := t.fds[fd]
	if d == nil {
		return nil
	}
	switch {
	case d.closed && c.closes():
		t.report("%v: closed twice", fd, d)
	case d.closed:
		t.report("%v: "+c.String()+" after it was closed", fd, d)
	case c.closes() && d.uses > 0:
		t.report("%v: closed while in use", fd, d)
	}
	if c.closes() {
		d.closed = true
	}
	d.uses++
	return d
}

func (t *tracker) report(format string, fd platform.FD, d *descriptor) {
	t.problems = append(t.problems, fmt.Sprintf(format, name(fd, d)))
}

func name(fd platform.FD, d *descriptor) string { return fmt.Sprintf("%d from %v", fd, d.from) }

// Problems lists what was done wrong since Reset, and the descriptors and
// pollers that were opened since and are open now.
func (b *Backend) Problems() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var open []string
	for fd, d := range b.track.fds {
		if !d.closed {
			open = append(open, name(fd, d)+": not closed")
		}
	}
	for p, old := range b.pollers {
		if !old {
			open = append(open, fmt.Sprintf("%d from %v: not closed", p.FD(), NewPoller))
		}
	}
	slices.Sort(open)
	return append(slices.Clone(b.track.problems), open...)
}

// Forget stops watching over fd, which somebody else closes.
func (b *Backend) Forget(fd platform.FD) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.track.fds, fd)
}

// Open returns how many descriptors were opened since Reset and are open now.
func (b *Backend) Open() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, d := range b.track.fds {
		if !d.closed {
			n++
		}
	}
	return n
}

// closes reports whether the call gives its descriptor back.
func (c Call) closes() bool { return c == Close || c == CloseNow }
