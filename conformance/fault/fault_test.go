package fault_test

import (
	"encoding/binary"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/volt-net/volt/conformance/fault"
	"github.com/volt-net/volt/platform"
)

// calm is a backend in which everything works and nothing is real.
type calm struct {
	platform.Unimplemented
	next     platform.FD
	connects int
	reading  func() // called in the midst of Read
	poller   *calmPoller
}

var calmTraits = &platform.Traits{
	ShortReadDrains: true,
	Options:         make([]platform.OptionRow, len(platform.AllOptions)),
}

func init() {
	for i := range calmTraits.Options {
		calmTraits.Options[i].Level, calmTraits.Options[i].Name = 1, i
	}
}

func (c *calm) open() platform.FD { c.next++; return c.next + 2 }

func (c *calm) Traits() *platform.Traits { return calmTraits }
func (c *calm) Socket(platform.Family, platform.Kind) (platform.FD, error) {
	return c.open(), nil
}
func (c *calm) SocketPair(platform.Kind) (platform.FD, platform.FD, error) {
	return c.open(), c.open(), nil
}
func (c *calm) Dup(platform.FD) (platform.FD, error) { return c.open(), nil }
func (c *calm) Accept(platform.FD) (platform.FD, platform.Addr, error) {
	return c.open(), platform.Addr{Family: platform.Inet4}, nil
}
func (c *calm) Close(platform.FD) error                  { return nil }
func (c *calm) CloseNow(platform.FD) error               { return nil }
func (c *calm) Connect(platform.FD, platform.Addr) error { c.connects++; return nil }
func (c *calm) Read(_ platform.FD, p []byte) (int, error) {
	if c.reading != nil {
		c.reading()
	}
	return len(p), nil
}
func (c *calm) Write(_ platform.FD, p []byte) (int, error)   { return len(p), nil }
func (c *calm) ReadV(_ platform.FD, b [][]byte) (int, error) { return total(b), nil }
func (c *calm) SetOption(platform.FD, int, int, []byte) error {
	return nil
}
func (c *calm) GetOption(_ platform.FD, _, _ int, v []byte) (int, error) {
	clear(v)
	return len(v), nil
}
func (c *calm) NewPoller() (platform.Poller, error) {
	c.poller = &calmPoller{}
	return c.poller, nil
}

func total(bufs [][]byte) (n int) {
	for _, b := range bufs {
		n += len(b)
	}
	return n
}

// calmPoller reports, once, what it is told to.
type calmPoller struct {
	events []platform.Event
	wakes  int
}

func (p *calmPoller) FD() platform.FD               { return 99 }
func (p *calmPoller) Add(platform.FD, uint32) error { return nil }
func (p *calmPoller) Remove(platform.FD) error      { return nil }
func (p *calmPoller) Wake() error                   { p.wakes++; return nil }
func (p *calmPoller) Close() error                  { return nil }
func (p *calmPoller) Wait(events []platform.Event, _ time.Duration) (int, error) {
	n := copy(events, p.events)
	p.events = p.events[n:]
	return n, nil
}

func reset(c fault.Call, w fault.When) fault.Rule {
	return fault.Rule{Call: c, When: w, Fault: fault.Fail(syscall.ECONNRESET)}
}

func TestWhen(t *testing.T) {
	tests := []struct {
		name string
		when fault.When
		want string // x fails
	}{
		{"always", nil, "xxxxxx"},
		{"first", fault.First(2), "xx...."},
		{"nth", fault.Nth(2), ".x...."},
		{"from", fault.From(5), "....xx"},
		{"every", fault.Every(3), "..x..x"},
		{"never", fault.Sometimes(1, 0), "......"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := fault.New(&calm{})
			rule := b.Inject(reset(fault.Read, tt.when))
			got, fired := "", 0
			for range 6 {
				if _, err := b.Read(3, make([]byte, 1)); err != nil {
					got += "x"
					fired++
					continue
				}
				got += "."
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]int{6, fired}, []int{b.Count(fault.Read), rule.Fired()}); diff != "" {
				t.Errorf("count and fired (-want +got):\n%s", diff)
			}
			b.Reset()
			if _, err := b.Read(3, make([]byte, 1)); err != nil {
				t.Errorf("after Reset: %v", err)
			}
		})
	}
}

func TestSometimesRepeats(t *testing.T) {
	one, two := fault.Sometimes(7, 50), fault.Sometimes(7, 50)
	hits := 0
	for n := range 1000 {
		hit := one(n)
		if hit != two(n) {
			t.Fatalf("occurrence %d differs", n)
		}
		if hit {
			hits++
		}
	}
	if hits < 400 || hits > 600 {
		t.Errorf("%d of 1000 at 50 %%", hits)
	}
}

func TestFail(t *testing.T) {
	b := fault.New(&calm{})
	b.Inject(fault.Rule{Call: fault.Accept, Fault: fault.Fail(syscall.EMFILE)})
	fd, addr, err := b.Accept(3)
	var call *os.SyscallError
	if !errors.As(err, &call) || call.Syscall != "accept" || call.Err != syscall.EMFILE {
		t.Errorf("error %#v", err)
	}
	if diff := cmp.Diff([]any{platform.NoFD, platform.Addr{}}, []any{fd, addr}); diff != "" {
		t.Errorf("beside the error (-want +got):\n%s", diff)
	}
	b.Inject(fault.Rule{Call: fault.Read, Fault: fault.WouldBlock()})
	if n, err := b.Read(3, make([]byte, 5)); n != 0 || err != platform.ErrWouldBlock {
		t.Errorf("Read: %d, %v", n, err)
	}
}

