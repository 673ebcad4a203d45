package spec

// Control is what a control message of a datagram carries, and its layout.
type Control string

const (
	PacketInfo4 Control = "PacketInfo4" // struct in_pktinfo
	PacketInfo6 Control = "PacketInfo6" // struct in6_pktinfo
	Address4    Control = "Address4"    // struct in_addr
	Link        Control = "Link"        // struct sockaddr_dl
	HopsInt     Control = "HopsInt"     // int
	HopsByte    Control = "HopsByte"    // unsigned char
	ClassInt    Control = "ClassInt"    // int, the traffic class
	ClassByte   Control = "ClassByte"   // unsigned char
	SizeShort   Control = "SizeShort"   // unsigned short, the size of each of several datagrams
	SizeInt     Control = "SizeInt"     // int, the same
	Nanos       Control = "Nanos"       // struct timespec, two longs
	Micros      Control = "Micros"      // struct timeval, two longs
	MicrosInt   Control = "MicrosInt"   // struct timeval, a long and an int
	Drops       Control = "Drops"       // uint32_t, how many datagrams were dropped
)

// Controls is all of them.
var Controls = []Control{
	PacketInfo4, PacketInfo6, Address4, Link, HopsInt, HopsByte, ClassInt, ClassByte,
	SizeShort, SizeInt, Nanos, Micros, MicrosInt, Drops,
}

// ControlMessage is one kind of control message.
type ControlMessage struct {
	Name
	Carries        Control
	Received, Sent bool
	On             []OS // those that have it; none is all
	Ref            string
}

// ControlAny is the messages of all datagrams, ControlInet4 those of IPv4 and
// ControlInet6 those of IPv6 datagrams, each in the order in which they are
// sent.
var (
	ControlAny = []ControlMessage{
		{Name{"SOL_UDP", "UDP_SEGMENT"}, SizeShort, false, true, []OS{Linux}, "DIFFERENCES D20; udp(7)"},
		{Name{"SOL_UDP", "UDP_GRO"}, SizeInt, true, false, []OS{Linux}, "DIFFERENCES D20; udp(7)"},
		{Name{"SOL_SOCKET", "SCM_TIMESTAMPNS"}, Nanos, true, false, []OS{Linux}, "DIFFERENCES D25, I6; socket(7)"},
		{Name{"SOL_SOCKET", "SCM_TIMESTAMP"}, MicrosInt, true, false, []OS{Darwin}, "DIFFERENCES D25; xnu bsd/sys/_types/_timeval.h"},
		{Name{"SOL_SOCKET", "SCM_TIMESTAMP"}, Micros, true, false, []OS{FreeBSD}, "DIFFERENCES D25, I6; setsockopt(2)"},
		{Name{"SOL_SOCKET", "SO_RXQ_OVFL"}, Drops, true, false, []OS{Linux}, "socket(7)"},
	}
	ControlInet4 = []ControlMessage{
		{Name{"IPPROTO_IP", "IP_PKTINFO"}, PacketInfo4, true, true, []OS{Linux, Darwin}, "DIFFERENCES D21, D22"},
		{Name{"IPPROTO_IP", "IP_RECVDSTADDR"}, Address4, true, false, []OS{FreeBSD}, "DIFFERENCES D21"},
		{Name{"IPPROTO_IP", "IP_SENDSRCADDR"}, Address4, false, true, []OS{FreeBSD}, "DIFFERENCES D22"},
		{Name{"IPPROTO_IP", "IP_RECVIF"}, Link, true, false, []OS{FreeBSD}, "DIFFERENCES D21"},
		{Name{"IPPROTO_IP", "IP_TTL"}, HopsInt, true, true, []OS{Linux}, "DIFFERENCES D23; ip(7)"},
		{Name{"IPPROTO_IP", "IP_RECVTTL"}, HopsByte, true, false, []OS{Darwin, FreeBSD}, "DIFFERENCES D23"},
		{Name{"IPPROTO_IP", "IP_TOS"}, ClassByte, true, true, []OS{Linux}, "DIFFERENCES D23, D24; ip(7)"},
		{Name{"IPPROTO_IP", "IP_RECVTOS"}, ClassByte, true, false, []OS{Darwin, FreeBSD}, "DIFFERENCES D23"},
		{Name{"IPPROTO_IP", "IP_TOS"}, ClassByte, false, true, []OS{FreeBSD}, "DIFFERENCES D24"},
		{Name{"IPPROTO_IP", "IP_TOS"}, ClassInt, false, true, []OS{Darwin}, "DIFFERENCES D24"},
	}
	ControlInet6 = []ControlMessage{
		{Name{"IPPROTO_IPV6", "IPV6_PKTINFO"}, PacketInfo6, true, true, nil, "RFC 3542 6.1"},
		{Name{"IPPROTO_IPV6", "IPV6_HOPLIMIT"}, HopsInt, true, true, nil, "DIFFERENCES D23; RFC 3542 6.3"},
		{Name{"IPPROTO_IPV6", "IPV6_TCLASS"}, ClassInt, true, true, nil, "DIFFERENCES D23, D24; RFC 3542 6.5"},
	}
)
