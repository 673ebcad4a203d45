package spec

// The calls for many messages at once. That they carry the name of the call
// for one in their errors keeps these the same where they are a loop.
var (
	recvMsgs = Call{
		Name: "RecvMsgs", Doc: "receives messages as RecvMsg does, at most [MaxBatch] of them, until there are no more. It returns how many came before the error, which may be left to the next call", As: "recvmsg",
		In: []Param{{"fd", FD}, {"list", ReceivedMessages}}, Out: []Param{{"n", Count}},
		How: Each{"RecvMsg"},
		Why: "calls RecvMsg for one message after another: recvmmsg is such a loop in FreeBSD's C library, and recvmsg_x private to Darwin", Ref: "DIFFERENCES D19; recvmsg(2)",
		Per: Per[Instead]{Linux: {
			How: Batch{Do: Syscall{"recvmmsg", []Arg{{Of: "fd"}, {Of: "list"}, {Or: []string{"MSG_CMSG_CLOEXEC", "MSG_DONTWAIT"}}}}},
			Why: "is one system call, which leaves an error after the first message to the next", Ref: "DIFFERENCES D19; recvmmsg(2)",
		}},
	}
	sendMsgs = Call{
		Name: "SendMsgs", Doc: "sends messages as SendMsg does, at most [MaxBatch] of them. It returns how many went before the error, which may be left to the next call", As: "sendmsg",
		In: []Param{{"fd", FD}, {"list", SentMessages}}, Out: []Param{{"n", Count}},
		How: Each{"SendMsg"},
		Why: "calls SendMsg for one message after another: sendmmsg is such a loop in FreeBSD's C library, and sendmsg_x private to Darwin", Ref: "DIFFERENCES D19; sendmsg(2)",
		Per: Per[Instead]{Linux: {
			How: Batch{Do: Syscall{"sendmmsg", []Arg{{Of: "fd"}, {Of: "list"}, silent}}, ToPeer: "SendMsg"},
			Why: "is one system call for messages that have an address. Those to the socket's peer go one by one: sendmmsg forgets the error that ends it, which the kernel tells only once if the peer has refused an earlier message", Ref: "DIFFERENCES D1, D19; sendmmsg(2), BUGS",
		}},
	}
)
