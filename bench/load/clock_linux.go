package load

import (
	"errors"
	"fmt"

	"github.com/volt-net/volt/bench/raw"
)

var errBehind = errors.New("the server does not keep up with the rate")

// byTheClock sends every message when it is due, whatever has been answered,
// and counts its latency from then: a server that stands still for a moment is
// charged for all that would have come meanwhile.
func (g *Generator) byTheClock() error {
	interval := int64(g.Workload.Interval())
	due := now() + interval
	g.from = due + int64(g.Warmup)
	end := g.from + int64(g.Window)
	for _, c := range g.conns {
		c.due = newRing(1 << 10)
	}
	sent := 0
	for next := 0; due < end; next++ {
		if err := g.hear(due); err != nil {
			return err
		}
		if due >= g.from {
			sent++
		}
		if due >= g.from && !g.opened {
			if err := g.open(); err != nil {
				return err
			}
		}
		if err := g.send(g.conns[next%len(g.conns)], due); err != nil {
			return err
		}
		due += interval
	}
	if err := g.drain(sent); err != nil {
		return err
	}
	g.lost = sent - g.messages
	return g.close()
}

func (g *Generator) send(c *conn, due int64) error {
	if !c.due.push(due) {
		return errBehind
	}
	n, errno := raw.Write(c.fd, g.batch)
	if errno != 0 {
		return fmt.Errorf("write: %w", errno)
	}
	if n < len(g.batch) {
		return errBehind
	}
	return nil
}

// hear handles answers until it is time for the next message.
func (g *Generator) hear(until int64) error {
	for {
		n, err := g.wait(0)
		if err != nil {
			return err
		}
		if err := g.each(n, g.answered); err != nil {
			return err
		}
		if now() >= until {
			return nil
		}
	}
}

func (g *Generator) answered(c *conn, _ uint32) error {
	n, err := g.receive(c)
	if err != nil {
		return err
	}
	at := now()
	for c.got += n; c.got >= g.Workload.Size; c.got -= g.Workload.Size {
		g.answer(c.due.pop(), at)
	}
	return nil
}

// drain waits, within bounds, for the answers to what was sent.
func (g *Generator) drain(sent int) error {
	for end := now() + patienceSeconds*1e9; g.messages < sent && now() < end; {
		if err := g.hear(0); err != nil {
			return err
		}
	}
	return nil
}
