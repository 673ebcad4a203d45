package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	volt "github.com/volt-net/volt/net"
)

func TestCheck(t *testing.T) {
	var out bytes.Buffer
	if err := check(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	var got, want []string
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n")[1:] {
		f := strings.Fields(line)
		got = append(got, strings.Join(f[2:6], " ")+" errors "+f[len(f)-1])
	}
	for _, s := range services {
		for _, f := range families() {
			want = append(want, s.name+" "+f.name+" errors 0")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestServe asks while the server runs, and sees it end without an error.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- serve(ctx, w, "127.0.0.1:0") }()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, url, _ := strings.Cut(strings.TrimSpace(line), " ")

	transport := &http.Transport{DialContext: dialVolt}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if system, _ := volt.Platform(); !strings.Contains(string(body), "from Volt on "+system) {
		t.Errorf("got %q", body)
	}

	cancel()
	if err := <-done; err != nil {
		t.Errorf("after the interrupt: %v", err)
	}
}
