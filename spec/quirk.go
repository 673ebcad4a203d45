package spec

// Quirk is something that a system does and others do not, as far as a double
// can do it on top of any of them. The double's tests, and the conformance
// suite run over it, show that package net behaves the same all the same.
type Quirk struct {
	Name  string      // a field of quirk.Set
	Doc   string      // what happens; completes "NAME: …"
	Errno Per[string] // the error number that each system with the quirk reports
	On    []OS        // the systems with it, where there is no error number
	Ref   string
}

// Quirks lists them by subject.
var Quirks = []Quirk{
	{Name: "AcceptReset", Doc: "accept of a connection that was reset since fails", Ref: "DIFFERENCES C22",
		Errno: Per[string]{FreeBSD: "ECONNABORTED", Darwin: "ECONNABORTED"}},
	{Name: "WriteReset", Doc: "writes after a reset fail so", Ref: "DIFFERENCES C31",
		Errno: Per[string]{FreeBSD: "EPIPE", Darwin: "EPROTOTYPE"}},
	{Name: "ReadReset", Doc: "a failed write leaves the reset to the next read", Ref: "DIFFERENCES C31, C33",
		Errno: Per[string]{FreeBSD: "ECONNRESET", Darwin: "ECONNRESET"}},
	{Name: "WriteFresh", Doc: "a write to a stream that was never connected fails", Ref: "DIFFERENCES C34",
		Errno: Per[string]{FreeBSD: "ENOTCONN", Darwin: "ENOTCONN"}},
	{Name: "PeerAddrReset", Doc: "getpeername fails after a reset", Ref: "DIFFERENCES C36",
		Errno: Per[string]{Darwin: "EINVAL"}},
	{Name: "LocalAddrReset", Doc: "getsockname fails after a reset", Ref: "DIFFERENCES C37",
		Errno: Per[string]{Darwin: "EINVAL"}},
	{Name: "ShutdownAgain", Doc: "ending a direction twice fails", Ref: "DIFFERENCES C38, C39",
		Errno: Per[string]{Darwin: "ENOTCONN"}},
	{Name: "ShutdownFresh", Doc: "shutdown of a Unix stream that was never connected fails", Ref: "DIFFERENCES G31",
		Errno: Per[string]{FreeBSD: "ENOTCONN", Darwin: "ENOTCONN"}},
	{Name: "ShutdownAlone", Doc: "shutdown of a Unix stream fails once the peer has closed", Ref: "DIFFERENCES G14",
		Errno: Per[string]{FreeBSD: "ENOTCONN", Darwin: "ENOTCONN"}},
	{Name: "ConnectFull", Doc: "a Unix listener whose queue is full refuses", Ref: "DIFFERENCES G11",
		Errno: Per[string]{FreeBSD: "ECONNREFUSED", Darwin: "ECONNREFUSED"}},
	{Name: "ConnectFile", Doc: "connecting to a path that is no socket fails", Ref: "DIFFERENCES G8",
		Errno: Per[string]{FreeBSD: "ENOTSOCK", Darwin: "ENOTSOCK"}},
	{Name: "Disconnect", Doc: "taking a datagram socket's peer away works, and fails", Ref: "DIFFERENCES D12",
		Errno: Per[string]{FreeBSD: "EAFNOSUPPORT", Darwin: "EAFNOSUPPORT"}},
	{Name: "SendToConnected", Doc: "a connected datagram socket takes no address", Ref: "DIFFERENCES D3, G21",
		Errno: Per[string]{FreeBSD: "EISCONN", Darwin: "EISCONN"}},
	{Name: "SendFull", Doc: "a Unix datagram socket whose receiver's queue is full has no buffers, and no event tells when it has", Ref: "DIFFERENCES G16",
		Errno: Per[string]{FreeBSD: "ENOBUFS", Darwin: "ENOBUFS"}},
	{Name: "SendNowhere", Doc: "a Unix datagram socket without peer cannot send", Ref: "DIFFERENCES G15",
		Errno: Per[string]{FreeBSD: "EDESTADDRREQ", Darwin: "EDESTADDRREQ"}},
	{Name: "SendGone", Doc: "the first datagram to a Unix peer that has closed fails", Ref: "DIFFERENCES G18",
		Errno: Per[string]{FreeBSD: "ECONNRESET", Darwin: "ECONNRESET"}},
	{Name: "RecvGone", Doc: "once the peer of a pair has closed, one receive fails", Ref: "DIFFERENCES G19",
		Errno: Per[string]{FreeBSD: "ECONNRESET", Darwin: "ECONNRESET"}},

	{Name: "UnreadEnds", Doc: "closing with data unread ends the stream, where it would reset the connection", Ref: "DIFFERENCES C29",
		On: []OS{FreeBSD}},
	{Name: "UnreadEndsUnix", Doc: "UnreadEnds of Unix streams", Ref: "DIFFERENCES G13",
		On: []OS{FreeBSD, Darwin}},
	{Name: "ShutdownDiscards", Doc: "shutting reading down throws away what is buffered, and what comes", Ref: "DIFFERENCES C40",
		On: []OS{FreeBSD, Darwin}},
	{Name: "PeekKeeps", Doc: "an error that peeking has told of is told again", Ref: "DIFFERENCES C45",
		On: []OS{FreeBSD, Darwin}},
	{Name: "MaskedBools", Doc: "an option that is on reads as its bit, not as 1", Ref: "DIFFERENCES B1",
		On: []OS{FreeBSD, Darwin}},
	{Name: "EventsApart", Doc: "what there is to read and to write is told in two batches", Ref: "DIFFERENCES H22",
		On: []OS{FreeBSD, Darwin}},
	{Name: "FreshSilent", Doc: "a stream that was never connected has no events", Ref: "DIFFERENCES H1, H16",
		On: []OS{FreeBSD, Darwin}},
	{Name: "ErrorsReadable", Doc: "an error of a datagram socket shows as readable and writable", Ref: "DIFFERENCES H15",
		On: []OS{FreeBSD, Darwin}},
	{Name: "NeverUrgent", Doc: "no event tells of urgent data", Ref: "DIFFERENCES C47, H21",
		On: []OS{FreeBSD, Darwin}},
}
