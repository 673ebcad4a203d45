package main

import (
	"fmt"
	"sync"
)

// waiting is how many messages a member may be behind the others.
const waiting = 64

// A member is given what the others say, until it has left.
type member chan []byte

// A room passes messages between its members.
type room struct {
	mu      sync.Mutex
	members map[member]bool
}

// join makes a member, and tells it how many there are.
func (r *room) join() member {
	m := make(member, waiting)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members == nil {
		r.members = map[member]bool{}
	}
	r.members[m] = true
	m <- fmt.Appendf(nil, "%d here", len(r.members))
	return m
}

// leave ends the member's messages, after those that it has still to take. A
// member may leave twice.
func (r *room) leave(m member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remove(m)
}

func (r *room) remove(m member) {
	if r.members[m] {
		delete(r.members, m)
		close(m)
	}
}

// say gives the message to all but its sender. Who is too far behind leaves.
func (r *room) say(from member, message []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for m := range r.members {
		if m == from {
			continue
		}
		select {
		case m <- message:
		default:
			r.remove(m)
		}
	}
}
