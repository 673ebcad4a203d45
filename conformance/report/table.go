package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/volt-net/volt/conformance"
)

// sections are the headings of docs/differences.md, by the letter that begins
// its rows.
var sections = map[byte]string{
	'A': "descriptors", 'B': "socket options", 'C': "TCP", 'D': "UDP", 'E': "multicast",
	'F': "addresses", 'G': "Unix sockets", 'H': "readiness", 'I': "data layouts and the rest", 'O': "options, on every kind of socket",
}

// statuses in the order of columns.
var statuses = []conformance.Status{conformance.Passed, conformance.Failed, conformance.Skipped, conformance.Allowed}

// WriteTable writes counts for each section of rows, and then all that needs a
// word: failures with what differs, skips and known differences with the
// reason.
func (r *Record) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "rows\tscripts\tpassed\tfailed\tskipped\tknown\t")
	for _, letter := range r.letters() {
		of := r.section(letter)
		fmt.Fprintf(t, "%c %s\t%d\t", letter, sections[letter], len(of))
		for _, s := range statuses {
			n := 0
			for _, res := range of {
				if res.Status == s {
					n++
				}
			}
			fmt.Fprintf(t, "%d\t", n)
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range []conformance.Status{conformance.Allowed, conformance.Skipped, conformance.Failed} {
		for _, res := range r.Results {
			if res.Status != s {
				continue
			}
			why := strings.ReplaceAll(res.Why, "\n", "\n    ")
			if _, err := fmt.Fprintf(w, "%s: %s: %s\n", s, Title(res), why); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", r.Where(), r.Summary())
	return err
}

// Title names a result: its script, and the medium if there are several.
func Title(res conformance.Result) string {
	if res.Over == "" {
		return res.Name()
	}
	return res.Name() + " over " + res.Over
}

func (r *Record) letters() []byte {
	var all []byte
	for _, res := range r.Results {
		if !slices.Contains(all, res.Row[0]) {
			all = append(all, res.Row[0])
		}
	}
	slices.Sort(all)
	return all
}

func (r *Record) section(letter byte) []conformance.Result {
	var of []conformance.Result
	for _, res := range r.Results {
		if res.Row[0] == letter {
			of = append(of, res)
		}
	}
	return of
}
