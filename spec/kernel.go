package spec

// Shape is how the kernel takes an argument.
type Shape uint8

const (
	CInt32     Shape = iota + 1 // int
	Level                       // int, the level of an option
	Choice                      // int, the option within it
	FDIn                        // descriptor
	Fixed                       // the same number in every call
	BytesIn                     // pointer and length; the kernel reads
	BytesOut                    // pointer and length; the kernel writes
	VectorIn                    // array of iovec and its length; the kernel reads
	VectorOut                   // the same; the kernel writes
	MsgIn                       // struct msghdr for sendmsg
	MsgOut                      // struct msghdr for recvmsg
	MsgsIn                      // array of struct mmsghdr for sendmmsg, and its length
	MsgsOut                     // the same for recvmmsg
	AddrIn                      // sockaddr and its length
	AddrOut                     // sockaddr and a pointer to its length
	ValueIn                     // option value and its length
	ValueOut                    // option value and a pointer to its length
	PairOut                     // two descriptors
	RecordIn                    // pointer to a struct of the poller
	RecordsIn                   // array of such structs, and its length; the kernel reads
	RecordsOut                  // the same; the kernel writes
	Millis                      // int, milliseconds; negative is for ever
	TimeSpec                    // pointer to a timespec; NULL is for ever
	Size                        // size_t
	OffT                        // off_t, two words where a word is too narrow
	OffTIn                      // pointer to an off_t; where to begin
	SentOut                     // pointer to an off_t; how much went, even where the call fails
	SentInOut                   // the same, and before how much is to go
)

// Slot is an argument of a kernel function, or a pointer and its length.
type Slot struct {
	Name  string
	Len   string // the name of the length, for shapes that have one
	Is    Shape
	Value int    // of Fixed
	Names string // prefix of the constants that belong here, for transcripts
	One   bool   // exactly one of them, not several or-ed
	By    string // or the slot whose constant decides, by ArgNames
}

// Wait says whether a kernel function can hold its thread.
type Wait uint8

const (
	Never       Wait = iota + 1 // the scheduler need not hear of it, nor does a signal end it
	Brief                       // the scheduler need not hear of it: no descriptor blocks
	Large                       // only while it copies many bytes
	Always                      // it may
	ZeroTimeout                 // unless its timeout is zero
)

// Function is a kernel function: SYS_NAME where system calls have numbers, a
// symbol of libSystem on Darwin.
type Function struct {
	Name  string
	Takes []Slot
	Waits Wait
}

// RawLimit is what Large means: a call that moves no more bytes than this
// cannot keep a processor for long.
const RawLimit = 64 << 10

// Kernel lists the functions that the backends are made of. A backend holds
// only those that its recipes name.
var Kernel = []Function{
	{"socket", []Slot{{Name: "domain", Is: CInt32}, {Name: "typ", Is: CInt32, Names: "SOCK_"}, {Name: "proto", Is: CInt32}}, Never},
	{"socketpair", []Slot{{Name: "domain", Is: CInt32}, {Name: "typ", Is: CInt32, Names: "SOCK_"}, {Name: "proto", Is: CInt32}, {Name: "fds", Is: PairOut}}, Never},
	{"fcntl", []Slot{{Name: "fd", Is: FDIn}, {Name: "cmd", Is: CInt32, Names: "F_", One: true}, {Name: "arg", Is: CInt32, By: "cmd"}}, Never},
	{"close", []Slot{{Name: "fd", Is: FDIn}}, Always},
	{"bind", []Slot{{Name: "fd", Is: FDIn}, {Name: "sa", Len: "salen", Is: AddrIn}}, Always},
	{"connect", []Slot{{Name: "fd", Is: FDIn}, {Name: "sa", Len: "salen", Is: AddrIn}}, Always},
	{"listen", []Slot{{Name: "fd", Is: FDIn}, {Name: "backlog", Is: CInt32}}, Always},
	{"accept", []Slot{{Name: "fd", Is: FDIn}, {Name: "sa", Len: "salen", Is: AddrOut}}, Brief},
	{"accept4", []Slot{{Name: "fd", Is: FDIn}, {Name: "sa", Len: "salen", Is: AddrOut}, {Name: "flags", Is: CInt32, Names: "SOCK_"}}, Brief},
	{"shutdown", []Slot{{Name: "fd", Is: FDIn}, {Name: "how", Is: CInt32}}, Always},
	{"getsockname", []Slot{{Name: "fd", Is: FDIn}, {Name: "sa", Len: "salen", Is: AddrOut}}, Never},
	{"getpeername", []Slot{{Name: "fd", Is: FDIn}, {Name: "sa", Len: "salen", Is: AddrOut}}, Never},

	{"write", []Slot{{Name: "fd", Is: FDIn}, {Name: "p", Len: "n", Is: BytesIn}}, Large},
	{"recvfrom", []Slot{{Name: "fd", Is: FDIn}, {Name: "p", Len: "n", Is: BytesOut}, {Name: "flags", Is: CInt32, Names: "MSG_"}, {Name: "sa", Len: "salen", Is: AddrOut}}, Large},
	{"sendto", []Slot{{Name: "fd", Is: FDIn}, {Name: "p", Len: "n", Is: BytesIn}, {Name: "flags", Is: CInt32, Names: "MSG_"}, {Name: "sa", Len: "salen", Is: AddrIn}}, Large},
	{"recvmsg", []Slot{{Name: "fd", Is: FDIn}, {Name: "msg", Is: MsgOut}, {Name: "flags", Is: CInt32, Names: "MSG_"}}, Always},
	{"sendmsg", []Slot{{Name: "fd", Is: FDIn}, {Name: "msg", Is: MsgIn}, {Name: "flags", Is: CInt32, Names: "MSG_"}}, Always},
	{"recvmmsg", []Slot{{Name: "fd", Is: FDIn}, {Name: "msgs", Len: "n", Is: MsgsOut}, {Name: "flags", Is: CInt32, Names: "MSG_"}, {Name: "timeout", Is: Fixed}}, Always},
	{"sendmmsg", []Slot{{Name: "fd", Is: FDIn}, {Name: "msgs", Len: "n", Is: MsgsIn}, {Name: "flags", Is: CInt32, Names: "MSG_"}}, Always},

	{"setsockopt", []Slot{{Name: "fd", Is: FDIn}, {Name: "level", Is: Level}, {Name: "name", Is: Choice}, {Name: "p", Len: "n", Is: ValueIn}}, Never},
	{"getsockopt", []Slot{{Name: "fd", Is: FDIn}, {Name: "level", Is: Level}, {Name: "name", Is: Choice}, {Name: "p", Len: "n", Is: ValueOut}}, Never},

	{"epoll_create1", []Slot{{Name: "flags", Is: CInt32, Names: "EPOLL_"}}, Never},
	{"epoll_ctl", []Slot{{Name: "ep", Is: FDIn}, {Name: "op", Is: CInt32, Names: "EPOLL_CTL_", One: true}, {Name: "fd", Is: FDIn}, {Name: "ev", Is: RecordIn}}, Never},
	{"epoll_pwait", []Slot{{Name: "ep", Is: FDIn}, {Name: "evs", Len: "n", Is: RecordsOut}, {Name: "ms", Is: Millis}, {Name: "sigmask", Is: Fixed}, {Name: "sigsetsize", Is: Fixed, Value: 8}}, ZeroTimeout},
	{"eventfd2", []Slot{{Name: "initval", Is: CInt32}, {Name: "flags", Is: CInt32, Names: "EFD_"}}, Never},
	{"kqueue", nil, Never},
	{"kevent", []Slot{{Name: "kq", Is: FDIn}, {Name: "changes", Len: "nchanges", Is: RecordsIn}, {Name: "evs", Len: "n", Is: RecordsOut}, {Name: "timeout", Is: TimeSpec}}, ZeroTimeout},
}

