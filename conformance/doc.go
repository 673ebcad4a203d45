// Package conformance holds the project to its promise, that sockets behave
// the same on every system. It runs the scripts of package behaviour on the
// machine at hand and compares what they print with the one transcript that
// all systems share.
//
// [Run] is the suite as a test. Whoever brings package net to another system,
// or another backend to it, calls it from a test of their own:
//
//	func TestConformance(t *testing.T) { conformance.Run(t) }
//
// [Transcript] is the same without package testing, for programs; its results
// can be written as JSON and compared with those of another system.
package conformance
