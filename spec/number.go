package spec

// Conversion says how one of the contract's small types becomes the kernel's
// numbers.
type Conversion struct {
	Func, Doc string   // the function's name in a backend; Doc completes "FUNC …"
	Of        string   // platform.OF
	Cases     []Number // in the order of package platform
	Else      string   // for every other value
}

// Number is one value and its constant in x/sys/unix.
type Number struct{ Value, Const string }

// Conversions lists them all.
var Conversions = []Conversion{
	{
		Func: "domain", Doc: "is the kernel's number of an address family", Of: "Family",
		Cases: []Number{{"Inet4", "AF_INET"}, {"Inet6", "AF_INET6"}, {"Unix", "AF_UNIX"}},
		Else:  "AF_UNSPEC",
	},
	{
		Func: "socketType", Doc: "is the kernel's number of a kind of socket", Of: "Kind",
		Cases: []Number{{"Datagram", "SOCK_DGRAM"}},
		Else:  "SOCK_STREAM",
	},
	{
		Func: "shutdownHow", Doc: "is the kernel's number of the directions to close", Of: "How",
		Cases: []Number{{"ShutRead", "SHUT_RD"}, {"ShutWrite", "SHUT_WR"}},
		Else:  "SHUT_RDWR",
	},
}

// MessageFlags says what the kernel's flags of a received message mean.
var MessageFlags = []Number{{"Truncated", "MSG_TRUNC"}, {"ControlTruncated", "MSG_CTRUNC"}}

// Rights names the control messages that carry descriptors.
var Rights = Name{Level: "SOL_SOCKET", Const: "SCM_RIGHTS"}

// WouldBlock is the number that becomes platform.ErrWouldBlock.
const WouldBlock = "EAGAIN"

// Reset is the number that reads of a reset connection fail with.
const Reset = "ECONNRESET"

// Interrupted is the number after which calls are repeated.
const Interrupted = "EINTR"
