// Package report keeps what the conformance suite found on a machine: as a
// record that other machines' records can be compared with, as a table for a
// terminal, and as a page to look at.
package report