// Newer names the system call that does another's work, given 0 for each
// argument more, where not every processor has the other.
var Newer = Per[map[string]string]{Linux: {"accept": "accept4"}}

// KernelOn lists the functions that have a signature of their own on each
// system that has them.
var KernelOn = Per[[]Function]{
	Linux: {
		{"sendfile", []Slot{{Name: "fd", Is: FDIn}, {Name: "file", Is: FDIn}, {Name: "at", Is: OffTIn}, {Name: "n", Is: Size}}, Always},
		{"pipe2", []Slot{{Name: "fds", Is: PairOut}, {Name: "flags", Is: CInt32, Names: "O_"}}, Never},
		{"splice", []Slot{{Name: "from", Is: FDIn}, {Name: "offin", Is: Fixed}, {Name: "to", Is: FDIn}, {Name: "offout", Is: Fixed}, {Name: "n", Is: Size}, {Name: "flags", Is: CInt32, Names: "SPLICE_F_"}}, Always},
	},
	Darwin: {
		{"sendfile", []Slot{{Name: "file", Is: FDIn}, {Name: "fd", Is: FDIn}, {Name: "off", Is: OffT}, {Name: "sent", Is: SentInOut}, {Name: "hdtr", Is: Fixed}, {Name: "flags", Is: Fixed}}, Always},
	},
	FreeBSD: {
		{"sendfile", []Slot{{Name: "file", Is: FDIn}, {Name: "fd", Is: FDIn}, {Name: "off", Is: OffT}, {Name: "n", Is: Size}, {Name: "hdtr", Is: Fixed}, {Name: "sent", Is: SentOut}, {Name: "flags", Is: CInt32}}, Always},
	},
}

// Renumbered is a system call that some processors have under a second name,
// the first being of no use to us there.
type Renumbered struct {
	Function, As string
	On           []string // GOARCH
	Why, Ref     string
}

// RenumberedOn lists them.
var RenumberedOn = Per[[]Renumbered]{
	Linux: {{Function: "sendfile", As: "sendfile64", On: []string{"386", "arm"}, Why: "the off_t of sendfile has 32 bits there", Ref: "sendfile(2)"}},
}

// Opener is a function that returns a descriptor: always, or where one of its
// arguments is the constant On.
type Opener struct{ Function, On string }

// Openers lists them, for the recorder to see what stays open.
var Openers = []Opener{
	{Function: "socket"}, {Function: "accept"}, {Function: "accept4"},
	{Function: "fcntl", On: "F_DUPFD_CLOEXEC"},
	{Function: "epoll_create1"}, {Function: "eventfd2"}, {Function: "kqueue"},
}

// ArgNames tells which constants belong to the last argument of a function
// whose command decides it.
var ArgNames = []Number{{"F_SETFD", "FD_"}, {"F_SETFL", "O_"}}

// RecordNames is the prefixes of the constants in the poller's structs.
var RecordNames = []string{"EPOLL", "EVFILT_", "EV_", "NOTE_"}
