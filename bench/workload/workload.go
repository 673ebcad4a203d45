// Package workload lists what the servers are put to.
package workload

import "time"

// A Kind is how the load generator behaves.
type Kind string

const (
	Closed Kind = "closed" // every connection sends again once it has the answer
	Open   Kind = "open"   // sends by the clock, whether answers come or not
	Bulk   Kind = "bulk"   // writes as fast as the server reads
	Churn  Kind = "churn"  // connects, sends one message, closes
	Idle   Kind = "idle"   // connects and holds
)

// A Workload is one row of the benchmarks.
type Workload struct {
	Name, Title string
	Network     string // tcp, unix or udp
	Kind        Kind
	Conns       int
	Size        int    // bytes per message
	Depth       int    // messages that a connection sends at once
	Rate        int    // messages per second, all connections together; Open only
	Buffer      int    // bytes that the servers read at most
	Windows     int    // how many times the usual window it takes: a turn of many connections is long
	Message     string // what one message is called
}

// Sink reports that the server only reads.
func (w Workload) Sink() bool { return w.Kind == Bulk }

// Interval is the time between two messages of an Open workload.
func (w Workload) Interval() time.Duration { return time.Second / time.Duration(w.Rate) }

// All is every workload, in the order of the tables.
var All = []Workload{
	echo("echo-1", "echo 64 B, 1 connection", 1),
	echo("echo-8", "echo 64 B, 8 connections", 8),
	echo("echo-50", "echo 64 B, 50 connections", 50),
	echo("echo-1000", "echo 64 B, 1000 connections", 1000),
	echo("echo-5000", "echo 64 B, 5000 connections", 5000).lasting(4),
	echo("pipeline", "echo 64 B, 50 connections, 16 at once", 50).deep(16),
	echo("echo-16k", "echo 16 KiB, 50 connections", 50).sized(16 << 10),
	echo("echo-64k", "echo 64 KiB, 50 connections", 50).sized(64 << 10),
	echo("bulk", "one way, 8 connections", 8).sized(64<<10).as(Bulk, "64 KiB"),
	echo("rate", "echo 64 B at 50,000/s, 50 connections", 50).as(Open, "message").paced(50_000),
	echo("churn", "connect, echo 64 B, close; 16 at once", 16).as(Churn, "connection"),
	echo("idle", "10,000 idle connections", 10_000).as(Idle, "connection"),
	echo("unix", "echo 64 B, 50 Unix connections", 50).over("unix", "message"),
	echo("udp", "echo 64 B, 50 UDP clients", 50).over("udp", "datagram"),
}

// echo is the plainest workload; the methods below change one thing each.
func echo(name, title string, conns int) Workload {
	return Workload{
		Name: name, Title: title, Network: "tcp", Kind: Closed, Message: "message",
		Conns: conns, Size: 64, Depth: 1, Windows: 1, Buffer: 4 << 10,
	}
}

func (w Workload) lasting(windows int) Workload { w.Windows = windows; return w }

func (w Workload) deep(n int) Workload { w.Depth = n; return w }

func (w Workload) sized(n int) Workload { w.Size, w.Buffer = n, 64<<10; return w }

func (w Workload) paced(rate int) Workload { w.Rate = rate; return w }

func (w Workload) as(k Kind, message string) Workload { w.Kind, w.Message = k, message; return w }

func (w Workload) over(network, message string) Workload {
	w.Network, w.Message = network, message
	return w
}
