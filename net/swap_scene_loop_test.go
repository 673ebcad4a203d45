//go:build swap

package net

import (
	"context"
	"errors"
	"io"
	stdnet "net"
)

// playLoop serves a client of the standard library's, which meets no fault.
func playLoop(p *play) {
	l := p.listens()
	var loop *Loop
	p.do("NewLoop", func() (err error) { loop, err = NewLoop(LoopConfig{Loops: 1}); return err })
	p.opened = append(p.opened, loop)
	for _, serve := range loopStyles {
		p.do("ask", func() error { return askLoop(p, loop, l, serve) })
	}
}

// askLoop has one question echoed, and returns why Serve or the session ended
// before.
func askLoop(p *play, loop *Loop, l *TCPListener, serve func(context.Context, *Loop, Listener, chan<- error) error) error {
	ctx, cancel := context.WithCancel(p.ctx)
	served, ended := make(chan error, 1), make(chan error, 1)
	go func() { served <- serve(ctx, loop, l, ended) }()
	c, err := stdnet.Dial("tcp", at(p, l.LocalAddress).String())
	if err != nil {
		p.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		defer c.Close()
		question := []byte("question")
		_, err := c.Write(question)
		if err == nil {
			_, err = io.ReadFull(c, question)
		}
		answered <- err
	}()
	select {
	case err = <-served:
		c.Close()
		<-answered
		cancel()
		return err
	case err = <-ended:
	case <-p.ctx.Done():
		p.Fatal("nothing ends")
	}
	cancel()
	if e := <-served; err == nil && !errors.Is(e, context.Canceled) {
		err = e
	}
	if e := <-answered; err == nil && e != nil {
		p.Fatalf("the client: %v", e)
	}
	return err
}
