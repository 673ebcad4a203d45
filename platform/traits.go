package platform

// Traits are the facts about a system that package net acts on.
type Traits struct {
	OS     string // GOOS
	Poller string // "epoll" or "kqueue"

	// ShortReadDrains: a read that returns less than asked for leaves the
	// buffer empty, unless the poller reported [Urgent], [ReadClosed] or
	// [Error] (C47, H24).
	ShortReadDrains bool

	// NestedPoller: the poller's descriptor can itself be a client of Go's
	// poller. Kqueues cannot: Go registers both filters, and a kqueue has no
	// EVFILT_WRITE.
	NestedPoller bool

	// LocalAddrDies: getsockname may fail once the connection has ended, so
	// the address is fetched at its beginning (C37).
	LocalAddrDies bool

	// CloseLingers: close(2) waits for a positive linger time even on a
	// non-blocking descriptor (B6).
	CloseLingers bool

	// FullRefuses: a Unix listener whose queue is full refuses connections,
	// where other systems would block (G11).
	FullRefuses bool

	// Reset is the error of a read from a connection that the peer has reset. A
	// call beside the read may have been told in its place (C31).
	Reset error

	Sockaddr    *SockaddrLayout
	Control     *ControlLayout
	Credentials *CredentialsLayout
	Groups      *GroupLayout
	TCPInfo     *TCPInfoLayout
	Options     []OptionRow // indexed by OptionID
}
