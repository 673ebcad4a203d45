package spec

import "time"

// connectOptions are about the beginning of connections.
var connectOptions = []Option{
	{
		Name:  "ConnectTimeout",
		Doc:   "sets how long the system tries to connect before it gives up",
		Get:   "how long the system tries to connect, zero if that is its own affair",
		Level: "IPPROTO_TCP", Const: "TCP_KEEPINIT", Wire: CSeconds, Range: Range{1, 32767},
		On: []Type{TCPSocket},
		Per: Per[Variant]{
			Linux: {Absent: "the attempts are counted, not timed", Ref: "tcp(7)"},
			Darwin: {
				Const: "TCP_CONNECTIONTIMEOUT",
				Why:   "the option is called TCP_CONNECTIONTIMEOUT, and a new socket reads zero",
				Ref:   "DIFFERENCES B29; xnu bsd/netinet/tcp_usrreq.c tcp_ctloutput",
			},
		},
		Test: Test{Set: 33 * time.Second},
		Ref:  "tcp(4)",
	},
	{
		Name:  "FastOpen",
		Doc:   "lets peers send data with their first packet",
		Get:   "whether peers may send data with their first packet",
		Level: "IPPROTO_TCP", Const: "TCP_FASTOPEN", Wire: CBool,
		On: []Type{TCPListener},
		Per: Per[Variant]{
			Linux: {
				On:  "SOMAXCONN",
				Why: "the number is how many such connections may wait, here as many as SOMAXCONN; net.ipv4.tcp_fastopen must allow servers besides",
				Ref: "DIFFERENCES B31; tcp(7)",
			},
			Darwin: {
				Why: "it is refused before listen(2), and takes no number but 0 and 1",
				Ref: "DIFFERENCES B31; xnu bsd/netinet/tcp_usrreq.c tcp_ctloutput",
			},
			FreeBSD: {
				Needs: "net.inet.tcp.fastopen.server_enable, off unless changed",
				Ref:   "DIFFERENCES B31; tcp(4)",
			},
		},
		Test: Test{Set: true, Default: false},
		Ref:  "DIFFERENCES B31; tcp(7), RFC 7413",
	},
	{
		Name:  "FastOpenConnect",
		Doc:   "puts off connecting until there is data to send with the first packet, where the peer is known to take it",
		Get:   "whether connecting waits for data",
		Level: "IPPROTO_TCP", Const: "TCP_FASTOPEN_CONNECT", Wire: CBool,
		On: []Type{TCPSocket},
		Per: Per[Variant]{
			Linux:   {Needs: "Linux 4.11, and net.ipv4.tcp_fastopen", Ref: "linux net/ipv4/tcp.c"},
			Darwin:  {Absent: "it takes connectx(2) in place of connect(2)", Ref: "DIFFERENCES B31; connectx(2)"},
			FreeBSD: {Absent: "it takes sendto(2) in place of connect(2)", Ref: "DIFFERENCES C34; tcp(4)"},
		},
		Test: Test{Set: true, Default: false},
		Ref:  "DIFFERENCES B31; RFC 7413",
	},
	{
		Name:  "DeferAccept",
		Doc:   "keeps connections from Accept until data has come, or this long; zero is at once",
		Get:   "how long connections without data are kept from Accept",
		Level: "IPPROTO_TCP", Const: "TCP_DEFER_ACCEPT", Wire: CSeconds, Range: Range{0, 29887}, Reads: AtLeast,
		On: []Type{TCPSocket, TCPListener},
		Per: Per[Variant]{
			Linux: {
				Why: "the kernel counts retransmissions of its answer, 255 at most, and rounds up to the time that they take",
				Ref: "tcp(7); linux net/ipv4/tcp.c secs_to_retrans",
			},
			Darwin:  {Absent: "a connection is handed over once it is made", Ref: "xnu bsd/netinet/tcp.h"},
			FreeBSD: {Absent: "AcceptFilter does it, with the filter dataready", Ref: "accf_data(9)"},
		},
		Test: Test{Set: 5 * time.Second, Default: time.Duration(0)},
		Ref:  "tcp(7)",
	},
	{
		Name:  "AcceptFilter",
		Doc:   "keeps connections from Accept until a filter of the kernel lets them pass: dataready, httpready, dnsready",
		Get:   "the name of the filter",
		Level: "SOL_SOCKET", Const: "SO_ACCEPTFILTER", Wire: CFilter, Range: Range{1, 15},
		On:    []Type{TCPListener},
		Names: true,
		Per: Per[Variant]{
			Linux:  {Absent: "DeferAccept waits for data, and nothing looks into it", Ref: "tcp(7)"},
			Darwin: {Absent: "a connection is handed over once it is made", Ref: "xnu bsd/sys/socket.h"},
			FreeBSD: {
				Needs: "the filter's module, such as accf_data",
				Why:   "a filter cannot be exchanged for another, and reading where there is none is EINVAL",
				Ref:   "accept_filter(9)",
			},
		},
		Test: Test{Set: "dataready"},
		Ref:  "accept_filter(9), accf_data(9)",
	},
}
