package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	volt "github.com/volt-net/volt/net"
)

func main() {
	listen := flag.String("listen", "", "serve HTTP on this `address` until interrupted")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *listen != "" {
		err = serve(ctx, os.Stdout, *listen)
	} else {
		err = check(ctx, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

// grace is how long requests that are under way may take to finish.
const grace = 5 * time.Second

// serve answers HTTP on addr until ctx is done, then lets the requests that
// are under way finish.
func serve(ctx context.Context, w io.Writer, addr string) error {
	l, err := volt.Listen(addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "serving http://%s/\n", l.LocalAddress())
	server := newHTTPServer()
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	err = server.Shutdown(last)
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// newHTTPServer greets on / and returns what is posted to /echo.
func newHTTPServer() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		system, poller := volt.Platform()
		fmt.Fprintf(w, "Hello, %s, from Volt on %s/%s with %s.\n", r.RemoteAddr, system, runtime.GOARCH, poller)
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		// Read all before answering: HTTP/1 clients may send first, read later.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Write(body)
	})
	return &http.Server{Handler: mux, ReadHeaderTimeout: grace}
}
