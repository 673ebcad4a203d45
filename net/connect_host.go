package net

import (
	"context"
	stdnet "net"
	"net/netip"
	"time"

	"github.com/volt-net/volt/platform"
)

// Delays of RFC 8305, section 8.
const (
	attemptDelay    = 250 * time.Millisecond
	resolutionDelay = 50 * time.Millisecond
)

// ConnectHost connects to a host by name: to whichever of its addresses
// answers first, as RFC 8305 (Happy Eyeballs) has it. It does not wait for
// IPv6 addresses when it has IPv4 ones, nor for an address that does not
// answer when there are others. host may be an IP address.
//
// An error matches, through [errors.Is] and [errors.As], the error of each
// attempt, or the *net.DNSError.
func ConnectHost(ctx context.Context, host string, port uint16) (*TCPStream, error) {
	return HostDialer{}.Connect(ctx, host, port)
}

// HostDialer connects to hosts by name. The zero value does what [ConnectHost]
// does.
type HostDialer struct {
	// Resolver looks names up; nil is the standard library's default.
	Resolver *stdnet.Resolver

	// Delay is how long an attempt has to itself before the next begins; 0 is
	// 250 ms, a negative one a [RangeError]. After an attempt that has failed, the
	// next begins at once.
	Delay time.Duration

	// Settings are the options that each attempt's socket gets, as in With:
	// sockopt.RecvBuffer.To(1<<20).
	Settings []platform.Setting
}

// Connect is [ConnectHost] with h's settings.
func (h HostDialer) Connect(ctx context.Context, host string, port uint16) (*TCPStream, error) {
	s, err := h.connect(ctx, host, port)
	return s, opError("dial", "tcp", nil, nil, err)
}

func (h HostDialer) connect(ctx context.Context, host string, port uint16) (*TCPStream, error) {
	switch {
	case h.Delay < 0:
		return nil, &RangeError{Option: "Delay", Got: h.Delay.String(), Min: "0s", Max: "any"}
	case port == 0:
		return nil, &AddressError{Input: host, Why: whyPortNone}
	case h.Delay == 0:
		h.Delay = attemptDelay
	}
	if ctx == nil {
		ctx = context.Background()
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return h.attempt(ctx, AddressFrom(netip.AddrPortFrom(ip, port)))
	}
	resolver := h.Resolver
	if resolver == nil {
		resolver = stdnet.DefaultResolver
	}
	r := hostRace{
		delay: h.Delay,
		lookup: func(ctx context.Context, network string) ([]Address, error) {
			return resolveFamily(ctx, resolver, network, host, port)
		},
		attempt: h.attempt,
	}
	return r.run(ctx)
}

// attempt connects to one address, from a socket of its own (C3).
func (h HostDialer) attempt(ctx context.Context, a Address) (*TCPStream, error) {
	s, err := newTCPSocket(a.Family(), false)
	if err != nil {
		return nil, err
	}
	if err := s.With(h.Settings...); err != nil {
		s.Close()
		return nil, err
	}
	return s.Connect(ctx, a)
}
