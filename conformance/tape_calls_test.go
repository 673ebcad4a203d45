package conformance_test

import (
	"net/netip"
	"time"

	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
)

// tapeCase is one call on a recorder. It returns what it made, which is to be
// closed, and its error.
type tapeCase struct {
	name string
	run  func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error)
}

// onFD is a case about a descriptor that is open already.
func onFD(name string, run func(b platform.Backend, fd platform.FD) error) tapeCase {
	return tapeCase{name, func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
		return nil, run(b, r.Give())
	}}
}

// scripted is onFD with answers to one function.
func scripted(name, function string, run func(b platform.Backend, fd platform.FD) error, answers ...tape.Result) tapeCase {
	return tapeCase{name, func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
		r.Script(function, answers...)
		return nil, run(b, r.Give())
	}}
}

var (
	tape4 = tapeAddr("192.0.2.1:8080")
	tape6 = tapeAddr("[fe80::1]:8080")
)

// tapeAddr puts a scope on IPv6 addresses, where a layout can be wrong.
func tapeAddr(text string) platform.Addr {
	ap := netip.MustParseAddrPort(text)
	a := platform.Addr{Family: platform.Inet4, Port: ap.Port()}
	copy(a.IP[:], ap.Addr().AsSlice())
	if ap.Addr().Is6() {
		a.Family, a.Scope = platform.Inet6, 7
	}
	return a
}

// tapeCases is every call of the contract but the options, which have a table
// of their own.
func tapeCases() []tapeCase {
	cases := []tapeCase{}
	for _, family := range []platform.Family{platform.Inet4, platform.Inet6, platform.Unix} {
		for _, kind := range []platform.Kind{platform.Stream, platform.Datagram} {
			cases = append(cases, tapeCase{"Socket " + family.String() + " " + kind.String(),
				func(b platform.Backend, _ *tape.Recorder) ([]platform.FD, error) {
					fd, err := b.Socket(family, kind)
					return []platform.FD{fd}, err
				}})
		}
	}
	cases = append(cases, tapeDescriptors()...)
	for _, a := range []struct {
		name string
		addr platform.Addr
	}{
		{"IPv4", tape4}, {"IPv6", tape6},
		{"Unix", platform.Addr{Family: platform.Unix, Path: "/run/volt"}},
		{"unnamed", platform.Addr{Family: platform.Unix}},
		{"none", platform.Addr{}},
	} {
		cases = append(cases,
			onFD("Bind "+a.name, func(b platform.Backend, fd platform.FD) error { return b.Bind(fd, a.addr) }),
			onFD("Connect "+a.name, func(b platform.Backend, fd platform.FD) error { return b.Connect(fd, a.addr) }))
	}
	for _, h := range []struct {
		name string
		how  platform.How
	}{{"read", platform.ShutRead}, {"write", platform.ShutWrite}, {"both", platform.ShutBoth}} {
		cases = append(cases, onFD("Shutdown "+h.name, func(b platform.Backend, fd platform.FD) error { return b.Shutdown(fd, h.how) }))
	}
	cases = append(cases, tapeTransfers()...)
	cases = append(cases, tapeFiles()...)
	cases = append(cases, tapeBatches()...)
	cases = append(cases, tapeUnix()...)
	return append(cases, tapePollers()...)
}

// tapeDescriptors is what makes, marks and ends descriptors.
func tapeDescriptors() []tapeCase {
	accept := func(name string, answer tape.Result) tapeCase {
		return tapeCase{name, func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
			r.Script("accept", answer)
			r.Script("accept4", answer)
			fd, _, err := b.Accept(r.Give())
			if err != nil {
				return nil, err
			}
			return []platform.FD{fd}, nil
		}}
	}
	pair := func(kind platform.Kind) tapeCase {
		return tapeCase{"SocketPair " + kind.String(), func(b platform.Backend, _ *tape.Recorder) ([]platform.FD, error) {
			one, two, err := b.SocketPair(kind)
			return []platform.FD{one, two}, err
		}}
	}
	closing := func(name string, do func(platform.Backend, platform.FD) error) tapeCase {
		return tapeCase{name, func(b platform.Backend, _ *tape.Recorder) ([]platform.FD, error) {
			s, err := b.Socket(platform.Inet4, platform.Stream)
			if err != nil {
				return nil, err
			}
			return nil, do(b, s)
		}}
	}
	return []tapeCase{
		pair(platform.Stream), pair(platform.Datagram),
		accept("Accept", tape.Result{From: tape4}),
		onFD("Adopt", func(b platform.Backend, fd platform.FD) error { return b.Adopt(fd) }),
		{"Dup", func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
			fd, err := b.Dup(r.Give())
			return []platform.FD{fd}, err
		}},
		closing("Close", platform.Backend.Close),
		closing("CloseNow", platform.Backend.CloseNow),
		onFD("Listen", func(b platform.Backend, fd platform.FD) error { return b.Listen(fd, 128) }),
		scripted("LocalAddr", "getsockname", func(b platform.Backend, fd platform.FD) error { _, err := b.LocalAddr(fd); return err }, tape.Result{From: tape6}),
		scripted("PeerAddr", "getpeername", func(b platform.Backend, fd platform.FD) error { _, err := b.PeerAddr(fd); return err }, tape.Result{From: tape4}),
	}
}

