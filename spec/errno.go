package spec

// Class is a condition that systems report by different error numbers, and
// the numbers.
type Class struct {
	Name   string // platform.ClassNAME
	Errnos []string
	Per    Per[Errnos]
}

// Errnos is what one system adds to a class, or reports by another number.
type Errnos struct {
	Add, Drop []string
	Why, Ref  string
}

// Classes lists the classes in the order of package platform.
var Classes = []Class{
	{Name: "Reset", Errnos: []string{"EPIPE", "ECONNRESET"}, Per: Per[Errnos]{Darwin: {
		Add: []string{"EPROTOTYPE"},
		Why: "a write that races with the peer's reset fails so",
		Ref: "DIFFERENCES C31",
	}}},
	{Name: "Refused", Errnos: []string{"ECONNREFUSED"}},
	{Name: "NotConnected", Errnos: []string{"ENOTCONN", "EDESTADDRREQ"}},
	{Name: "IsConnected", Errnos: []string{"EISCONN"}},
	{Name: "AddrInUse", Errnos: []string{"EADDRINUSE"}},
	{Name: "AddrNotAvailable", Errnos: []string{"EADDRNOTAVAIL"}},
	{Name: "NoInterface", Errnos: []string{"ENODEV", "ENXIO"}},
	{Name: "MessageTooLong", Errnos: []string{"EMSGSIZE"}},
	{Name: "NoBuffers", Errnos: []string{"ENOBUFS", "ENOMEM"}, Per: Per[Errnos]{Darwin: {
		Add: []string{"ETOOMANYREFS"},
		Why: "joining more groups than a socket can have fails so",
		Ref: "DIFFERENCES E8",
	}}},
	{Name: "TooManyFiles", Errnos: []string{"EMFILE", "ENFILE"}},
	{Name: "Unreachable", Errnos: []string{"ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN"}},
	{Name: "NotFound", Errnos: []string{"ENOENT"}, Per: Per[Errnos]{FreeBSD: {
		Add: []string{"ESRCH"},
		Why: "there is no congestion algorithm of the name, since release 15",
		Ref: "DIFFERENCES B30",
	}}},
	{Name: "WrongType", Errnos: []string{"EPROTOTYPE"}, Per: Per[Errnos]{Darwin: {
		Drop: []string{"EPROTOTYPE"},
		Why:  "the number means a reset far more often; connect to a Unix path knows better",
		Ref:  "DIFFERENCES C31, G9",
	}}},
	{Name: "NotSocket", Errnos: []string{"ENOTSOCK"}},
	{Name: "Permission", Errnos: []string{"EACCES", "EPERM"}},
	{Name: "Aborted", Errnos: []string{"ECONNABORTED", "EPROTO"}},
	{Name: "TimedOut", Errnos: []string{"ETIMEDOUT"}},
	{Name: "Invalid", Errnos: []string{"EINVAL", "EDOM"}},
	{Name: "Unsupported", Errnos: []string{"ENOPROTOOPT", "EOPNOTSUPP", "EAFNOSUPPORT", "EPROTONOSUPPORT"}, Per: Per[Errnos]{Darwin: {
		Add: []string{"ENOTSUP"},
		Why: "ENOTSUP and EOPNOTSUPP are two numbers only here",
		Ref: "DIFFERENCES I3",
	}}},
}
