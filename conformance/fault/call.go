package fault

import (
	"os"
	"syscall"

	"github.com/volt-net/volt/platform"
)

// Call names an operation of [platform.Backend] or of its poller.
type Call uint8

const (
	Socket Call = iota
	SocketPair
	Adopt
	Dup
	Close
	CloseNow
	Bind
	Listen
	Connect
	Accept
	Shutdown
	LocalAddr
	PeerAddr
	Read
	Write
	ReadV
	WriteV
	Peek
	PeekFrom
	RecvFrom
	Send
	SendTo
	RecvMsg
	SendMsg
	SendFile
	Pipe
	Splice
	RecvMsgs
	SendMsgs
	SetOption
	GetOption
	NewPoller
	PollerAdd
	PollerRemove
	PollerWait
	numCalls
)

// names hold what the method is called, and what errors call it.
var names = [numCalls]struct{ method, system string }{
	Socket:       {"Socket", "socket"},
	SocketPair:   {"SocketPair", "socketpair"},
	Adopt:        {"Adopt", "fcntl"},
	Dup:          {"Dup", "fcntl"},
	Close:        {"Close", "close"},
	CloseNow:     {"CloseNow", "close"},
	Bind:         {"Bind", "bind"},
	Listen:       {"Listen", "listen"},
	Connect:      {"Connect", "connect"},
	Accept:       {"Accept", "accept"},
	Shutdown:     {"Shutdown", "shutdown"},
	LocalAddr:    {"LocalAddr", "getsockname"},
	PeerAddr:     {"PeerAddr", "getpeername"},
	Read:         {"Read", "read"},
	Write:        {"Write", "write"},
	ReadV:        {"ReadV", "readv"},
	WriteV:       {"WriteV", "writev"},
	Peek:         {"Peek", "recvfrom"},
	PeekFrom:     {"PeekFrom", "recvfrom"},
	RecvFrom:     {"RecvFrom", "recvfrom"},
	Send:         {"Send", "sendto"},
	SendTo:       {"SendTo", "sendto"},
	RecvMsg:      {"RecvMsg", "recvmsg"},
	SendMsg:      {"SendMsg", "sendmsg"},
	SendFile:     {"SendFile", "sendfile"},
	Pipe:         {"Pipe", "pipe2"},
	Splice:       {"Splice", "splice"},
	RecvMsgs:     {"RecvMsgs", "recvmsg"},
	SendMsgs:     {"SendMsgs", "sendmsg"},
	SetOption:    {"SetOption", "setsockopt"},
	GetOption:    {"GetOption", "getsockopt"},
	NewPoller:    {"NewPoller", "poller"},
	PollerAdd:    {"PollerAdd", "poller"},
	PollerRemove: {"PollerRemove", "poller"},
	PollerWait:   {"PollerWait", "poller"},
}

func (c Call) String() string { return names[c].method }

// Errnos lists what the spec says that c may fail with on this system. The
// caller must not change it.
func (c Call) Errnos() []syscall.Errno { return failures[c] }

// Calls lists every call.
func Calls() []Call {
	all := make([]Call, numCalls)
	for i := range all {
		all[i] = Call(i)
	}
	return all
}

// error is err as a backend returns it from c.
func (c Call) error(err error) error {
	if e, ok := err.(syscall.Errno); ok {
		return os.NewSyscallError(names[c].system, e)
	}
	return err
}

// direction is the readiness that a call which would block waits for.
func (c Call) direction() platform.Ready {
	switch c {
	case Write, WriteV, Send, SendTo, SendMsg, SendMsgs, SendFile, Connect, PeerAddr:
		return platform.Writable
	}
	return platform.Readable
}
