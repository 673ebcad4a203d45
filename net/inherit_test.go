package net

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// valuesOf are what to set an option to; of a bool both, as its default may
// be either.
func valuesOf(i *platform.OptionInfo) []platform.Value {
	if i.Wire == platform.CBool {
		return []platform.Value{{Int: 0}, {Int: 1}}
	}
	return []platform.Value{i.SampleIn(sockopt.Row(i))}
}

// value reads an option as its setter takes it.
func value(t *testing.T, d *desc, i *platform.OptionInfo) platform.Value {
	t.Helper()
	v, row, err := d.getValue(i)
	if err != nil {
		t.Fatalf("%s: %v", i.Name, err)
	}
	return row.Normalise(v, d.kind)
}

// TestB34Inherit: an accepted stream has what was set on its listener, before
// or after Listen. Of buffers it has at least that.
func TestB34Inherit(t *testing.T) {
	for family, make := range builders(t) {
		for _, i := range platform.AllOptions {
			if !i.Restored || i.SetOn&platform.TCPListener == 0 {
				continue
			}
			for n, v := range valuesOf(i) {
				t.Run(i.Name+" "+family+" "+[]string{"a", "b"}[n], func(t *testing.T) {
					s := builder(t, make)
					if !fits(s.d, i) {
						t.Skip("not an option here")
					}
					mustSet(t, s.d, i, v)
					l, err := s.ListenOn(loopbackOf(family), 0)
					if err != nil {
						t.Fatal(err)
					}
					defer l.Close()
					inherits(t, l, i, v)
				})
			}
			t.Run(i.Name+" "+family+" set on the listener", func(t *testing.T) {
				l, err := builder(t, make).ListenOn(loopbackOf(family), 0)
				if err != nil {
					t.Fatal(err)
				}
				defer l.Close()
				if !fits(l.d, i) {
					t.Skip("not an option here")
				}
				for _, v := range valuesOf(i) {
					mustSet(t, l.d, i, v)
					inherits(t, l, i, v)
				}
			})
		}
	}
}

// mustSet sets an option, or skips the test where this machine or process
// lacks what the option needs.
func mustSet(t *testing.T, d *desc, i *platform.OptionInfo, v platform.Value) {
	t.Helper()
	err := d.setValue(i, v)
	if err != nil && lacking(i, err) {
		t.Skipf("it needs %s: %v", sockopt.Row(i).Needs, err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func inherits(t *testing.T, l *TCPListener, i *platform.OptionInfo, want platform.Value) {
	t.Helper()
	if diff := cmp.Diff(want, value(t, l.d, i)); diff != "" {
		t.Errorf("on the listener itself, B35 (-want +got):\n%s", diff)
	}
	client, server, err := connectPair(l)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	defer server.Close()
	if i == sockopt.Linger.Option.Info() {
		defer server.SetLinger(-1)
	}
	got := value(t, server.d, i)
	buffer := i == sockopt.SendBuffer.Option.Info() || i == sockopt.RecvBuffer.Option.Info()
	if buffer && got.Int >= want.Int {
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("on the accepted stream (-want +got):\n%s", diff)
	}
}

func TestDefaults(t *testing.T) {
	for family, make := range builders(t) {
		for kind, s := range kindsOf(t, family, make) {
			if kind == "socket" {
				continue // whose turn comes with Connect or Listen
			}
			noDelay, err := GetOption(s, sockopt.NoDelay)
			if err != nil {
				t.Fatal(err)
			}
			alive, err := GetOption(s, sockopt.KeepAlive)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]bool{true, false}, []bool{noDelay, alive}); diff != "" {
				t.Errorf("%s %s: NoDelay, KeepAlive (-want +got):\n%s", family, kind, diff)
			}
		}
	}
}

// TestB22AfterTheEnd: options of a connection that is over work or say so.
func TestB22AfterTheEnd(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(t *testing.T, s, peer *TCPStream)
	}{
		{"reset", func(t *testing.T, s, peer *TCPStream) {
			peer.Abort()
			s.SetReadDeadline(time.Now().Add(patience))
			s.Read(make([]byte, 1))
		}},
		{"both ended", func(t *testing.T, s, peer *TCPStream) {
			s.CloseWrite()
			readAll(t, peer)
			peer.Close()
			readAll(t, s)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			tt.end(t, s, peer)
			for _, i := range platform.AllOptions {
				if i.ReadOnly || i.SetOn&platform.TCPStream == 0 || !fits(s.d, i) {
					continue
				}
				for _, v := range valuesOf(i) {
					if err := s.d.setValue(i, v); err != nil && !isReset(err) && !lacking(i, err) {
						t.Errorf("setting %s: %v", i.Name, err)
					}
				}
				if i.WriteOnly {
					continue
				}
				if _, _, err := s.d.getValue(i); err != nil && !isReset(err) && !lacking(i, err) {
					t.Errorf("reading %s: %v", i.Name, err)
				}
			}
			s.SetLinger(-1)
		})
	}
}

// TestB6CloseWithLinger: Close does not wait for a peer that does not read.
func TestB6CloseWithLinger(t *testing.T) {
	for _, linger := range []time.Duration{-1, time.Second, 5 * time.Second} {
		t.Run(linger.String(), func(t *testing.T) {
			s, peer := pair(t, "127.0.0.1:0")
			if err := s.SetLinger(linger); err != nil {
				t.Fatal(err)
			}
			fill(t, s)
			fd := number(s)
			began := time.Now()
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > promptly() {
				t.Errorf("Close took %v", took)
			}
			peer.Abort() // which ends what waits behind Close
			until(t, "the descriptor closes", func() bool { return !isSocket(fd) })
		})
	}
}

// TestB6LingerGetsItOut: what was written before Close arrives.
func TestB6LingerGetsItOut(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	if err := s.SetLinger(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	n, fd := fill(t, s), number(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(n, len(readAll(t, peer))); diff != "" {
		t.Errorf("bytes (-written +read):\n%s", diff)
	}
	until(t, "the descriptor closes", func() bool { return !isSocket(fd) })
}

// TestB6LingerZero: closing throws away and resets.
func TestB6LingerZero(t *testing.T) {
	s, peer := pair(t, "127.0.0.1:0")
	if err := s.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if diff := cmp.Diff([]string{"reset", "EOF"}, readEnds(peer, 2)); diff != "" {
		t.Errorf("the peer reads (-want +got):\n%s", diff)
	}
}
