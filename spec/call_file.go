package spec

// What moves bytes between a file or a pipe and a socket without a buffer of
// the program's. The systems agree on the names only: what is written out here
// is the signature of each.
var (
	sendFile = Call{
		Name: "SendFile", Doc: "sends at most n bytes of a regular file, from offset on, with room for at least one; 0 is the end of the file. The file's own position does not count and does not move", As: "sendfile",
		In: []Param{{"fd", FD}, {"file", FD}, {"offset", Offset}, {"n", UpTo}}, Out: []Param{{"sent", Count}},
		How: Trap{Do: Syscall{"sendfile", []Arg{{Of: "fd"}, {Of: "file"}, {Of: "offset"}, {Of: "n"}}}},
		Why: "has no flag against SIGPIPE, which Go's runtime takes and drops: sendfile to a dead peer raises it", Ref: "sendfile(2)",
		Per: Per[Instead]{
			FreeBSD: {
				How: Trap{Do: Syscall{"sendfile", []Arg{{Of: "file"}, {Of: "fd"}, {Of: "offset"}, {Of: "n"}, {Of: "sent"}, {}}}},
				Why: "takes the file first, and tells how much went even where it fails", Ref: "FreeBSD sendfile(2)",
			},
			Darwin: {
				How: Trap{Do: Syscall{"sendfile", []Arg{{Of: "file"}, {Of: "fd"}, {Of: "offset"}, {Of: "n"}}}},
				Why: "takes the file first, and tells how much went, even where it fails, in place of how much to send; a number that a failed call leaves as it was says nothing", Ref: "xnu bsd/kern/uipc_syscalls.c sendfile",
			},
		},
	}

	pipe = Call{
		Name: "Pipe", Doc: "makes a pipe, for Splice: what is written to the second end is read from the first", As: "pipe2",
		Out: []Param{{"ends", FDPair}},
		How: AtomicFlags{Syscall{"pipe2", []Arg{{Of: "ends"}, {Or: bornMarkedFile}}}},
		Per: Per[Instead]{
			Darwin:  {How: Absent{}, Why: "there is no Splice to use it", Ref: "pipe(2)"},
			FreeBSD: {How: Absent{}, Why: "there is no Splice to use it", Ref: "pipe(2)"},
		},
	}

	splice = Call{
		Name: "Splice", Doc: "moves at most n bytes from one descriptor to another, one of which is a pipe; 0 is the end of the stream", As: "splice",
		In: []Param{{"from", FD}, {"to", FD}, {"n", UpTo}}, Out: []Param{{"moved", Count}},
		How: Trap{Do: Syscall{"splice", []Arg{{Of: "from"}, {Of: "to"}, {Of: "n"}, {Or: []string{"SPLICE_F_NONBLOCK"}}}}},
		Why: "does not wait for the pipe; for the socket, as the socket is set. Like sendfile it raises SIGPIPE, which Go's runtime drops", Ref: "splice(2)",
		Per: Per[Instead]{
			Darwin:  {How: Absent{}, Why: "bytes go from socket to socket through the program only", Ref: "xnu bsd/kern/syscalls.master"},
			FreeBSD: {How: Absent{}, Why: "SO_SPLICE gives two sockets to the kernel until the end, with no say in between", Ref: "FreeBSD setsockopt(2), from 14.2"},
		},
	}
)
