package net

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
	"github.com/volt-net/volt/platform"
)

// harmless are methods that a closed socket still answers.
var harmless = map[string]bool{
	"LocalAddr": true, "RemoteAddr": true, "Addr": true,
	"LocalAddress": true, "PeerAddress": true,
	"Split": true, "IntoSplit": true,
}

// argument makes a value for a parameter, one that nothing else would refuse.
func argument(t reflect.Type) reflect.Value {
	switch v := reflect.New(t).Interface().(type) {
	case *context.Context:
		return reflect.ValueOf(context.Background())
	case *[]byte:
		return reflect.ValueOf(make([]byte, 8))
	case *[][]byte:
		return reflect.ValueOf([][]byte{make([]byte, 8)})
	case *int:
		return reflect.ValueOf(400)
	case *time.Duration:
		return reflect.ValueOf(time.Second)
	case *time.Time:
		return reflect.ValueOf(time.Now().Add(time.Hour))
	case *ShutdownHow:
		return reflect.ValueOf(ShutdownBoth)
	case *Interest:
		return reflect.ValueOf(Readable)
	case *func(int) error:
		return reflect.ValueOf(func(int) error { return errors.New("called") })
	case *Address:
		return reflect.ValueOf(LoopbackV4(1))
	case *io.Reader:
		return reflect.ValueOf(strings.NewReader("text"))
	case *io.Writer:
		return reflect.ValueOf(io.Discard)
	case *platform.Setting:
		return reflect.ValueOf(sockopt.NoDelay.To(true))
	case *KeepAlive:
		return reflect.ValueOf(KeepAlive{Count: 3})
	default:
		return reflect.ValueOf(v).Elem()
	}
}

// refusals calls every method of s and collects what did not fail with
// ErrClosed. Options that another family has, or values that another option
// takes, may be refused as such.
func refusals(t *testing.T, s any) (odd []string) {
	v := reflect.ValueOf(s)
	for i := range v.NumMethod() {
		name, method := v.Type().Method(i).Name, v.Method(i)
		if harmless[name] {
			continue
		}
		var args []reflect.Value
		for k := range method.Type().NumIn() {
			in := method.Type().In(k)
			if method.Type().IsVariadic() && k == method.Type().NumIn()-1 {
				in = in.Elem()
			}
			args = append(args, argument(in))
		}
		results := method.Call(args)
		err, _ := results[len(results)-1].Interface().(error)
		var r *RangeError
		if !errors.Is(err, ErrClosed) && !errors.Is(err, errors.ErrUnsupported) && !errors.As(err, &r) {
			odd = append(odd, name)
			t.Logf("%s: %v", name, err)
		}
	}
	return odd
}

// TestClosed calls every method of every type after Close.
func TestClosed(t *testing.T) {
	for family, make := range builders(t) {
		for kind, s := range kindsOf(t, family, make) {
			t.Run(family+" "+kind, func(t *testing.T) {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]string(nil), refusals(t, s)); diff != "" {
					t.Errorf("methods that did not fail with ErrClosed:\n%s", diff)
				}
			})
		}
	}
}

// TestUsedUp calls what a builder is for after it was used: it is gone,
// whatever became of it.
func TestUsedUp(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		name string
		use  func(t *testing.T, s *TCPSocket)
	}{
		{"connected", func(t *testing.T, s *TCPSocket) {
			c, err := s.Connect(ctx, mustListen(t, "127.0.0.1:0").LocalAddress())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
		}},
		{"listening", func(t *testing.T, s *TCPSocket) {
			l, err := s.Listen(0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
		}},
		{"refused", func(t *testing.T, s *TCPSocket) {
			_, err := s.Connect(ctx, vacant(t, "127.0.0.1:0"))
			errorIs(t, "Connect", err, ErrRefused)
		}},
		{"bad address", func(t *testing.T, s *TCPSocket) {
			_, err := s.Connect(ctx, LoopbackV4(0))
			errorIs(t, "Connect", err, ErrInvalidAddress)
		}},
		{"bad backlog", func(t *testing.T, s *TCPSocket) { s.Listen(-1) }},
		{"failed ListenOn", func(t *testing.T, s *TCPSocket) {
			_, err := s.ListenOn(parsed("203.0.113.1:0"), 0)
			errorIs(t, "ListenOn", err, ErrAddrNotAvailable)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := builder(t, NewTCPSocketV4)
			tt.use(t, s)
			if diff := cmp.Diff([]string(nil), refusals(t, s)); diff != "" {
				t.Errorf("methods that did not fail with ErrClosed:\n%s", diff)
			}
			errorIs(t, "SetOption", SetOption(s, sockopt.NoDelay, true), ErrClosed)
			_, err := GetOption(s, sockopt.NoDelay)
			errorIs(t, "GetOption", err, ErrClosed)
		})
	}
}
