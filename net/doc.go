// Package net is Volt's networking API: TCP, UDP and Unix sockets whose every
// operation behaves the same on every supported system.
//
// # Three ways to use a socket
//
// Try calls (TryRead, TryWrite, TryAccept, …) make one system call
// and never wait: what would have to wait is [ErrWouldBlock]. Parked calls
// (Read, Write, Accept, …) look blocking and hold a goroutine only; the
// package's own reactor, on epoll or kqueue, or Go's own poller wakes them. They
// heed deadlines, and have a form that takes a context. Both may be used on one
// socket at once, from any number of goroutines.
//
// A [Loop] serves many connections by a few goroutines, which tell a [Handler]
// what happens, or run functions in blocking style as coroutines; an idle
// connection holds neither a goroutine nor a buffer. Programs that have a loop of
// their own use a [Poller] with the Try calls.
//
// # Rules that hold everywhere
//
// Descriptors are non-blocking and close-on-exec from birth and never raise
// SIGPIPE. A read of 0 bytes without an error happens only into an empty
// buffer or of an empty datagram; the end of a stream is [io.EOF]; a reset is
// an error. Close may come at any time, from anywhere: it wakes whoever waits
// with [ErrClosed], which every later call returns as well.
//
// Errors are *net.OpError around *os.SyscallError around the kernel's number.
// Where systems report one condition by different numbers, an error of this
// package ([ErrReset], [ErrRefused], …) matches all of them through
// [errors.Is]. A value that some supported system would refuse, truncate or
// misread is a [RangeError] on every system, before the kernel sees it; an
// option that a system lacks is an [UnsupportedError]. To a call that
// returns an error, a handler, a socket, a function or an option that is nil is
// [ErrInvalidState], before anything is done.
//
// Addresses are values: an [Address] is an IP address with a port, a [UnixAddr]
// a path or a name. [Listen] and [Connect] take the text of one; names of hosts
// are for [ConnectHost] and [Resolve].
//
// # Options
//
// Each type has a pair of methods for each option that makes sense on it, such
// as SetNoDelay and NoDelay. Package sockopt has all options as values, for
// [SetOption], [GetOption], [Supports] and the method With.
//
// # References
//
// B5 and the like are rows of docs/differences.md, where it says what systems
// do differently, how that is known, and what this package makes of it.
//
// # Names
//
// The package shares its name with the standard library's; programs that use
// both import one of them under another name.
package net
