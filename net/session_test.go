package net

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
)

// TestSessionCalls is the order of the callbacks of a session that talks, and
// is ended by its peer.
func TestSessionCalls(t *testing.T) {
	calls := make(chan string, 10)
	attach(t, LoopConfig{}, hooks{
		opened: func(s *Session) { calls <- "opened"; s.Write([]byte("hello")) },
		data:   func(s *Session, p []byte) { calls <- "data " + string(p); s.Write([]byte("bye")) },
		closed: func(s *Session, err error) {
			_, werr := s.Write([]byte("too late"))
			errorIs(t, "Write in Closed", werr, ErrClosed)
			errorIs(t, "Read in Closed", second(s.Read(make([]byte, 1))), ErrClosed)
			errorIs(t, "SetOption in Closed", SetOption(s, sockopt.SendBuffer, 1<<16), ErrClosed)
			calls <- "closed"
		},
	}, func(t *testing.T, a attached) {
		got := make([]byte, 8)
		io.ReadFull(a.peer, got[:5])
		a.peer.Write([]byte("question"))
		io.ReadFull(a.peer, got[5:])
		a.peer.Close()
		errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
		if diff := cmp.Diff("hellobye", string(got)); diff != "" {
			t.Error(diff)
		}
		want := []string{"opened", "data question", "closed"}
		var have []string
		for range want {
			have = append(have, soon(t, "a call", calls))
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}

// TestSessionClosesItself in each of its callbacks, in each of the ways.
func TestSessionClosesItself(t *testing.T) {
	ways := map[string]struct {
		end  func(*Session)
		want error
	}{
		"CloseAfterFlush": {(*Session).CloseAfterFlush, nil},
		"Close":           {func(s *Session) { s.Close() }, nil},
		"Abort":           {(*Session).Abort, ErrClosed},
		"all":             {func(s *Session) { s.Close(); s.CloseAfterFlush(); s.Abort(); s.Abort() }, ErrClosed},
	}
	for name, way := range ways {
		tight := LoopConfig{HighWater: minBuffer}
		full := func(s *Session) {
			for s.Buffered() < minBuffer {
				s.Write(make([]byte, 1<<20))
			}
		}
		callbacks := map[string]Handler{
			"Opened":   hooks{opened: way.end},
			"Data":     hooks{data: func(s *Session, _ []byte) { way.end(s) }},
			"Writable": hooks{opened: full, writable: way.end},
			"Closed":   hooks{data: func(s *Session, _ []byte) { way.end(s) }, closed: func(s *Session, _ error) { way.end(s) }},
			"Ended":    endHooks{ended: way.end},
			"a timer":  hooks{opened: func(s *Session) { s.AfterFunc(0, func() { way.end(s) }) }},
			"a post":   hooks{opened: func(s *Session) { s.Post(func() { way.end(s) }) }},
		}
		for callback, h := range callbacks {
			t.Run(name+" in "+callback, func(t *testing.T) {
				attach(t, tight, h, func(t *testing.T, a attached) {
					switch callback {
					case "Data", "Closed":
						a.peer.Write([]byte{1})
					case "Ended":
						a.peer.(interface{ CloseWrite() error }).CloseWrite()
					case "Writable":
						on(t, a.Session, func() {}) // it is full now
						go io.Copy(io.Discard, a.peer)
					}
					errorIs(t, "Closed", soon(t, "Closed", a.end), way.want)
					until(t, "no session is left", func() bool { return a.w.loop.Sessions() == 0 })
				})
			})
		}
	}
}

// TestSessionHighWater: a peer that takes nothing fills the queue and no more,
// and all that was accepted arrives in order.
func TestSessionHighWater(t *testing.T) {
	const mark = 100 << 10
	writable := make(chan int, 1)
	attach(t, LoopConfig{HighWater: mark}, hooks{
		writable: func(s *Session) { writable <- s.Buffered() },
	}, func(t *testing.T, a attached) {
		var sent bytes.Buffer
		on(t, a.Session, func() {
			for i, size := 0, 0; ; i++ {
				size = 1 + (i*7919)%9000
				p := bytes.Repeat([]byte{byte(i)}, size)
				n, err := a.Write(p)
				sent.Write(p[:n])
				if a.Buffered() > mark {
					t.Errorf("%d bytes in the queue", a.Buffered())
				}
				if err != nil {
					errorIs(t, "Write", err, ErrHighWater)
					errorIs(t, "Write", err, ErrWouldBlock)
					errorIs(t, "Write, again", second(a.Write(p)), ErrHighWater)
					return
				}
			}
		})
		select {
		case <-writable:
			t.Error("Writable before there is room")
		default:
		}
		got := make([]byte, sent.Len())
		if _, err := io.ReadFull(a.peer, got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(sent.Bytes(), got) {
			t.Error("what arrived is not what was written")
		}
		if n := soon(t, "Writable", writable); n > mark/2 {
			t.Errorf("Writable with %d bytes in the queue", n)
		}
	})
}

// TestSessionFlushes what is queued before it closes, however long that takes.
func TestSessionFlushes(t *testing.T) {
	want := payload(600 << 10)
	attach(t, LoopConfig{}, hooks{opened: func(s *Session) {
		if n, err := s.Write(want); n != len(want) || err != nil {
			t.Errorf("Write: %d, %v", n, err)
		}
		s.CloseAfterFlush()
		errorIs(t, "Write after", second(s.Write([]byte{1})), ErrClosed)
	}}, func(t *testing.T, a attached) {
		got, err := io.ReadAll(a.peer)
		if err != nil || !bytes.Equal(want, got) {
			t.Errorf("%d bytes arrived, %v", len(got), err)
		}
		errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
	})
}

// TestSessionHalfClose: either side ends its direction first, and the other
// still has something to say.
func TestSessionHalfClose(t *testing.T) {
	t.Run("the peer", func(t *testing.T) {
		attach(t, LoopConfig{}, endHooks{ended: func(s *Session) {
			s.Write([]byte("answer"))
			s.CloseAfterFlush()
		}}, func(t *testing.T, a attached) {
			a.peer.Write([]byte("question"))
			a.peer.(interface{ CloseWrite() error }).CloseWrite()
			got, err := io.ReadAll(a.peer)
			if diff := cmp.Diff("answer", string(got)); diff != "" || err != nil {
				t.Error(diff, err)
			}
			errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
		})
	})
	t.Run("the session", func(t *testing.T) {
		heard := make(chan string, 1)
		attach(t, LoopConfig{}, hooks{
			opened: func(s *Session) {
				s.Write([]byte("question"))
				s.CloseWrite()
				errorIs(t, "Write after", second(s.Write([]byte{1})), ErrClosed)
			},
			data: func(s *Session, p []byte) { heard <- string(p) },
		}, func(t *testing.T, a attached) {
			got, err := io.ReadAll(a.peer)
			if diff := cmp.Diff("question", string(got)); diff != "" || err != nil {
				t.Error(diff, err)
			}
			a.peer.Write([]byte("answer"))
			if diff := cmp.Diff("answer", soon(t, "Data", heard)); diff != "" {
				t.Error(diff)
			}
			a.peer.Close()
			errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
		})
	})
}

// TestC29SessionReset: a reset is an error on every system, whether a read or a
// write meets it; what came before is delivered.
func TestC29SessionReset(t *testing.T) {
	for name, busy := range map[string]bool{"reading": false, "writing": true} {
		t.Run(name, func(t *testing.T) {
			client, server := pair(t, "127.0.0.1:0")
			end := make(chan error, 1)
			loop := looping(t, LoopConfig{HighWater: minBuffer})
			fill := func(s *Session) {
				if busy {
					for s.Buffered() < minBuffer {
						s.Write(make([]byte, 1<<20))
					}
				}
			}
			s := attachOne(t, loop, server, hooks{opened: fill}, end)
			on(t, s, func() {})
			client.Abort()
			err := soon(t, "Closed", end)
			errorIs(t, "Closed", err, ErrReset)
			if opOf(err) == "" {
				t.Errorf("%v has no operation", err)
			}
			if s.PeerAddress() != client.LocalAddress() { // C36
				t.Errorf("the peer was %v", s.PeerAddress())
			}
		})
	}
}

// TestSessionAbort tells a TCP peer by a reset, and throws away what is queued.
func TestSessionAbort(t *testing.T) {
	attach(t, LoopConfig{}, hooks{}, func(t *testing.T, a attached) {
		on(t, a.Session, func() { a.Write([]byte("never sent")); a.Abort() })
		errorIs(t, "Closed", soon(t, "Closed", a.end), ErrClosed)
		got, err := io.ReadAll(a.peer)
		if a.tcp != nil {
			errorIs(t, "Read", err, ErrReset)
		}
		if diff := cmp.Diff("", string(got)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSessionClosedElsewhere closes the stream of a session under it.
func TestSessionClosedElsewhere(t *testing.T) {
	for range 50 {
		client, server := pair(t, "127.0.0.1:0")
		end := make(chan error, 1)
		attachOne(t, looping(t, LoopConfig{}), server, echoes{}, end)
		errorIs(t, "Close", server.Close(), nil)
		errorIs(t, "Closed", soon(t, "Closed", end), ErrClosed)
		client.SetDeadline(time.Now().Add(patience))
		errorIs(t, "Read", second(client.Read(make([]byte, 1))), io.EOF)
		errorIs(t, "Close again", server.Close(), ErrClosed)
	}
}

// TestSessionClosesStream: a handler may close the stream that it was given.
func TestSessionClosesStream(t *testing.T) {
	_, server := pair(t, "127.0.0.1:0")
	end := make(chan error, 1)
	attachOne(t, looping(t, LoopConfig{}), server, hooks{opened: func(*Session) {
		errorIs(t, "Close", server.Close(), nil)
	}}, end)
	errorIs(t, "Closed", soon(t, "Closed", end), ErrClosed)
}

// TestSessionCloseOften: however often Close is called, it is one letter.
func TestSessionCloseOften(t *testing.T) {
	attach(t, LoopConfig{Loops: 1}, NopHandler{}, func(t *testing.T, a attached) {
		on(t, a.Session, func() {
			for range 1000 {
				if err := a.Session.Close(); err != nil {
					t.Error(err)
					return
				}
			}
			m := &a.Session.w.mail
			m.mu.Lock()
			defer m.mu.Unlock()
			if len(m.list) != 1 {
				t.Errorf("%d letters", len(m.list))
			}
		})
		errorIs(t, "Closed", soon(t, "Closed", a.end), nil)
	})
}
