package spec

// Option is one socket option: the same name, type and range on every system,
// with what differs between them in Per.
type Option struct {
	Name  string // NoDelay: the value sockopt.NoDelay, the methods SetNoDelay and NoDelay
	Ident string // its name in package platform, where Name is taken; else empty
	Doc   string // completes "SetNoDelay …", or "Error …" of one that is only read
	Get   string // completes "NoDelay returns …"
	Unit  string // what a plain number counts: "bytes", "hops"; durations have their own

	Level, Const string // names in x/sys/unix
	V6           Name   // the name on an IPv6 socket, where Level and Const work on IPv4 only
	Wire         Wire
	Range        Range
	Reads        Relation
	Family       Family // the only family of sockets that has it

	On        []Type // the types that have the option
	SetOn     []Type // the types whose setter can work, where that is fewer than On
	ReadOnly  bool
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
	Unset        int64 // what a negative number stands for when it is read; 0 is no rule

	Clamps  bool // too large a value is ENOBUFS here, not cut down
	Reapply bool // accepted sockets do not inherit it here, though Inherited says they must
	Both    bool // a dual-stack socket wants the IPv4 and the IPv6 name set

	Absent string // why this system has none; accessors return UnsupportedError
	Exists string // why x/sys has the constant all the same, though it is Absent

	Why, Ref string // what is odd here, and the evidence
}

// Wire is how a value is laid out for the kernel. It also fixes the Go type.
type Wire uint8

const (
	CBool    Wire = iota + 1 // C int, any non-zero value is true; Go bool
	CInt                     // C int; Go int
	CSeconds                 // C int, seconds rounded up; Go time.Duration
	CMillis                  // C int, milliseconds rounded up; Go time.Duration
	CLinger                  // struct linger, seconds rounded up; Go time.Duration, negative disables
	CString                  // bytes up to a NUL; Go string
)

func (w Wire) String() string {
	return [...]string{"no wire", "CBool", "CInt", "CSeconds", "CMillis", "CLinger", "CString"}[w]
}

// Relation says how a value that is read relates to the one that was set.
type Relation uint8

const (
	Same    Relation = iota
	Doubled          // the kernel stores twice what it is asked for
	AtLeast          // the kernel may store more
	NoECN            // stream sockets keep the two low bits to themselves
)

func (r Relation) String() string {
	return [...]string{"Same", "Doubled", "AtLeast", "NoECN"}[r]
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
// bool, an int, a time.Duration or a string.
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
	{"TCP", tcpOptions},
	{"IP", ipOptions},
	{"UDP and multicast", udpOptions},
}
