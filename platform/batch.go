package platform

import "sync"

// MaxBatch is the most messages that one call takes.
const MaxBatch = 64

// Batch is memory for the messages of one system call. H is what the system
// has for each, struct mmsghdr. It must be of the heap, as a [Vector] must.
type Batch[H any] struct {
	Headers [MaxBatch]H
	Addrs   [MaxBatch]Sockaddr
	Vector  Vector
	used    int
}

// Batches keeps such memory for the next call.
type Batches[H any] struct{ pool sync.Pool }

// Get returns memory for n messages, at most [MaxBatch], until Put.
func (p *Batches[H]) Get(n int) *Batch[H] {
	b, ok := p.pool.Get().(*Batch[H])
	if !ok {
		b = new(Batch[H])
	}
	b.used = n
	return b
}

// Put takes b back, and forgets what its messages point to.
func (p *Batches[H]) Put(b *Batch[H]) {
	clear(b.Headers[:b.used])
	b.Vector.clear()
	p.pool.Put(b)
}

// Each does one message after another, at most [MaxBatch] of them, and returns
// how many were done before the error.
func Each(list []Message, do func(*Message) error) (int, error) {
	for i := range list[:min(len(list), MaxBatch)] {
		if err := do(&list[i]); err != nil {
			return i, err
		}
	}
	return min(len(list), MaxBatch), nil
}

// Addressed is the beginning of list that has addresses, at most [MaxBatch]
// messages.
func Addressed(list []Message) []Message {
	list = list[:min(len(list), MaxBatch)]
	for i := range list {
		if list[i].Addr.Family == FamilyNone {
			return list[:i]
		}
	}
	return list
}
