// Package fault is a backend that puts faults between package net and a real
// kernel: what a kernel does only under stress, or only another system's does.
//
// A [Backend] wraps a real one. Each [Rule] names a call, which of its
// occurrences are meant, and what goes wrong: an error number, a transfer of a
// byte, a connection that fails late, events that are spurious, stale or come
// in two batches. Within that, the double keeps a kernel's promises, so that
// code which relies on them must not hang: after a call was told that it would
// block, an event follows; no event is lost; and where reads are cut short,
// Traits no longer says that a short read empties the buffer.
//
// It also watches what becomes of descriptors. [Backend.Problems] lists those
// that were left open, closed twice, used after they were closed, or closed
// while a call on them was under way.
//
// Error numbers come from the caller: the double knows none but what the spec
// lists for each call, which [Call.Errnos] returns.
package fault
