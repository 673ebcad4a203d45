// Package spec is what Volt knows of operating systems, as typed Go data: the
// targets, the calls with their recipes, the pollers, the socket options, the
// control messages and the error numbers. Names, numbers and build tags of
// systems stand here and nowhere else; gen makes all files of the module that
// begin with z from it.
//
// A row says what holds on every system; Per holds what a system does
// differently, with Why, the reason, and Ref, the evidence: a row of
// docs/differences.md, a man page, an RFC, a kernel's source. Both end up in
// the comments of the generated code. Constants are given by their names in
// golang.org/x/sys/unix, whose source gen looks them up in.
//
// [Check] lists the mistakes in the rows, all at once.
package spec
