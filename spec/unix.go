package spec

// Credentials says how a system tells who is at the other end of a Unix
// stream: an option that returns a struct, and which of its fields say what.
type Credentials struct {
	Option   Name
	Struct   string // of x/sys/unix
	UID, GID string // fields; of an array of groups, the first is meant

	// The process is a field, or the last word of the struct, which x/sys
	// leaves without a name, or an option of its own.
	PID       string
	PIDIsLast bool
	PIDOption Name

	Why, Ref string
}

var (
	ucred = Credentials{
		Option: Name{"SOL_SOCKET", "SO_PEERCRED"},
		Struct: "Ucred", UID: "Uid", GID: "Gid", PID: "Pid",
		Why: "a socket without a peer has process 0, and is not asked", Ref: "DIFFERENCES G23; unix(7)",
	}
	xucred = Credentials{
		Option: Name{"SOL_LOCAL", "LOCAL_PEERCRED"},
		Struct: "Xucred", UID: "Uid", GID: "Groups", PIDIsLast: true,
		Why: "cr_pid shares the last word with a pointer", Ref: "DIFFERENCES G23; FreeBSD sys/sys/ucred.h, unix(4)",
	}
	xucredWithout = Credentials{
		Option: Name{"SOL_LOCAL", "LOCAL_PEERCRED"},
		Struct: "Xucred", UID: "Uid", GID: "Groups", PIDOption: Name{"SOL_LOCAL", "LOCAL_PEERPID"},
		Why: "struct xucred does not hold the process, which an option tells while the peer is there",
		Ref: "DIFFERENCES G23; xnu bsd/sys/ucred.h, bsd/sys/un.h",
	}
)
