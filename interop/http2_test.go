package interop

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"

	volt "github.com/volt-net/volt/net"
)

// TestHTTP2 posts bodies through one connection at once, between net/http and
// x/net/http2, over TLS.
func TestHTTP2(t *testing.T) {
	l, err := volt.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serverTLS, clientTLS := configs(t, "h2")
	server := &http.Server{
		TLSConfig: serverTLS,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Protocol", r.Proto)
			io.Copy(w, r.Body)
		}),
	}
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(l, "", "") }()

	transport := &http2.Transport{
		TLSClientConfig: clientTLS,
		DialTLSContext: func(ctx context.Context, _, addr string, config *tls.Config) (net.Conn, error) {
			s, err := volt.ConnectContext(ctx, addr)
			if err != nil {
				return nil, err
			}
			c := tls.Client(s, config)
			if err := c.HandshakeContext(ctx); err != nil {
				s.Close()
				return nil, err
			}
			return c, nil
		},
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := post(ctx, &http.Client{Transport: transport}, "https://"+l.Addr().String()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	transport.CloseIdleConnections()
	if err := server.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

func post(ctx context.Context, client *http.Client, url string) error {
	sent := make([]byte, 256<<10)
	rand.Read(sent)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if !bytes.Equal(sent, got) {
		return errors.New("the body came back changed")
	}
	if diff := cmp.Diff("HTTP/2.0", response.Header.Get("Protocol")); diff != "" {
		return fmt.Errorf("protocol (-want +got):\n%s", diff)
	}
	return nil
}
