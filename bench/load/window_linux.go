package load

import (
	"time"

	"github.com/volt-net/volt/bench/stat"
)

// window counts messages, and remembers those between open and close.
type window struct {
	pid      int
	opened   bool
	from     int64 // Open only: messages due since then count
	all      int
	latency  stat.Histogram
	messages int
	lost     int // Open only
	cpu, own time.Duration
	at       int64
	result   Result
}

// count notes messages that were answered together.
func (w *window) count(n int, latency int64) {
	w.all += n
	if w.opened {
		w.messages += n
		w.latency.Record(latency)
	}
}

// answer notes a message that was due at one time and answered at another.
func (w *window) answer(due, at int64) {
	w.all++
	if due >= w.from {
		w.messages++
		w.latency.Record(at - due)
	}
}

func (w *window) open() (err error) {
	if w.cpu, w.own, err = cpuTimes(w.pid); err != nil {
		return err
	}
	w.at, w.opened = now(), true
	return nil
}

func (w *window) close() error {
	cpu, own, err := cpuTimes(w.pid)
	if err != nil {
		return err
	}
	w.opened = false
	w.result = Result{Messages: w.messages, Lost: w.lost, Elapsed: time.Duration(now() - w.at), CPU: cpu - w.cpu, OwnCPU: own - w.own}
	return nil
}

// finish returns the result, with the latencies recorded until now.
func (w *window) finish() Result {
	r := w.result
	r.All = w.all
	r.P50 = time.Duration(w.latency.Quantile(.5))
	r.P99 = time.Duration(w.latency.Quantile(.99))
	r.P999 = time.Duration(w.latency.Quantile(.999))
	return r
}

var start = time.Now()

// now is a monotonic clock in nanoseconds.
func now() int64 { return int64(time.Since(start)) }
