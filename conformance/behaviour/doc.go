// Package behaviour is what package net promises, in scripts: one or more for
// every row of docs/differences.md that a single host can show.
//
// A script acts on sockets through package net alone and prints what it sees
// in classes that all systems share: "read: reset", never an error number, a
// port, a time or a count that may differ. So the lines of a script are the
// same on every system, and that is what "identical behaviour" means here.
// [Play] runs one script; package conformance runs them all and compares them
// with the one file of lines to expect.
//
// To add a script, append it to the list of its section, in the file of its
// topic. It must be able to fail: whatever breaks the promise of its row has
// to change a line. It waits for events under [T.Context], never for time to
// pass, and hands every socket it makes to [T.Own]. A row that no script can
// show stands in [NotShown] with the reason.
package behaviour
