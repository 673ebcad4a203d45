package platform

// FD is a descriptor of the operating system. Every FD that a [Backend] hands
// out is non-blocking and close-on-exec (DIFFERENCES A1–A7).
type FD int

// NoFD is what calls return in place of a descriptor when they fail.
const NoFD FD = -1

// Family is an address family. The numbers are ours: the kernels' differ
// (AF_INET6 is 10, 28 and 30) and live in the spec.
type Family uint8

const (
	FamilyNone Family = iota
	Inet4
	Inet6
	Unix
)

func (f Family) String() string {
	switch f {
	case Inet4:
		return "IPv4"
	case Inet6:
		return "IPv6"
	case Unix:
		return "Unix"
	}
	return "none"
}

// Kind is what a socket carries: a byte stream or separate datagrams.
type Kind uint8

const (
	KindNone Kind = iota
	Stream
	Datagram
)

func (k Kind) String() string {
	switch k {
	case Stream:
		return "stream"
	case Datagram:
		return "datagram"
	}
	return "none"
}

// How says which directions [Backend.Shutdown] closes.
type How uint8

const (
	ShutRead How = iota + 1
	ShutWrite
	ShutBoth
)
