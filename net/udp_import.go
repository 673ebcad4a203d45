package net

import (
	"os"

	"github.com/volt-net/volt/platform"
)

// UDPSocketFromFD takes over a descriptor from elsewhere, which must be a UDP
// socket, connected or not. It becomes non-blocking and close-on-exec, and what
// every [UDPSocket] is. If the call fails, the descriptor is still the
// caller's.
func UDPSocketFromFD(fd int) (*UDPSocket, error) {
	d, err := adopt(platform.FD(fd), platform.UDPSocket)
	if err == nil {
		err = d.even()
	}
	return importedUDP(d, err)
}

// UDPSocketFromFile makes a socket of a copy of f's descriptor. f stays the
// caller's to close.
func UDPSocketFromFile(f *os.File) (*UDPSocket, error) {
	d, err := adoptFile(f, platform.UDPSocket)
	if err == nil {
		if err = d.even(); err != nil {
			d.close()
		}
	}
	return importedUDP(d, err)
}

func importedUDP(d *desc, err error) (*UDPSocket, error) {
	if err != nil {
		return nil, opError("file", "udp", nil, nil, err)
	}
	return &UDPSocket{datagram: datagram{socket{d}}}, nil
}
