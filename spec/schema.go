package spec

// Option is one socket option: the same name, type and range on every system,
// with what differs between them in Per.
type Option struct {
	Name  string // NoDelay: the value sockopt.NoDelay, the methods SetNoDelay and NoDelay
	Ident string // its name in package platform, where Name is taken; else empty
	Doc   string // completes "SetNoDelay …", or "Error …" of one that is only read
	Get   string // completes "NoDelay returns …"
	Unit  string // what a plain number counts: "bytes", "hops"; empty of one that counts nothing, and of durations

	Level, Const string // names in x/sys/unix
	V6           Name   // the name on an IPv6 socket, where Level and Const work on IPv4 only
	Wire         Wire
	Range        Range
	Reads        Relation
	Family       Family // the only family of sockets that has it

	// Names: values name something, such as an interface, so that a machine may
	// lack what a value in Range stands for.
	Names bool

	On        []Type // the types that have the option
	SetOn     []Type // the types whose setter can work, where that is fewer than On
	ReadOnly  bool
	WriteOnly bool // kernels do not tell what was set
	NoMethod  bool // a value only: package net has something better than a plain method
	Effective bool // XEffective also returns the kernel's own number

	// Inherited: accepted sockets carry what was set on the listener, on every
	// system (B34).
	Inherited bool

	Per  Per[Variant] // where a system differs, and why
	Test Test
	Ref  string // the evidence: rows of docs/differences.md, man pages, headers
}

// Name is a socket option as the kernel knows it.
type Name struct{ Level, Const string }

// Variant is how one system differs. Empty fields are as in the Option.
type Variant struct {
	Level, Const string
	V6           Name
	Wire         Wire
	Reads        Relation
	Unset        int64  // what a negative number stands for when it is read; 0 is no rule
	Family       Family // the only family of sockets that has it here; V6 is not used
	Off, On      string // of a bool, names in x/sys/unix of the numbers that stand for it; no Off is 0
	Set          any    // what the conformance suite sets here, where Test.Set will not do

	Clamps  bool // too large a value is ENOBUFS here, not cut down
	Reapply bool // accepted sockets do not inherit it here, though Inherited says they must
	Both    bool // a dual-stack socket wants the IPv4 and the IPv6 name set

	// Needs is what a kernel or a process must have besides, for the option to
	// work: a release, a privilege, a module. Without, it fails with the error
	// classes Unsupported, Permission or NotFound.
	Needs string

	Absent string // why this system has none; accessors return UnsupportedError
	Exists string // why x/sys has the constant all the same, though it is Absent

	Why, Ref string // what is odd here, and the evidence
}

// Wire is how a value is laid out for the kernel. It also fixes the Go type.
type Wire uint8

const (
	CBool     Wire = iota + 1 // C int, any non-zero value is true; Go bool
	CInt                      // C int; Go int
	CUint32                   // uint32_t; Go uint32
	CUint64                   // uint64_t; Go uint64
	CSeconds                  // C int, seconds rounded up; Go time.Duration
	CMillis                   // C int, milliseconds rounded up; Go time.Duration
	CMicros                   // C int, microseconds rounded up; Go time.Duration
	CLinger                   // struct linger, seconds rounded up; Go time.Duration, negative disables
	CString                   // bytes up to a NUL; Go string
	CFilter                   // struct accept_filter_arg without arguments; Go string
	CMTUInfo                  // struct ip6_mtuinfo, only read; Go int
	CSockaddr                 // struct sockaddr_in or sockaddr_in6, only read; Go netip.AddrPort
)

var wireNames = [...]string{"no wire", "CBool", "CInt", "CUint32", "CUint64", "CSeconds", "CMillis", "CMicros",
	"CLinger", "CString", "CFilter", "CMTUInfo", "CSockaddr"}

func (w Wire) String() string { return wireNames[w] }

// Relation says how a value that is read relates to the one that was set.
type Relation uint8

const (
	Same    Relation = iota
	Doubled          // the kernel stores twice what it is asked for
	AtLeast          // the kernel may store more
	AtMost           // the kernel may store less
	NoECN            // stream sockets keep the two low bits to themselves
)

func (r Relation) String() string {
	return [...]string{"Same", "Doubled", "AtLeast", "AtMost", "NoECN"}[r]
}

// Range bounds a value, both ends included, in units of the option's wire;
// for CString, the length in bytes. It is what every system takes, and is
// checked before the call on all of them.
type Range struct{ Min, Max int64 }

// Family narrows an option to the sockets of one address family.
type Family string

const (
	AnyFamily Family = ""
	Inet4     Family = "Inet4"
	Inet6     Family = "Inet6"
)

// Type is a kind of socket: a type of package net and a bit of
// platform.SocketType, under the same name.
type Type string

const (
	TCPSocket    Type = "TCPSocket"
	TCPListener  Type = "TCPListener"
	TCPStream    Type = "TCPStream"
	UDPSocket    Type = "UDPSocket"
	UnixStream   Type = "UnixStream"
	UnixListener Type = "UnixListener"
	UnixDatagram Type = "UnixDatagram"
)

// Types is every kind of socket, in the order of platform's bits.
var Types = []Type{TCPSocket, TCPListener, TCPStream, UDPSocket, UnixStream, UnixListener, UnixDatagram}

// NetTypes is the kinds that package net has: those that get methods.
var NetTypes = Types

// Test is what the conformance suite sets. Its type is the wire's Go type: a
// bool, an int, a uint32, a time.Duration or a string.
type Test struct {
	Set     any // a value that no system has by default
	Default any // the value of a new socket, where all systems agree
}

// Group is the options of one level, for the order and headings of documents.
type Group struct {
	Title   string
	Options []Option
}

// Options is every option. Their order numbers them. There is no group for
// Unix sockets: they have those of level SOL_SOCKET, and level 0, which is
// IPPROTO_IP, means other things to them on the BSDs (B36).
var Options = []Group{
	{"Sockets", socketOptions},
	{"Queues and identity", trafficOptions},
	{"TCP", tcpOptions},
	{"TCP connections to be", connectOptions},
	{"IP", ipOptions},
	{"Routes and interfaces", routeOptions},
	{"UDP and multicast", udpOptions},
}
