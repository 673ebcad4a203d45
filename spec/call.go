package spec

// Form is the Go side of an argument: the type that a call of the contract
// takes or returns.
type Form uint8

const (
	FD Form = iota + 1
	Domain
	Kind
	How
	Int
	Address
	ReadInto  // []byte to fill
	WriteFrom // []byte to send, or the beginning of it
	WholeFrom // []byte to send whole
	ReadIntoAll
	WriteFromAll
	ReceivedMessage
	SentMessage
	ReceivedMessages
	SentMessages
	OptionIn
	OptionOut
	Offset   // where in a file
	UpTo     // how many bytes at most
	Count    // how many bytes
	FDPair   // two descriptors
	ErrorIn  // any error
	ClassOut // its class
	TraitsOut
	PollerOut
)

// Param is a named parameter or result of a call.
type Param struct {
	Name string
	Is   Form
}

// Call is a method of the contract. Every call but those without Error fails
// with an error as its last result, which the lists leave out.
type Call struct {
	Name string
	Doc  string // what callers may rely on; completes "NAME …"
	As   string // the name that errors carry, on every system
	In   []Param
	Out  []Param

	How      Recipe
	Why, Ref string // what is odd about How; Why completes "NAME …"
	Per      Per[Instead]
}

// fresh is what makes a new socket fit to be seen.
var fresh = Marking{
	Name: "mark", Doc: "makes a new socket close-on-exec, non-blocking and silent",
	Steps: []Step{
		Fcntl{Cmd: "F_SETFD", Arg: "FD_CLOEXEC"},
		Fcntl{Cmd: "F_SETFL", Arg: "O_NONBLOCK"},
		noSigPipe,
	},
}

var noSigPipe = SetOne{
	Level: "SOL_SOCKET", Const: "SO_NOSIGPIPE", Ignore: "EINVAL",
	Why: "an accepted socket that was reset since refuses it, and raises no signal either",
	Ref: "DIFFERENCES A4; github.com/rust-lang/socket2/issues/632",

	Absent: Per[string]{Linux: "MSG_NOSIGNAL is in each call that sends"},
}

var (
	dup        = Arg{Or: []string{"F_DUPFD_CLOEXEC"}}
	bornMarked = []string{"SOCK_NONBLOCK", "SOCK_CLOEXEC"}

	bornMarkedFile = []string{"O_NONBLOCK", "O_CLOEXEC"}

	// A call that moves bytes says so itself that it does not wait: the
	// descriptor's flag is shared with whoever has a copy, and a call that the
	// scheduler is not told of must not stop (A6).
	dontWait = Arg{Or: []string{"MSG_DONTWAIT"}}
	peeking  = Arg{Or: []string{"MSG_PEEK", "MSG_DONTWAIT"}}
	silent   = Arg{Or: []string{"MSG_NOSIGNAL", "MSG_DONTWAIT"}}
)

// closed is what close returns for a descriptor that is gone all the same.
var closed = []Outcome{
	{"EINTR", Done, "the descriptor is gone", "DIFFERENCES I10"},
	{"EINPROGRESS", Done, "the descriptor is gone", "DIFFERENCES I10"},
	{"ECONNRESET", Done, "FreeBSD tells of a reset here", "DIFFERENCES I10"},
	{"EAGAIN", Done, "FreeBSD gave up lingering", "DIFFERENCES B6"},
}

