package spec

var udpOptions = []Option{
	{
		Name:  "ShareAddress",
		Doc:   "lets several sockets bind one group, or one port of all addresses, and each receive what is sent to a group; it goes before Bind",
		Get:   "whether the address may be shared",
		Level: "SOL_SOCKET", Const: "SO_REUSEADDR", Wire: CBool,
		On: []Type{UDPSocket},
		Per: Per[Variant]{
			Darwin: {
				Const: "SO_REUSEPORT",
				Why:   "SO_REUSEADDR does this for groups only, not for the address of all interfaces",
				Ref:   "DIFFERENCES D17",
			},
			FreeBSD: {
				Const: "SO_REUSEPORT",
				Why:   "SO_REUSEADDR does this for groups only, not for the address of all interfaces",
				Ref:   "DIFFERENCES D17",
			},
		},
		Test: Test{Set: true, Default: false},
		Ref:  "DIFFERENCES D16, D17; socket(7)",
	},
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
	{
		Name:  "MulticastAll",
		Doc:   "lets the socket receive what is sent to groups that others have joined; every socket of this module starts without",
		Get:   "whether the socket receives what is sent to groups that others have joined",
		Level: "IPPROTO_IP", Const: "IP_MULTICAST_ALL", Wire: CBool,
		V6: Name{"IPPROTO_IPV6", "IPV6_MULTICAST_ALL"},
		On: []Type{UDPSocket},
		Per: Per[Variant]{
			Linux: {
				Both: true,
				Why:  "it is on unless turned off, for each family by itself",
				Ref:  "DIFFERENCES E9; ip(7)",
			},
			Darwin:  {Absent: "a socket receives only the groups that it has joined", Ref: "DIFFERENCES E9"},
			FreeBSD: {Absent: "a socket receives only the groups that it has joined", Ref: "DIFFERENCES E9"},
		},
		Test: Test{Set: true},
		Ref:  "DIFFERENCES E9; ip(7)",
	},
}
