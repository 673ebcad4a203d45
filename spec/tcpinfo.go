package spec

// TCPInfo is how a system describes a connection: an option that returns a
// struct, and what its fields mean.
type TCPInfo struct {
	Option Name
	Struct string   // of x/sys/unix; empty where it has none, and fields say where they are
	States []string // the states by their numbers; empty is no state
	Fields []TCPField

	Why, Ref string
}

// TCPField is one field of such a struct.
type TCPField struct {
	Name     string // in platform.TCPInfo
	From     string // in Struct
	At, Size int    // where it is, in bytes, if x/sys has no Struct
	Unit     TCPUnit
	None     int64 // the number that stands for no value; 0 is no rule
}

// TCPUnit is what a field of struct tcp_info counts.
type TCPUnit string

const (
	Itself       TCPUnit = "Itself" // what its name says, and bytes otherwise
	Microseconds TCPUnit = "Microseconds"
	Milliseconds TCPUnit = "Milliseconds"
	Segments     TCPUnit = "Segments" // of SendMSS bytes
)

// TCPFields is the fields that a system may tell, in the order of
// platform.TCPField.
var TCPFields = []string{
	"State", "RTO", "RTT", "RTTVar", "MinRTT", "SendMSS", "RecvMSS", "SendWindow", "RecvWindow",
	"CongestionWindow", "SlowStartThreshold", "Retransmits", "BytesSent", "BytesReceived", "BytesRetransmitted",
}

// TCPStates is the states of RFC 9293 3.3.2, in the order of platform.TCPState.
var TCPStates = []string{
	"Closed", "Listen", "SynSent", "SynReceived", "Established", "CloseWait",
	"FinWait1", "Closing", "LastAck", "FinWait2", "TimeWait",
}

var (
	linuxTCPInfo = TCPInfo{
		Option: Name{"IPPROTO_TCP", "TCP_INFO"}, Struct: "TCPInfo",
		States: []string{
			1: "Established", 2: "SynSent", 3: "SynReceived", 4: "FinWait1", 5: "FinWait2", 6: "TimeWait",
			7: "Closed", 8: "CloseWait", 9: "LastAck", 10: "Listen", 11: "Closing", 12: "SynReceived",
		},
		Fields: []TCPField{
			{Name: "State", From: "State", Unit: Itself},
			{Name: "RTO", From: "Rto", Unit: Microseconds},
			{Name: "RTT", From: "Rtt", Unit: Microseconds},
			{Name: "RTTVar", From: "Rttvar", Unit: Microseconds},
			{Name: "MinRTT", From: "Min_rtt", Unit: Microseconds, None: 1<<32 - 1},
			{Name: "SendMSS", From: "Snd_mss", Unit: Itself},
			{Name: "RecvMSS", From: "Rcv_mss", Unit: Itself},
			{Name: "SendWindow", From: "Snd_wnd", Unit: Itself},
			{Name: "RecvWindow", From: "Rcv_wnd", Unit: Itself},
			{Name: "CongestionWindow", From: "Snd_cwnd", Unit: Segments},
			{Name: "SlowStartThreshold", From: "Snd_ssthresh", Unit: Segments, None: 1<<31 - 1},
			{Name: "Retransmits", From: "Total_retrans", Unit: Itself},
			{Name: "BytesSent", From: "Bytes_sent", Unit: Itself},
			{Name: "BytesReceived", From: "Bytes_received", Unit: Itself},
			{Name: "BytesRetransmitted", From: "Bytes_retrans", Unit: Itself},
		},
		Why: "the congestion window counts segments, and older kernels return less",
		Ref: "linux include/uapi/linux/tcp.h, tcp(7)",
	}
	darwinTCPInfo = TCPInfo{
		Option: Name{"IPPROTO_TCP", "TCP_CONNECTION_INFO"}, Struct: "TCPConnectionInfo",
		States: TCPStates,
		Fields: []TCPField{
			{Name: "State", From: "State", Unit: Itself},
			{Name: "RTO", From: "Rto", Unit: Milliseconds},
			{Name: "RTT", From: "Srtt", Unit: Milliseconds},
			{Name: "RTTVar", From: "Rttvar", Unit: Milliseconds},
			{Name: "SendMSS", From: "Maxseg", Unit: Itself},
			{Name: "SendWindow", From: "Snd_wnd", Unit: Itself},
			{Name: "RecvWindow", From: "Rcv_wnd", Unit: Itself},
			{Name: "CongestionWindow", From: "Snd_cwnd", Unit: Itself},
			{Name: "SlowStartThreshold", From: "Snd_ssthresh", Unit: Itself, None: 65535 << 14},
			{Name: "Retransmits", From: "Txretransmitpackets", Unit: Itself},
			{Name: "BytesSent", From: "Txbytes", Unit: Itself},
			{Name: "BytesReceived", From: "Rxbytes", Unit: Itself},
			{Name: "BytesRetransmitted", From: "Txretransmitbytes", Unit: Itself},
		},
		Why: "times are whole milliseconds",
		Ref: "xnu bsd/netinet/tcp.h, bsd/netinet/tcp_usrreq.c tcp_connection_fill_info",
	}
	freebsdTCPInfo = TCPInfo{
		Option: Name{"IPPROTO_TCP", "TCP_INFO"},
		States: TCPStates,
		Fields: []TCPField{
			{Name: "State", At: 0, Size: 1, Unit: Itself},
			{Name: "RTO", At: 8, Size: 4, Unit: Microseconds},
			{Name: "RTT", At: 68, Size: 4, Unit: Microseconds},
			{Name: "RTTVar", At: 72, Size: 4, Unit: Microseconds},
			{Name: "SendMSS", At: 16, Size: 4, Unit: Itself},
			{Name: "RecvMSS", At: 20, Size: 4, Unit: Itself},
			{Name: "SendWindow", At: 100, Size: 4, Unit: Itself},
			{Name: "RecvWindow", At: 96, Size: 4, Unit: Itself},
			{Name: "CongestionWindow", At: 80, Size: 4, Unit: Itself},
			{Name: "SlowStartThreshold", At: 76, Size: 4, Unit: Itself, None: 65535 << 14},
			{Name: "Retransmits", At: 120, Size: 4, Unit: Itself},
		},
		Why: "x/sys does not have the struct; fields keep their places from release to release",
		Ref: "FreeBSD sys/netinet/tcp.h struct tcp_info, sys/netinet/tcp_usrreq.c tcp_fill_info",
	}
)
