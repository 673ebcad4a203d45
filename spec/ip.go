package spec

var ipOptions = []Option{
	{
		Name:  "TTL",
		Doc:   "sets how many routers a packet may pass, on IPv4 and IPv6 sockets alike",
		Get:   "how many routers a packet may pass",
		Unit:  "hops",
		Level: "IPPROTO_IP", Const: "IP_TTL", Wire: CInt, Range: Range{1, 255},
		V6:        Name{"IPPROTO_IPV6", "IPV6_UNICAST_HOPS"},
		On:        []Type{TCPSocket, TCPListener, TCPStream, UDPSocket},
		Inherited: true,
		Per: Per[Variant]{
			Linux: {
				Both: true,
				Why:  "a dual-stack socket keeps one number for its IPv4 packets and one for its IPv6 packets",
				Ref:  "DIFFERENCES B12, F2; ip(7), ipv6(7)",
			},
			Darwin: {
				Unset: 64,
				Why:   "a new IPv6 socket reads -1, and sends with net.inet6.ip6.hlim, 64 unless changed",
				Ref:   "DIFFERENCES B10, B12, B17",
			},
			FreeBSD: {
				Unset: 64,
				Why:   "a new IPv6 socket reads -1, and sends with net.inet6.ip6.hlim, 64 unless changed; a number that does not fit loses its high bits without an error",
				Ref:   "DIFFERENCES B10, B12, B17",
			},
		},
		Test: Test{Set: 44, Default: 64},
		Ref:  "DIFFERENCES B10, B12, B34; ip(7)",
	},
	{
		Name:  "HopLimit",
		Doc:   "sets how many routers a packet may pass",
		Get:   "how many routers a packet may pass",
		Unit:  "hops",
		Level: "IPPROTO_IPV6", Const: "IPV6_UNICAST_HOPS", Wire: CInt, Range: Range{0, 255},
		Family:    Inet6,
		On:        []Type{TCPSocket, TCPListener, TCPStream, UDPSocket},
		Inherited: true,
		Per: Per[Variant]{
			Darwin: {
				Unset: 64,
				Why:   "a new socket reads -1, and sends with net.inet6.ip6.hlim, 64 unless changed",
				Ref:   "DIFFERENCES B17",
			},
			FreeBSD: {
				Unset: 64,
				Why:   "a new socket reads -1, and sends with net.inet6.ip6.hlim, 64 unless changed",
				Ref:   "DIFFERENCES B17",
			},
		},
		Test: Test{Set: 44, Default: 64},
		Ref:  "DIFFERENCES B13, B17; ipv6(7), RFC 3493 5.1",
	},
	{
		Name:  "TOS",
		Doc:   "sets the traffic class byte of packets, on IPv4 and IPv6 sockets alike; on a stream the two low bits, ECN, stay the system's",
		Get:   "the traffic class byte of packets, on a stream without its two low bits",
		Level: "IPPROTO_IP", Const: "IP_TOS", Wire: CInt, Range: Range{0, 255}, Reads: NoECN,
		V6:        Name{"IPPROTO_IPV6", "IPV6_TCLASS"},
		On:        []Type{TCPSocket, TCPListener, TCPStream, UDPSocket},
		Inherited: true,
		Per: Per[Variant]{
			Linux: {
				Both: true,
				Why:  "a dual-stack socket keeps one number for its IPv4 packets and one for its IPv6 packets",
				Ref:  "DIFFERENCES B12, F2; ip(7), ipv6(7)",
			},
			FreeBSD: {
				Why: "before release 15 a stream keeps the ECN bits too; a number that does not fit loses its high bits without an error",
				Ref: "DIFFERENCES B11, B12",
			},
		},
		Test: Test{Set: 0x28, Default: 0},
		Ref:  "DIFFERENCES B11, B12, B34; ip(7), RFC 2474, RFC 3168",
	},
	{
		Name:  "TrafficClass",
		Doc:   "sets the traffic class byte of packets; on a stream the two low bits, ECN, stay the system's",
		Get:   "the traffic class byte of packets, on a stream without its two low bits",
		Level: "IPPROTO_IPV6", Const: "IPV6_TCLASS", Wire: CInt, Range: Range{0, 255}, Reads: NoECN,
		Family:    Inet6,
		On:        []Type{TCPSocket, TCPListener, TCPStream, UDPSocket},
		Inherited: true,
		Per: Per[Variant]{
			FreeBSD: {
				Why: "a stream keeps the ECN bits too",
				Ref: "DIFFERENCES F8",
			},
		},
		Test: Test{Set: 0x28, Default: 0},
		Ref:  "DIFFERENCES B13, F8; ipv6(7), RFC 3542 6.5",
	},
	{
		Name:  "V6Only",
		Doc:   "keeps IPv4 off an IPv6 socket; it goes before Bind",
		Get:   "whether IPv4 is kept off an IPv6 socket",
		Level: "IPPROTO_IPV6", Const: "IPV6_V6ONLY", Wire: CBool,
		Family: Inet6,
		On:     []Type{TCPSocket, TCPListener, UDPSocket},
		SetOn:  []Type{TCPSocket, UDPSocket},
		Per: Per[Variant]{
			FreeBSD: {
				Why: "new sockets have it on, by net.inet6.ip6.v6only; elsewhere they have it off, so this module sets it on every IPv6 socket",
				Ref: "DIFFERENCES B18, F1; github.com/nanomsg/nng/issues/1277",
			},
		},
		Test: Test{Set: true},
		Ref:  "DIFFERENCES B18, F1; ipv6(7), RFC 3493 5.3",
	},
}
