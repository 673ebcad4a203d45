package spec

import "time"

// OS names an operating system as GOOS does.
type OS string

const (
	Linux   OS = "linux"
	Darwin  OS = "darwin"
	FreeBSD OS = "freebsd"
)

// Per holds what differs on some systems. A system without an entry is as the
// row around it says.
type Per[T any] map[OS]T

// Target is a system that a backend is generated for.
type Target struct {
	OS     OS
	Name   string   // as people write it
	Arches []string // GOARCH values that must build
	Traps  Traps
	Poller Mechanism

	// MaxWait caps a poller's timeout; zero is what the timeout's unit holds.
	MaxWait        time.Duration
	MaxWaitBecause Because

	HasLen   bool // socket addresses begin with their length
	Abstract bool // Unix addresses that begin with NUL name no file

	// ControlAlign is the alignment of control messages, and ControlLen the
	// size of the length field that begins each; 0 is the size of a pointer.
	ControlAlign, ControlLen int

	// GroupAlign is the alignment of the addresses in struct group_req; 0 is
	// the size of a pointer.
	GroupAlign int

	KeventExt int // 64-bit words at the end of struct kevent

	Credentials Credentials // how it tells who a Unix stream's peer is
	TCPInfo     TCPInfo     // how it describes a connection

	// Shapes lists the systems whose recipes it can also be built with, by the
	// tag shape_OS: its own numbers and calls, in the other's order.
	Shapes []OS

	// Facts of platform.Traits, where they are explained.
	ShortReadDrains, NestedPoller, LocalAddrDies, CloseLingers, FullRefuses Fact
}

// Traps is how a system's kernel is called.
type Traps uint8

const (
	Numbers   Traps = iota + 1 // system calls have numbers that stay
	LibSystem                  // numbers change; the C library's functions stay
)

// Because is the evidence for a fact.
type Because struct{ Why, Ref string }

// Fact is a yes or no that package net acts on.
type Fact struct {
	Is bool
	Because
}

// Targets lists the systems. Their order is that of every list in the output.
var Targets = []Target{
	{
		OS: Linux, Name: "Linux",
		Arches:      []string{"amd64", "arm64", "386", "arm", "riscv64", "s390x"},
		Traps:       Numbers,
		Poller:      epoll,
		Abstract:    true,
		Credentials: ucred,
		Shapes:      []OS{Darwin, FreeBSD},
		TCPInfo:     linuxTCPInfo,
		ShortReadDrains: Fact{true, Because{
			"EPOLLPRI tells of out-of-band marks, at which reads stop short", "DIFFERENCES C47"}},
		NestedPoller: Fact{true, Because{
			"Go's poller takes an epoll as it takes a socket", "epoll(7)"}},
		CloseLingers: Fact{true, Because{
			"close(2) waits out SO_LINGER even on a non-blocking descriptor", "DIFFERENCES B6"}},
	},
	{
		OS: Darwin, Name: "Darwin",
		Arches:  []string{"amd64", "arm64"},
		Traps:   LibSystem,
		Poller:  kqueue,
		MaxWait: 1e6 * time.Second,
		MaxWaitBecause: Because{
			"kevent refuses longer timeouts with EINVAL", "DIFFERENCES H32"},
		HasLen:       true,
		ControlAlign: 4, ControlLen: 4,
		Credentials: xucredWithout,
		TCPInfo:     darwinTCPInfo,
		GroupAlign:  4, // #pragma pack(4) in netinet/in.h
		ShortReadDrains: Fact{false, Because{
			"kqueue does not tell of out-of-band marks, at which reads stop short", "DIFFERENCES C47"}},
		NestedPoller: Fact{false, Because{
			"Go's poller adds EVFILT_WRITE to all it watches, and a kqueue has none", "kqueue(2)"}},
		FullRefuses: Fact{true, Because{
			"a Unix listener whose queue is full refuses, as if nobody listened", "DIFFERENCES G11; xnu bsd/kern/uipc_usrreq.c unp_connect"}},
		LocalAddrDies: Fact{true, Because{
			"getsockname may fail with EINVAL after a reset", "DIFFERENCES C37"}},
	},
	{
		OS: FreeBSD, Name: "FreeBSD",
		Arches:  []string{"amd64", "arm64", "386"},
		Traps:   Numbers,
		Poller:  kqueue,
		MaxWait: 1e6 * time.Second,
		MaxWaitBecause: Because{
			"a timespec holds 68 years where time_t has 32 bits", "DIFFERENCES I6"},
		HasLen:      true,
		ControlLen:  4,
		KeventExt:   4,
		Credentials: xucred,
		Shapes:      []OS{Darwin},
		TCPInfo:     freebsdTCPInfo,
		ShortReadDrains: Fact{false, Because{
			"kqueue does not tell of out-of-band marks, at which reads stop short", "DIFFERENCES C47"}},
		NestedPoller: Fact{false, Because{
			"Go's poller adds EVFILT_WRITE to all it watches, and a kqueue has none", "kqueue(2)"}},
		FullRefuses: Fact{true, Because{
			"a Unix listener whose queue is full refuses, as if nobody listened", "DIFFERENCES G11; FreeBSD sys/kern/uipc_usrreq.c unp_connectat"}},
	},
}
