// Package platform is the contract between the generated backends and the
// shared package net.
//
// [Backend] lists every operation a system must offer; its methods are tried
// once, retry EINTR, and report failures as *os.SyscallError. Two errors are
// values of their own because they are part of normal work: [ErrWouldBlock]
// and [ErrInProgress]. Around the interface stand the small value types it
// speaks of, and the encoders of socket addresses and option values, written
// once for all systems and steered by generated tables.
//
// Files that begin with z are generated from package spec.
package platform
