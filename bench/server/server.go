// Package server has the servers that are compared. All behave the same: they
// write back what they read, or only read; no keep-alive probes, no Nagle
// delay; reads are of at most Config.Buffer bytes.
package server

import (
	"slices"
	"sync"
)

// Config is what a server is started with.
type Config struct {
	Network string // tcp, unix or udp
	Address string // host:port, or the path of the socket
	Buffer  int    // bytes to read at most at once
	Sink    bool   // only read
}

// A Server is one that can be measured.
type Server struct {
	Name, Doc string
	Networks  []string

	// Serve serves until the process ends. It calls listening once, with the
	// address.
	Serve func(c Config, listening func(addr string)) error
}

// Serves reports whether the server knows the network.
func (s Server) Serves(network string) bool { return slices.Contains(s.Networks, network) }

// C is the server written in C, a program of its own.
var C = Server{Name: "c-epoll", Doc: "raw epoll loop in C: the limit", Networks: []string{"tcp", "unix", "udp"}}

// All is every server written in Go, the standard library's first.
func All() []Server { return slices.Concat(portable, loops, system) }

var streams = []string{"tcp", "unix"}

var portable = []Server{
	{Name: "std", Doc: "package net, a goroutine per connection", Networks: []string{"tcp", "unix", "udp"}, Serve: serveStd},
	{Name: "volt-park", Doc: "Volt, a goroutine per connection", Networks: []string{"tcp", "unix", "udp"}, Serve: servePark},
	{Name: "volt-park-readable", Doc: "Volt, a goroutine per connection that waits before it takes a buffer", Networks: streams, Serve: serveReadable},
	{Name: "std-batch", Doc: "x/net/ipv4 ReadBatch and WriteBatch", Networks: []string{"udp"}, Serve: serveStdBatch},
	{Name: "volt-batch", Doc: "Volt, RecvBatch and SendBatch", Networks: []string{"udp"}, Serve: serveVoltBatch},
}

// buffers lends buffers of one size.
type buffers struct{ pool sync.Pool }

func newBuffers(size int) *buffers {
	return &buffers{sync.Pool{New: func() any { b := make([]byte, size); return &b }}}
}

func (b *buffers) borrow() *[]byte    { return b.pool.Get().(*[]byte) }
func (b *buffers) giveBack(p *[]byte) { b.pool.Put(p) }
