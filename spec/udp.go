package spec

var udpOptions = []Option{
	{
		Name:  "MulticastTTL",
		Doc:   "sets how many routers a multicast packet may pass, on IPv4 and IPv6 sockets alike; zero keeps it on this machine",
		Get:   "how many routers a multicast packet may pass",
		Unit:  "hops",
		Level: "IPPROTO_IP", Const: "IP_MULTICAST_TTL", Wire: CInt, Range: Range{0, 255},
		V6: Name{"IPPROTO_IPV6", "IPV6_MULTICAST_HOPS"},
		On: []Type{UDPSocket},
		Per: Per[Variant]{
			Linux: {
				Both: true,
				Why:  "a dual-stack socket keeps one number for its IPv4 packets and one for its IPv6 packets; -1 would mean the default, not an error",
				Ref:  "DIFFERENCES B12, B15; ip(7), ipv6(7)",
			},
		},
		Test: Test{Set: 9, Default: 1},
		Ref:  "DIFFERENCES B12, B14, B15, E17; ip(7)",
	},
	{
		Name:  "MulticastHops",
		Doc:   "sets how many routers a multicast packet may pass; zero keeps it on this machine",
		Get:   "how many routers a multicast packet may pass",
		Unit:  "hops",
		Level: "IPPROTO_IPV6", Const: "IPV6_MULTICAST_HOPS", Wire: CInt, Range: Range{0, 255},
		Family: Inet6,
		On:     []Type{UDPSocket},
		Test:   Test{Set: 9, Default: 1},
		Ref:    "DIFFERENCES B13, B17; ipv6(7), RFC 3493 5.2",
	},
	{
		Name:  "MulticastLoop",
		Doc:   "chooses whether this machine hears the multicast packets it sends",
		Get:   "whether this machine hears the multicast packets it sends",
		Level: "IPPROTO_IP", Const: "IP_MULTICAST_LOOP", Wire: CBool,
		V6: Name{"IPPROTO_IPV6", "IPV6_MULTICAST_LOOP"},
		On: []Type{UDPSocket},
		Per: Per[Variant]{
			Linux: {
				Both: true,
				Why:  "a dual-stack socket keeps one answer for its IPv4 packets and one for its IPv6 packets; on the loopback interface IPv4 packets are heard all the same",
				Ref:  "DIFFERENCES B12, E10; ip(7), ipv6(7)",
			},
		},
		Test: Test{Set: false, Default: true},
		Ref:  "DIFFERENCES B12, B14, B16, E10; ip(7), RFC 3493 5.2",
	},
}