// Calls is the contract, in the order of its documentation.
var Calls = []Call{
	{
		Name: "Traits", Doc: "returns the facts about the system that package net acts on",
		Out: []Param{{"", TraitsOut}}, How: FromTraits,
	},
	{
		Name: "Classify", Doc: "returns the class of the error number that err wraps, if it has one",
		In: []Param{{"err", ErrorIn}}, Out: []Param{{"", ClassOut}}, How: FromClasses,
	},

	{
		Name: "Socket", Doc: "makes a socket: socket(2)", As: "socket",
		In: []Param{{"family", Domain}, {"kind", Kind}}, Out: []Param{{"fd", FD}},
		How: AtomicFlags{Syscall{"socket", []Arg{{Of: "family"}, {Of: "kind", Or: bornMarked}, {}}}},
		Per: Per[Instead]{Darwin: {
			How: ThenFcntl{
				Do:       Syscall{"socket", []Arg{{Of: "family"}, {Of: "kind"}, {}}},
				ForkLock: Locked, Mark: fresh,
			},
			Why: "marks the socket afterwards: Darwin has neither SOCK_NONBLOCK nor SOCK_CLOEXEC", Ref: "DIFFERENCES A1",
		}},
	},
	{
		Name: "SocketPair", Doc: "makes two connected Unix sockets: socketpair(2)", As: "socketpair",
		In: []Param{{"kind", Kind}}, Out: []Param{{"pair", FDPair}},
		How: AtomicFlags{Syscall{"socketpair", []Arg{{Or: []string{"AF_UNIX"}}, {Of: "kind", Or: bornMarked}, {}, {Of: "pair"}}}},
		Per: Per[Instead]{Darwin: {
			How: ThenFcntl{
				Do:       Syscall{"socketpair", []Arg{{Or: []string{"AF_UNIX"}}, {Of: "kind"}, {}, {Of: "pair"}}},
				ForkLock: Locked, Mark: fresh,
			},
			Why: "marks both sockets afterwards, as Socket does", Ref: "DIFFERENCES A3",
		}},
	},
	{
		Name: "Adopt", Doc: "makes a descriptor from elsewhere what every FD is: close-on-exec, non-blocking, silent when the peer is gone",
		In: []Param{{"fd", FD}},
		How: Mark{Marking{Steps: []Step{
			Fcntl{Cmd: "F_SETFD", Arg: "FD_CLOEXEC"},
			FcntlOr{Get: "F_GETFL", Set: "F_SETFL", Or: "O_NONBLOCK"},
		}}},
		Per: Per[Instead]{Darwin: {
			How: Mark{Marking{Steps: []Step{
				Fcntl{Cmd: "F_SETFD", Arg: "FD_CLOEXEC"},
				FcntlOr{Get: "F_GETFL", Set: "F_SETFL", Or: "O_NONBLOCK"},
				noSigPipe,
			}}},
			Why: "also silences SIGPIPE, which Darwin does per socket and not per call", Ref: "DIFFERENCES A4",
		}},
	},
	{
		Name: "Dup", Doc: "returns a second descriptor for what fd is open on", As: "fcntl",
		In: []Param{{"fd", FD}}, Out: []Param{{"twin", FD}},
		How: Trap{Do: Syscall{"fcntl", []Arg{{Of: "fd"}, dup, {}}}},
	},
	{
		Name: "Close", Doc: "gives fd back to the kernel; it is gone whatever Close returns", As: "close",
		In:  []Param{{"fd", FD}},
		How: Trap{Do: Syscall{"close", []Arg{{Of: "fd"}}}, Once: true, Outcomes: closed},
		Why: "never repeats the call: the descriptor is gone whatever it returns", Ref: "DIFFERENCES I10",
	},
	{
		Name: "CloseNow", Doc: "is Close of a stream that has no linger time, which waits for nothing", As: "close",
		In:  []Param{{"fd", FD}},
		How: Trap{Do: Syscall{"close", []Arg{{Of: "fd"}}}, Quick: true, Once: true, Outcomes: closed},
		Why: "spares the scheduler the news: where all is idle, that wakes a thread to look after it", Ref: "runtime/proc.go, entersyscall",
	},
	{
		Name: "Bind", Doc: "gives the socket its local address: bind(2)", As: "bind",
		In:  []Param{{"fd", FD}, {"addr", Address}},
		How: Trap{Do: Syscall{"bind", []Arg{{Of: "fd"}, {Of: "addr"}}}},
	},
	{
		Name: "Listen", Doc: "makes the socket accept connections: listen(2)", As: "listen",
		In:  []Param{{"fd", FD}, {"backlog", Int}},
		How: Trap{Do: Syscall{"listen", []Arg{{Of: "fd"}, {Of: "backlog"}}}},
	},
	{
		Name: "Connect", Doc: "begins to connect, or connects: connect(2). [ErrInProgress] means that writability will tell. The zero Addr takes a datagram socket's peer away", As: "connect",
		In: []Param{{"fd", FD}, {"addr", Address}},
		How: Trap{Do: Syscall{"connect", []Arg{{Of: "fd"}, {Of: "addr"}}}, Once: true, Outcomes: []Outcome{
			{"EINPROGRESS", InProgress, "the usual answer", "connect(2)"},
			{"EINTR", InProgress, "the connection goes on by itself", "DIFFERENCES C50"},
		}},
		Why: "is not repeated after EINTR: the connection goes on by itself", Ref: "DIFFERENCES C50",
	},
	{
		Name: "Accept", Doc: "takes a connection off the listener's queue, with its peer's address", As: "accept",
		In: []Param{{"fd", FD}}, Out: []Param{{"conn", FD}, {"peer", Address}},
		How: AtomicFlags{Syscall{"accept4", []Arg{{Of: "fd"}, {Of: "peer"}, {Or: bornMarked}}}},
		Per: Per[Instead]{Darwin: {
			How: ThenFcntl{
				Do:       Syscall{"accept", []Arg{{Of: "fd"}, {Of: "peer"}}},
				ForkLock: LockedIfNonBlocking, Mark: fresh,
				NoAddress: Outcome{"ECONNABORTED", Failure,
					"the peer was gone before it could be accepted", "DIFFERENCES C22"},
			},
			Why: "marks the socket afterwards, and holds the fork lock meanwhile unless somebody has made the listener blocking", Ref: "DIFFERENCES A2",
		}},
	},
	{
		Name: "Shutdown", Doc: "ends one or both directions: shutdown(2)", As: "shutdown",
		In:  []Param{{"fd", FD}, {"how", How}},
		How: Trap{Do: Syscall{"shutdown", []Arg{{Of: "fd"}, {Of: "how"}}}},
	},
	{
		Name: "LocalAddr", Doc: "returns the address the socket is bound to", As: "getsockname",
		In: []Param{{"fd", FD}}, Out: []Param{{"addr", Address}},
		How: Trap{Do: Syscall{"getsockname", []Arg{{Of: "fd"}, {Of: "addr"}}}},
	},
	{
		Name: "PeerAddr", Doc: "returns the address the socket is connected to", As: "getpeername",
		In: []Param{{"fd", FD}}, Out: []Param{{"addr", Address}},
		How: Trap{Do: Syscall{"getpeername", []Arg{{Of: "fd"}, {Of: "addr"}}}},
	},

	{
		Name: "Read", Doc: "reads what is there, at most [MaxTransfer] bytes; 0 is the end of the stream, or an empty datagram", As: "read",
		In: []Param{{"fd", FD}, {"p", ReadInto}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"recvfrom", []Arg{{Of: "fd"}, {Of: "p"}, dontWait, {}}}},
		Why: "is recvfrom, for the flag", Ref: "DIFFERENCES A6",
	},
	{
		Name: "Write", Doc: "writes what there is room for, at most [MaxTransfer] bytes, and raises no signal", As: "write",
		In: []Param{{"fd", FD}, {"p", WriteFrom}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"sendto", []Arg{{Of: "fd"}, {Of: "p"}, silent, {}}}},
		Why: "is sendto, for the flag", Ref: "DIFFERENCES A4",
		Per: Per[Instead]{Darwin: {
			How: Trap{Do: Syscall{"sendto", []Arg{{Of: "fd"}, {Of: "p"}, dontWait, {}}}},
			Why: "needs no flag against SIGPIPE: every socket has SO_NOSIGPIPE", Ref: "DIFFERENCES A4",
		}},
	},
	{
		Name: "ReadV", Doc: "is Read into several buffers, at most [MaxVector] of them", As: "readv",
		In: []Param{{"fd", FD}, {"bufs", ReadIntoAll}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"recvmsg", []Arg{{Of: "fd"}, {Of: "bufs"}, dontWait}}},
		Why: "is recvmsg, for the flag", Ref: "DIFFERENCES A6",
	},
	{
		Name: "WriteV", Doc: "is Write from several buffers, at most [MaxVector] of them", As: "writev",
		In: []Param{{"fd", FD}, {"bufs", WriteFromAll}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"sendmsg", []Arg{{Of: "fd"}, {Of: "bufs"}, silent}}},
		Why: "is sendmsg, for the flag", Ref: "DIFFERENCES A4",
		Per: Per[Instead]{Darwin: {
			How: Trap{Do: Syscall{"sendmsg", []Arg{{Of: "fd"}, {Of: "bufs"}, dontWait}}},
			Why: "needs no flag against SIGPIPE: every socket has SO_NOSIGPIPE", Ref: "DIFFERENCES A4",
		}},
	},
	{
		Name: "Peek", Doc: "is Read that leaves the bytes where they are", As: "recvfrom",
		In: []Param{{"fd", FD}, {"p", ReadInto}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"recvfrom", []Arg{{Of: "fd"}, {Of: "p"}, peeking, {}}}},
	},
	{
		Name: "PeekFrom", Doc: "is RecvFrom that leaves the datagram where it is", As: "recvfrom",
		In: []Param{{"fd", FD}, {"p", ReadInto}}, Out: []Param{{"n", Count}, {"from", Address}},
		How: Trap{Do: Syscall{"recvfrom", []Arg{{Of: "fd"}, {Of: "p"}, peeking, {Of: "from"}}}},
	},
	{
		Name: "RecvFrom", Doc: "receives a datagram and its sender's address; what does not fit into p is lost", As: "recvfrom",
		In: []Param{{"fd", FD}, {"p", ReadInto}}, Out: []Param{{"n", Count}, {"from", Address}},
		How: Trap{Do: Syscall{"recvfrom", []Arg{{Of: "fd"}, {Of: "p"}, dontWait, {Of: "from"}}}},
	},
	{
		Name: "Send", Doc: "sends a datagram to the socket's peer, an empty one too", As: "sendto",
		In: []Param{{"fd", FD}, {"p", WholeFrom}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"sendto", []Arg{{Of: "fd"}, {Of: "p"}, silent, {}}}},
		Per: Per[Instead]{Darwin: {
			How: Trap{Do: Syscall{"sendto", []Arg{{Of: "fd"}, {Of: "p"}, dontWait, {}}}},
			Why: "needs no flag against SIGPIPE: every socket has SO_NOSIGPIPE", Ref: "DIFFERENCES A4",
		}},
	},
	{
		Name: "SendTo", Doc: "sends a datagram", As: "sendto",
		In: []Param{{"fd", FD}, {"p", WholeFrom}, {"to", Address}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"sendto", []Arg{{Of: "fd"}, {Of: "p"}, silent, {Of: "to"}}}},
		Per: Per[Instead]{Darwin: {
			How: Trap{Do: Syscall{"sendto", []Arg{{Of: "fd"}, {Of: "p"}, dontWait, {Of: "to"}}}},
			Why: "needs no flag against SIGPIPE: every socket has SO_NOSIGPIPE", Ref: "DIFFERENCES A4",
		}},
	},
	{
		Name: "RecvMsg", Doc: "receives a message; descriptors that come with it are close-on-exec", As: "recvmsg",
		In:  []Param{{"fd", FD}, {"m", ReceivedMessage}},
		How: Trap{Do: Syscall{"recvmsg", []Arg{{Of: "fd"}, {Of: "m"}, {Or: []string{"MSG_CMSG_CLOEXEC", "MSG_DONTWAIT"}}}}},
		Per: Per[Instead]{Darwin: {
			How: MarkRights{
				Do:   Syscall{"recvmsg", []Arg{{Of: "fd"}, {Of: "m"}, {Or: []string{"MSG_DONTWAIT"}}}},
				Mark: closeOnExec,
			},
			Why: "marks descriptors afterwards: Darwin has no MSG_CMSG_CLOEXEC. It never waits, so that it may hold the fork lock", Ref: "DIFFERENCES A5, A6",
		}},
	},
	{
		Name: "SendMsg", Doc: "sends a message", As: "sendmsg",
		In: []Param{{"fd", FD}, {"m", SentMessage}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"sendmsg", []Arg{{Of: "fd"}, {Of: "m"}, silent}}},
		Per: Per[Instead]{Darwin: {
			How: Trap{Do: Syscall{"sendmsg", []Arg{{Of: "fd"}, {Of: "m"}, dontWait}}},
			Why: "needs no flag against SIGPIPE: every socket has SO_NOSIGPIPE", Ref: "DIFFERENCES A4",
		}},
	},
	recvMsgs,
	sendMsgs,

	sendFile, pipe, splice,

	{
		Name: "SetOption", Doc: "sets a socket option by this system's numbers: setsockopt(2)", As: "setsockopt",
		In:  []Param{{"fd", FD}, {"level", Int}, {"name", Int}, {"value", OptionIn}},
		How: Trap{Do: Syscall{"setsockopt", []Arg{{Of: "fd"}, {Of: "level"}, {Of: "name"}, {Of: "value"}}}},
	},
	{
		Name: "GetOption", Doc: "reads a socket option into value and returns its length: getsockopt(2)", As: "getsockopt",
		In: []Param{{"fd", FD}, {"level", Int}, {"name", Int}, {"value", OptionOut}}, Out: []Param{{"n", Count}},
		How: Trap{Do: Syscall{"getsockopt", []Arg{{Of: "fd"}, {Of: "level"}, {Of: "name"}, {Of: "value"}}}},
	},

	{
		Name: "NewPoller", Doc: "opens a poller",
		Out: []Param{{"", PollerOut}}, How: FromPoller,
	},
}

// closeOnExec is for descriptors that are not sockets of ours, or not yet.
var closeOnExec = Marking{
	Name: "closeOnExec", Doc: "keeps fd from the programs that this one starts",
	Steps: []Step{Fcntl{Cmd: "F_SETFD", Arg: "FD_CLOEXEC"}},
}