// tapeGroups is what membership of groups asks of the kernel.
func tapeGroups() []tapeCase {
	group4, group6 := tapeAddr("239.1.2.3:0"), tapeAddr("[ff02::9]:0")
	group6.Scope = 0
	var cases []tapeCase
	for _, c := range []struct {
		name string
		m    platform.Membership
	}{
		{"join", platform.Membership{Group: group4, Index: 7}},
		{"leave", platform.Membership{Group: group4, Index: 7, Leave: true}},
		{"join IPv6", platform.Membership{Group: group6, Index: 7}},
		{"join source", platform.Membership{Group: group4, Source: tape4, Index: 7}},
		{"leave source IPv6", platform.Membership{Group: group6, Source: tape6, Index: 7, Leave: true}},
		{"join any", platform.Membership{Group: group4}},
		{"leave any", platform.Membership{Group: group4, Leave: true}},
		{"join any IPv6", platform.Membership{Group: group6}},
		{"leave any IPv6", platform.Membership{Group: group6, Leave: true}},
	} {
		cases = append(cases, onFD("group "+c.name, func(b platform.Backend, fd platform.FD) error {
			var buf platform.GroupBuffer
			t := b.Traits()
			level, name, size, err := t.Groups.Request(&buf, c.m, t.Sockaddr)
			if err != nil {
				return err
			}
			return b.SetOption(fd, level, name, buf[:size])
		}))
	}
	for _, family := range []platform.Family{platform.Inet4, platform.Inet6} {
		cases = append(cases, onFD("group interface "+family.String(), func(b platform.Backend, fd platform.FD) error {
			var buf platform.GroupBuffer
			level, name, size := b.Traits().Groups.Outgoing(&buf, family, 7)
			return b.SetOption(fd, level, name, buf[:size])
		}))
	}
	return cases
}

// tapePollers is the poller's six.
func tapePollers() []tapeCase {
	on := func(name string, run func(p platform.Poller, fd platform.FD) error) tapeCase {
		return tapeCase{name, func(b platform.Backend, r *tape.Recorder) ([]platform.FD, error) {
			fd := r.Give()
			p, err := b.NewPoller()
			if err != nil {
				return nil, err
			}
			err = run(p, fd)
			if closed := p.Close(); err == nil {
				err = closed
			}
			return nil, err
		}}
	}
	wait := func(d time.Duration) func(platform.Poller, platform.FD) error {
		return func(p platform.Poller, _ platform.FD) error {
			_, err := p.Wait(make([]platform.Event, 8), d)
			return err
		}
	}
	return []tapeCase{
		on("NewPoller", func(platform.Poller, platform.FD) error { return nil }),
		on("Poller.Add", func(p platform.Poller, fd platform.FD) error { return p.Add(fd, 77) }),
		on("Poller.Remove", func(p platform.Poller, fd platform.FD) error { return p.Remove(fd) }),
		on("Poller.Wait now", wait(0)),
		on("Poller.Wait 1ns", wait(1)),
		on("Poller.Wait 1.5s", wait(1500*time.Millisecond)),
		on("Poller.Wait 300 years", wait(time.Duration(1<<63-1))),
		on("Poller.Wait ever", wait(-1)),
		on("Poller.Wake", func(p platform.Poller, _ platform.FD) error { return p.Wake() }),
	}
}
