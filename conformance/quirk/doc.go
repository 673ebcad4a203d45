// Package quirk is a backend that does on one system what others do: it
// answers with their error numbers, in their order of events, what a real
// kernel answers in its own way. Over it, the tests of package net and the
// conformance suite show on one machine what they would on another.
//
// What it does is data, a [Set] for each system, from the spec. It cannot do
// what depends on the kernel's innards (buffer sizes, timing), and it is no
// proof of what the other system does: that is what running there is for.
package quirk
