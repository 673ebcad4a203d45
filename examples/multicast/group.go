package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	volt "github.com/volt-net/volt/net"
)

// longest is how many bytes a message may have: what most networks pass whole.
const longest = 1400

// subscribe joins the group on an interface, at the group's port.
func subscribe(group volt.Address, on volt.Interface) (*volt.UDPSocket, error) {
	newSocket, any := volt.UnboundUDP, volt.AnyV4
	if group.Family() == volt.FamilyIPv6 {
		newSocket, any = volt.UnboundUDPv6, volt.AnyV6
	}
	s, err := newSocket()
	if err != nil {
		return nil, err
	}
	// Others on this machine may subscribe as well; this must precede Bind.
	err = s.SetShareAddress(true)
	if err == nil {
		err = s.Bind(any(group.Port()))
	}
	if err == nil {
		err = s.JoinGroup(group.IP(), on)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// receive prints what comes, until ctx is done. Closing the socket, which is
// the caller's to do, leaves the group.
func receive(ctx context.Context, s *volt.UDPSocket, w io.Writer) error {
	buf := make([]byte, longest)
	for {
		n, from, err := s.RecvFromContext(ctx, buf)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%v: %q\n", from.IP(), buf[:n]); err != nil {
			return err
		}
	}
}

// publish sends the message to the group now and then at every tick, until ctx
// is done.
func publish(ctx context.Context, group volt.Address, on volt.Interface, message string, every time.Duration) error {
	if len(message) > longest {
		return fmt.Errorf("a message of %d bytes; the limit is %d", len(message), longest)
	}
	s, err := publisher(group, on)
	if err != nil {
		return err
	}
	defer s.Close()
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for {
		_, err := s.SendToContext(ctx, []byte(message), group)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// publisher makes a socket whose messages leave by the interface and stay
// within its network.
func publisher(group volt.Address, on volt.Interface) (*volt.UDPSocket, error) {
	newSocket, setHops := volt.UnboundUDP, (*volt.UDPSocket).SetMulticastTTL
	if group.Family() == volt.FamilyIPv6 {
		newSocket, setHops = volt.UnboundUDPv6, (*volt.UDPSocket).SetMulticastHops
	}
	s, err := newSocket()
	if err != nil {
		return nil, err
	}
	err = setHops(s, 1)
	if err == nil && on != (volt.Interface{}) {
		err = s.SetMulticastInterface(on)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}
