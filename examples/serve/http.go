package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"

	volt "github.com/volt-net/volt/net"
)

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

func voltServesHTTP(ctx context.Context, host string, t *tally) error {
	l, err := volt.Listen(net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	return askHTTP(ctx, l, new(net.Dialer).DialContext, t)
}

func voltAsksHTTP(ctx context.Context, host string, t *tally) error {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	return askHTTP(ctx, l, dialVolt, t)
}

func dialVolt(ctx context.Context, _, addr string) (net.Conn, error) {
	// Not returned in one line: a nil *TCPStream would not be a nil net.Conn.
	s, err := volt.ConnectContext(ctx, addr)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// askHTTP serves net/http on l and asks it with net/http through dial.
func askHTTP(ctx context.Context, l net.Listener, dial dialFunc, t *tally) error {
	server := newHTTPServer()
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()

	transport := &http.Transport{DialContext: dial, MaxIdleConnsPerHost: clients}
	client := &http.Client{Transport: transport}
	url := "http://" + l.Addr().String() + "/echo"
	t.each(func(seed uint64) error { return postAll(ctx, client, url, seed, t) })

	transport.CloseIdleConnections()
	err := server.Shutdown(ctx)
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// postAll posts bodies of random length and wants each back as it was.
func postAll(ctx context.Context, client *http.Client, url string, seed uint64, t *tally) error {
	random := stream(seed)
	for range requests {
		body := message(random)
		got, err := post(ctx, client, url, body)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, body) {
			return fmt.Errorf("posted %d bytes, got %d others back", len(body), len(got))
		}
		t.right(len(got))
	}
	return nil
}

func post(ctx context.Context, client *http.Client, url string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s", response.Status)
	}
	return got, err
}

// stream returns random bytes that are the same for the same seed.
func stream(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}

// message returns up to longest random bytes, at least one.
func message(random *rand.ChaCha8) []byte {
	b := make([]byte, 1+random.Uint64()%longest)
	random.Read(b)
	return b
}
