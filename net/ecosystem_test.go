package net

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	stdnet "net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/nettest"
)

func TestConn(t *testing.T) {
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (c1, c2 stdnet.Conn, stop func(), err error) {
				l, err := Listen(addr)
				if err != nil {
					return nil, nil, nil, err
				}
				defer l.Close()
				client, server, err := connectPair(l)
				if err != nil {
					return nil, nil, nil, err
				}
				return client, server, func() { client.Close(); server.Close() }, nil
			})
		})
	}
}

// serve runs an HTTP server on l for the length of the test.
func serve(t *testing.T, l stdnet.Listener, h http.Handler) {
	t.Helper()
	srv := &http.Server{Handler: h}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		srv.Close()
		if err := soon(t, "http.Serve", done); err != http.ErrServerClosed {
			t.Errorf("Serve returned %v", err)
		}
	})
}

func get(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ourClient is an http.Client that dials with this package.
func ourClient(t *testing.T) *http.Client {
	tr := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (stdnet.Conn, error) {
		c, err := ConnectContext(ctx, addr)
		if err != nil {
			return nil, err
		}
		return c, nil
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

func stdClient(t *testing.T) *http.Client {
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

var hello = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s %s from %v", r.Method, r.URL.Path, r.RemoteAddr != "")
})

const helloAnswer = "GET /x from true"

func TestHTTPServe(t *testing.T) {
	for name, addr := range families(t) {
		t.Run(name, func(t *testing.T) {
			l := mustListen(t, addr)
			serve(t, l, hello)
			url := "http://" + l.LocalAddress().String() + "/x"
			for who, client := range map[string]*http.Client{"their client": stdClient(t), "our client": ourClient(t)} {
				if diff := cmp.Diff(helloAnswer, get(t, client, url)); diff != "" {
					t.Errorf("%s: %s", who, diff)
				}
			}
		})
	}
}

func TestOurClientTheirServer(t *testing.T) {
	l, err := stdnet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, hello)
	if diff := cmp.Diff(helloAnswer, get(t, ourClient(t), "http://"+l.Addr().String()+"/x")); diff != "" {
		t.Error(diff)
	}
}

func TestTLS(t *testing.T) {
	donor := httptest.NewTLSServer(nil) // for its certificate
	defer donor.Close()
	l := mustListen(t, "127.0.0.1:0")
	serve(t, tls.NewListener(l, donor.TLS), hello)
	client := ourClient(t)
	client.Transport.(*http.Transport).TLSClientConfig = donor.Client().Transport.(*http.Transport).TLSClientConfig
	if diff := cmp.Diff(helloAnswer, get(t, client, "https://"+l.LocalAddress().String()+"/x")); diff != "" {
		t.Error(diff)
	}
}

func TestReverseProxy(t *testing.T) {
	back := mustListen(t, "127.0.0.1:0")
	big := strings.Repeat("0123456789abcdef", 1<<14)
	serve(t, back, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, big) }))
	front := mustListen(t, "127.0.0.1:0")
	target, err := url.Parse("http://" + back.LocalAddress().String())
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = ourClient(t).Transport
	serve(t, front, proxy)
	if got := get(t, stdClient(t), "http://"+front.LocalAddress().String()+"/"); got != big {
		t.Errorf("the proxy delivered %d bytes of %d, or others", len(got), len(big))
	}
}
