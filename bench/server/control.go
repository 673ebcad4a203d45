package server

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// Settle is the one thing that a running server can be asked for: it gives
// back memory that it does not need and answers "settled" and how many
// allocations it has made.
const Settle = "settle"

// Run serves, reports the address to out and obeys in until that ends.
func Run(s Server, c Config, in io.Reader, out io.Writer) error {
	failed := make(chan error, 1)
	go func() {
		failed <- s.Serve(c, func(addr string) { fmt.Fprintln(out, "listening", addr) })
	}()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		obey(in, out)
	}()
	select {
	case err := <-failed:
		return err
	case <-ended:
		return nil
	}
}

func obey(in io.Reader, out io.Writer) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if lines.Text() == Settle {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			debug.FreeOSMemory()
			fmt.Fprintln(out, "settled", m.Mallocs)
		}
	}
}
