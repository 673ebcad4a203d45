package spec

// Fails lists the error numbers that a call of the contract, or an operation
// of its poller, may give to package net. The tests inject each of them.
//
// Four kinds are left out: those that the backend gives another meaning, would
// block, in progress and interrupted among them; those that only a wrong number
// or pointer causes, which package net never passes; those of file systems,
// which are alike but for ENOENT and EACCES; and those of other protocols.
type Fails struct {
	Call   string // the method, with the poller's named as PollerAdd
	Errnos []string
	Ref    string
	Per    Per[Errnos]
}

var (
	noDescriptors = []string{"EMFILE", "ENFILE"}

	// What ends a connection is told to the next call, whichever that is.
	brokenRead  = []string{"ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTCONN", "ENOMEM"}
	brokenWrite = []string{"EPIPE", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTCONN", "ENOBUFS", "ENOMEM", "EPERM"}

	// A datagram socket is told of answers to what it sent before.
	answered = []string{"ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOMEM"}
	unsent   = []string{
		"ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "ENOBUFS", "ENOMEM",
		"EMSGSIZE", "EACCES", "EPERM", "EADDRNOTAVAIL", "EINVAL",
	}

	readToo = Per[Errnos]{
		Darwin:  {Add: []string{"ENOBUFS", "EPIPE"}, Why: "an exhausted pool of mbufs, and a socket that was made defunct", Ref: "recv(2)"},
		FreeBSD: {Add: []string{"ENOBUFS"}, Why: "an exhausted pool of mbufs", Ref: "recv(2)"},
	}
	writeToo = Per[Errnos]{
		Darwin: {Add: []string{"EPROTOTYPE", "ENETDOWN", "EHOSTDOWN"}, Why: "a write races with the reset, and the interface tells of itself",
			Ref: "DIFFERENCES C31; send(2)"},
		FreeBSD: {Add: []string{"ENETDOWN", "EHOSTDOWN"}, Why: "the interface tells of itself", Ref: "send(2)"},
	}
	answeredToo = Per[Errnos]{
		Darwin:  {Add: []string{"ENOBUFS"}, Why: "an exhausted pool of mbufs", Ref: "recv(2)"},
		FreeBSD: {Add: []string{"ENOBUFS"}, Why: "an exhausted pool of mbufs", Ref: "recv(2)"},
	}
	unsentToo = Per[Errnos]{
		Darwin:  {Add: []string{"EHOSTDOWN"}, Why: "nobody answers on the wire", Ref: "send(2)"},
		FreeBSD: {Add: []string{"EHOSTDOWN"}, Why: "nobody answers on the wire", Ref: "send(2)"},
	}
)

// Failures is in the order of Calls. A poller's Wait is not there: once open,
// it fails for nothing but mistakes.
var Failures = []Fails{
	{
		Call: "Socket", Ref: "socket(2)",
		Errnos: []string{"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EACCES", "EPERM", "EAFNOSUPPORT", "EPROTONOSUPPORT"},
	},
	{
		Call: "SocketPair", Ref: "socketpair(2)",
		Errnos: []string{"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EAFNOSUPPORT", "EOPNOTSUPP"},
	},
	{Call: "Adopt", Ref: "fcntl(2)", Errnos: []string{"EBADF", "EINVAL", "EPERM"}},
	{Call: "Dup", Ref: "fcntl(2)", Errnos: []string{"EMFILE", "EINVAL"}},
	{Call: "Close", Ref: "close(2)", Errnos: []string{"EIO"}},
	{Call: "CloseNow", Ref: "close(2)", Errnos: []string{"EIO"}},
	{
		Call: "Bind", Ref: "bind(2)",
		Errnos: []string{"EADDRINUSE", "EADDRNOTAVAIL", "EACCES", "EPERM", "EINVAL", "EAFNOSUPPORT", "ENOENT", "ENOMEM"},
		Per: Per[Errnos]{
			Darwin:  {Add: []string{"EEXIST", "ENOBUFS"}, Why: "documented here", Ref: "bind(2)"},
			FreeBSD: {Add: []string{"ENOBUFS"}, Why: "documented here", Ref: "bind(2)"},
		},
	},
	{Call: "Listen", Ref: "listen(2)", Errnos: []string{"EADDRINUSE", "EINVAL", "EOPNOTSUPP"}, Per: Per[Errnos]{
		Darwin: {Add: []string{"EACCES", "EDESTADDRREQ"}, Why: "documented here", Ref: "listen(2)"},
	}},
	{
		Call: "Connect", Ref: "connect(2)",
		Errnos: []string{
			"ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EADDRINUSE", "EADDRNOTAVAIL",
			"EACCES", "EPERM", "EAFNOSUPPORT", "EINVAL", "ENOENT", "EPROTOTYPE", "ENOBUFS",
		},
		Per: Per[Errnos]{
			Darwin:  {Add: []string{"ENETDOWN", "EHOSTDOWN", "ENOTSOCK"}, Why: "the interface tells of itself; a file that is no socket", Ref: "connect(2); DIFFERENCES G8"},
			FreeBSD: {Add: []string{"ENETDOWN", "EHOSTDOWN", "ENOTSOCK"}, Why: "the interface tells of itself; a file that is no socket", Ref: "connect(2); DIFFERENCES G8"},
		},
	},
	{
		Call: "Accept", Ref: "accept(2); DIFFERENCES C22, C23",
		Errnos: []string{"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ECONNABORTED", "ECONNRESET", "EPROTO", "EINVAL", "EPERM"},
		Per: Per[Errnos]{Linux: {
			Add: []string{"ENETDOWN", "EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH"},
			Why: "the new connection's pending error is told here", Ref: "accept(2)",
		}},
	},
	{Call: "Shutdown", Ref: "shutdown(2); DIFFERENCES C38", Errnos: []string{"ENOTCONN", "EINVAL", "ENOBUFS"}},
	{Call: "LocalAddr", Ref: "getsockname(2); DIFFERENCES C37", Errnos: []string{"ENOBUFS", "EINVAL", "ECONNRESET"}},
	{Call: "PeerAddr", Ref: "getpeername(2); DIFFERENCES C36", Errnos: []string{"ENOBUFS", "EINVAL", "ENOTCONN"}},

	{Call: "Read", Ref: "recv(2), tcp(7)", Errnos: brokenRead, Per: readToo},
	{Call: "Write", Ref: "send(2), tcp(7)", Errnos: brokenWrite, Per: writeToo},
	{Call: "ReadV", Ref: "recv(2), tcp(7)", Errnos: brokenRead, Per: readToo},
	{Call: "WriteV", Ref: "send(2), tcp(7)", Errnos: brokenWrite, Per: writeToo},
	{Call: "Peek", Ref: "recv(2); DIFFERENCES C45", Errnos: brokenRead, Per: readToo},
	{Call: "PeekFrom", Ref: "recv(2); DIFFERENCES D1", Errnos: answered, Per: answeredToo},
	{Call: "RecvFrom", Ref: "recv(2); DIFFERENCES D1", Errnos: answered, Per: answeredToo},
	{Call: "Send", Ref: "send(2); DIFFERENCES D1, D7, G18", Errnos: append([]string{"ECONNRESET", "ENOTCONN", "EPIPE"}, unsent...), Per: unsentToo},
	{Call: "SendTo", Ref: "send(2); DIFFERENCES D3, D7", Errnos: append([]string{"EISCONN", "ENOENT"}, unsent...), Per: unsentToo},
	{Call: "RecvMsg", Ref: "recv(2); DIFFERENCES G26", Errnos: append([]string{"ECONNRESET"}, answered...), Per: answeredToo},
	{Call: "SendMsg", Ref: "send(2); DIFFERENCES G25", Errnos: append([]string{"EPIPE", "ECONNRESET", "ETOOMANYREFS"}, unsent...), Per: unsentToo},
	{Call: "SendFile", Ref: "sendfile(2)", Errnos: append([]string{"EIO", "EINVAL"}, brokenWrite...)},
	{Call: "Pipe", Ref: "pipe(2)", Errnos: noDescriptors},
	{Call: "Splice", Ref: "splice(2)", Errnos: []string{"EINVAL", "ENOMEM", "EPIPE", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH"}},
	{Call: "RecvMsgs", Ref: "recv(2), recvmmsg(2)", Errnos: answered, Per: answeredToo},
	{Call: "SendMsgs", Ref: "send(2), sendmmsg(2)", Errnos: unsent, Per: unsentToo},

	{
		Call: "SetOption", Ref: "setsockopt(2), ip(7), tcp(7)",
		Errnos: []string{"EINVAL", "ENOPROTOOPT", "EDOM", "ENOBUFS", "ENOMEM", "EACCES", "EPERM", "EADDRNOTAVAIL", "EADDRINUSE", "ENODEV"},
	},
	{Call: "GetOption", Ref: "getsockopt(2)", Errnos: []string{"EINVAL", "ENOPROTOOPT", "ENOBUFS", "ENOMEM"}},

	{Call: "NewPoller", Ref: "epoll_create(2), kqueue(2)", Errnos: append([]string{"ENOMEM"}, noDescriptors...)},
	{Call: "PollerAdd", Ref: "epoll_ctl(2), kevent(2)", Errnos: []string{"ENOMEM", "EPERM"}, Per: Per[Errnos]{
		Linux: {Add: []string{"ENOSPC"}, Why: "max_user_watches is reached", Ref: "epoll(7)"},
	}},
	{Call: "PollerRemove", Ref: "epoll_ctl(2), kevent(2)", Errnos: []string{"ENOMEM"}},
}