func TestSelection(t *testing.T) {
	b := fault.New(&calm{})
	linger := platform.Linger.Info()
	b.Inject(fault.Rule{Call: fault.SetOption, Option: linger, Fault: fault.Fail(syscall.EINVAL)})
	b.Inject(fault.Rule{Call: fault.Write, FD: 4, Fault: fault.Fail(syscall.EPIPE)})
	other := b.SetOption(3, 1, int(linger.ID)+1, nil)
	_, e3 := b.Write(3, nil)
	_, e4 := b.Write(4, nil)
	got := []error{b.SetOption(3, 1, int(linger.ID), nil), other, e3, e4}
	if diff := cmp.Diff([]error{syscall.EINVAL, nil, nil, syscall.EPIPE}, got, cmpopts.EquateErrors()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestAtMost(t *testing.T) {
	b := fault.New(&calm{})
	if !b.Traits().ShortReadDrains {
		t.Fatal("a short read must drain at first")
	}
	b.Inject(fault.Rule{Call: fault.Read, Fault: fault.AtMost(2)})
	b.Inject(fault.Rule{Call: fault.ReadV, Fault: fault.AtMost(4)})
	one, _ := b.Read(3, make([]byte, 10))
	bufs := [][]byte{make([]byte, 3), nil, make([]byte, 3)}
	many, _ := b.ReadV(3, bufs)
	if diff := cmp.Diff([]int{2, 4, 3, 3}, []int{one, many, len(bufs[0]), len(bufs[2])}); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
	if b.Traits().ShortReadDrains {
		t.Error("a short read is said to drain")
	}
	b.Reset()
	if !b.Traits().ShortReadDrains {
		t.Error("Reset does not restore the traits")
	}
}

func TestProblems(t *testing.T) {
	tests := []struct {
		name string
		do   func(*fault.Backend)
		want []string
	}{
		{"nothing", func(*fault.Backend) {}, nil},
		{"closed", func(b *fault.Backend) { fd, _ := b.Socket(0, 0); b.Close(fd) }, nil},
		{"socket left", func(b *fault.Backend) { b.Socket(0, 0) }, []string{"3 from Socket: not closed"}},
		{"pair left", func(b *fault.Backend) { b.SocketPair(0) },
			[]string{"3 from SocketPair: not closed", "4 from SocketPair: not closed"}},
		{"accepted left", func(b *fault.Backend) { b.Accept(77) }, []string{"3 from Accept: not closed"}},
		{"dup left", func(b *fault.Backend) { b.Dup(77) }, []string{"3 from Dup: not closed"}},
		{"poller left", func(b *fault.Backend) { b.NewPoller() }, []string{"99 from NewPoller: not closed"}},
		{"poller closed", func(b *fault.Backend) { p, _ := b.NewPoller(); p.Close() }, nil},
		{"given away", func(b *fault.Backend) { fd, _ := b.Dup(77); b.Forget(fd) }, nil},
		{"closed twice", func(b *fault.Backend) { fd, _ := b.Socket(0, 0); b.Close(fd); b.Close(fd) },
			[]string{"3 from Socket: closed twice"}},
		{"used after", func(b *fault.Backend) { fd, _ := b.Socket(0, 0); b.Close(fd); b.Write(fd, nil) },
			[]string{"3 from Socket: Write after it was closed"}},
		{"not made here", func(b *fault.Backend) { b.Write(77, nil); b.Close(77); b.Close(77) }, nil},
		{"failed", func(b *fault.Backend) { b.Inject(reset(fault.Socket, nil)); b.Socket(0, 0) }, nil},
		{"close that fails", func(b *fault.Backend) {
			b.Inject(reset(fault.Close, nil))
			fd, _ := b.Socket(0, 0)
			b.Close(fd)
		}, nil},
		{"dropped", func(b *fault.Backend) {
			b.Inject(fault.Rule{Call: fault.Accept, Fault: fault.Drop(syscall.EMFILE)})
			b.Accept(77)
		}, nil},
		{"before Reset", func(b *fault.Backend) { b.Socket(0, 0); b.NewPoller(); b.Reset() }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := fault.New(&calm{})
			tt.do(b)
			if diff := cmp.Diff(tt.want, b.Problems()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestClosedInUse closes a descriptor that a read is under way on.
func TestClosedInUse(t *testing.T) {
	real := &calm{}
	b := fault.New(real)
	fd, _ := b.Socket(0, 0)
	real.reading = func() { b.Close(fd) }
	b.Read(fd, nil)
	if diff := cmp.Diff([]string{"3 from Socket: closed while in use"}, b.Problems()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestConnect holds up connects and asks for their outcome.
func TestConnect(t *testing.T) {
	row := platform.PendingError.Info().Row(calmTraits.Options)
	tests := []struct {
		name     string
		fault    fault.Fault
		want     []syscall.Errno // of the questions that follow
		connects int             // that reach the kernel
	}{
		{"late", fault.Late(syscall.ETIMEDOUT), []syscall.Errno{syscall.ETIMEDOUT, 0}, 0},
		{"slow", fault.Slow(2), []syscall.Errno{0, 0, 0, 0}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			real := &calm{}
			b := fault.New(real)
			b.Inject(fault.Rule{Call: fault.Connect, Fault: tt.fault})
			if err := b.Connect(3, platform.Addr{}); err != platform.ErrInProgress {
				t.Fatalf("Connect: %v", err)
			}
			var got []syscall.Errno
			for range tt.want {
				v := make([]byte, 4)
				if n, err := b.GetOption(3, row.Level, row.Name, v); n != 4 || err != nil {
					t.Fatalf("GetOption: %d, %v", n, err)
				}
				got = append(got, syscall.Errno(binary.NativeEndian.Uint32(v)))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.connects, real.connects); diff != "" {
				t.Errorf("connects (-want +got):\n%s", diff)
			}
		})
	}
}
