package spec

import "time"

var tcpOptions = []Option{
	{
		Name:  "NoDelay",
		Doc:   "turns off Nagle's algorithm, so that small writes leave at once",
		Get:   "whether Nagle's algorithm is off",
		Level: "IPPROTO_TCP", Const: "TCP_NODELAY", Wire: CBool,
		On:        []Type{TCPSocket, TCPListener, TCPStream},
		Inherited: true,
		Test:      Test{Set: true},
		Ref:       "DIFFERENCES B2, B34; tcp(7), RFC 896",
	},
	{
		Name:  "KeepAliveIdle",
		Doc:   "sets how long the peer must be silent before it is probed",
		Get:   "how long the peer must be silent before it is probed",
		Level: "IPPROTO_TCP", Const: "TCP_KEEPIDLE", Wire: CSeconds, Range: Range{1, 32767},
		On:        []Type{TCPSocket, TCPListener, TCPStream},
		Inherited: true,
		Per: Per[Variant]{
			Darwin: {
				Const:   "TCP_KEEPALIVE",
				Reapply: true,
				Why:     "the option is called TCP_KEEPALIVE, and accepted sockets start from the default",
				Ref:     "DIFFERENCES B7, B34; xnu bsd/netinet/tcp_input.c",
			},
		},
		Test: Test{Set: 77 * time.Second, Default: 7200 * time.Second},
		Ref:  "DIFFERENCES B7, B9, B34; tcp(7), RFC 1122 4.2.3.6",
	},
	{
		Name:  "KeepAliveInterval",
		Doc:   "sets the time between two probes of a silent peer",
		Get:   "the time between two probes of a silent peer",
		Level: "IPPROTO_TCP", Const: "TCP_KEEPINTVL", Wire: CSeconds, Range: Range{1, 32767},
		On:        []Type{TCPSocket, TCPListener, TCPStream},
		Inherited: true,
		Test:      Test{Set: 33 * time.Second, Default: 75 * time.Second},
		Ref:       "DIFFERENCES B7, B9, B34; tcp(7)",
	},
	{
		Name:  "KeepAliveCount",
		Doc:   "sets how many probes must go unanswered before the connection is given up",
		Get:   "how many probes must go unanswered before the connection is given up",
		Unit:  "probes",
		Level: "IPPROTO_TCP", Const: "TCP_KEEPCNT", Wire: CInt, Range: Range{1, 127},
		On:        []Type{TCPSocket, TCPListener, TCPStream},
		Inherited: true,
		Test:      Test{Set: 3},
		Ref:       "DIFFERENCES B8, B9, B34; tcp(7)",
	},
	{
		Name:  "UserTimeout",
		Doc:   "sets how long sent data may stay unacknowledged before the connection is given up; zero is the system's own rule",
		Get:   "how long sent data may stay unacknowledged, zero if that is the system's own affair",
		Level: "IPPROTO_TCP", Const: "TCP_USER_TIMEOUT", Wire: CMillis, Range: Range{0, 2147483000},
		On:        []Type{TCPSocket, TCPListener, TCPStream},
		Inherited: true,
		Per: Per[Variant]{
			Darwin: {
				Const:   "TCP_RXT_CONNDROPTIME",
				Wire:    CSeconds,
				Reapply: true,
				Why:     "the option is called TCP_RXT_CONNDROPTIME and counts whole seconds, and accepted sockets start from the default",
				Ref:     "DIFFERENCES B29, B34; xnu bsd/netinet/tcp_usrreq.c tcp_ctloutput",
			},
			FreeBSD: {
				Absent: "retransmission is bounded by sysctl only, for all connections together",
				Ref:    "DIFFERENCES B29; tcp(4)",
			},
		},
		Test: Test{Set: 30 * time.Second, Default: time.Duration(0)},
		Ref:  "DIFFERENCES B29, B34; tcp(7), RFC 5482",
	},
	{
		Name:  "QuickAck",
		Doc:   "makes acknowledgements leave at once; the kernel returns to its own rule as the connection goes on",
		Get:   "whether acknowledgements leave at once",
		Level: "IPPROTO_TCP", Const: "TCP_QUICKACK", Wire: CBool,
		On: []Type{TCPStream},
		Per: Per[Variant]{
			Darwin: {
				Absent: "acknowledgements are delayed by sysctl only, for all connections together",
				Ref:    "xnu bsd/netinet/tcp.h",
			},
			FreeBSD: {
				Absent: "acknowledgements are delayed by sysctl only, for all connections together",
				Ref:    "tcp(4)",
			},
		},
		Test: Test{Set: false},
		Ref:  "tcp(7)",
	},
	{
		Name:  "Cork",
		Doc:   "holds back partial segments until it is turned off",
		Get:   "whether partial segments are held back",
		Level: "IPPROTO_TCP", Const: "TCP_NOPUSH", Wire: CBool,
		On:        []Type{TCPSocket, TCPListener, TCPStream},
		Inherited: true,
		Per: Per[Variant]{
			Linux: {
				Const: "TCP_CORK",
				Why:   "the option is called TCP_CORK and holds data for no more than 200 ms",
				Ref:   "DIFFERENCES B27; tcp(7)",
			},
			Darwin: {
				Why: "turning it off may leave the last segment to the next write or to Close",
				Ref: "DIFFERENCES B27; xnu bsd/netinet/tcp_usrreq.c tcp_ctloutput",
			},
		},
		Test: Test{Set: true, Default: false},
		Ref:  "DIFFERENCES B2, B27, B34; tcp(4), tcp(7)",
	},
	{
		Name:  "MaxSegment",
		Doc:   "lowers the largest segment that the connection will use; it goes before Connect or Listen",
		Get:   "the largest segment in use",
		Unit:  "bytes",
		Level: "IPPROTO_TCP", Const: "TCP_MAXSEG", Wire: CInt, Range: Range{216, 512},
		On:    []Type{TCPSocket, TCPListener, TCPStream},
		SetOn: []Type{TCPSocket},
		Per: Per[Variant]{
			Darwin: {
				Why: "only lowering is allowed, and an unconnected IPv4 socket starts from 512 bytes",
				Ref: "DIFFERENCES B26; xnu bsd/netinet/tcp.h TCP_MSS",
			},
			FreeBSD: {
				Why: "only lowering is allowed, and an unconnected IPv4 socket starts from 536 bytes",
				Ref: "DIFFERENCES B26; FreeBSD sys/netinet/tcp_usrreq.c",
			},
		},
		Test: Test{Set: 500},
		Ref:  "DIFFERENCES B26, B34; tcp(7), RFC 9293 3.7.1",
	},
}
