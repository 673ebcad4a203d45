package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/volt-net/volt/conformance"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

type page struct {
	Where, Started, Took string
	Counts               []count
	Sections             []pageSection
}

type count struct {
	N      int
	Status conformance.Status
}

type pageSection struct {
	Heading string
	Media   []string
	Scripts []pageScript
}

// pageScript is a line of the matrix: a script and how it ended over each
// medium, "" where it does not run.
type pageScript struct {
	Row, Title, Text string
	Failed           bool
	Cells            []conformance.Status
}

// WriteHTML writes a page that needs nothing else: a matrix of scripts and
// media for each section of rows, after a section of those that failed.
func (r *Record) WriteHTML(w io.Writer) error {
	p := page{Where: r.Where(), Started: r.Started.Format(time.RFC1123), Took: r.Took.Round(time.Millisecond).String()}
	for _, s := range statuses {
		if n := r.Count(s); n > 0 {
			p.Counts = append(p.Counts, count{n, s})
		}
	}
	var failed []conformance.Result
	for _, res := range r.Results {
		if res.Status == conformance.Failed {
			failed = append(failed, res)
		}
	}
	if failed != nil {
		p.Sections = append(p.Sections, matrix("Failed", failed))
	}
	for _, letter := range r.letters() {
		p.Sections = append(p.Sections, matrix(fmt.Sprintf("%c: %s", letter, sections[letter]), r.section(letter)))
	}
	return pageTemplate.Execute(w, p)
}

// anyMedium heads the column of scripts that choose for themselves.
const anyMedium = "own"

// matrix arranges results by script and medium.
func matrix(heading string, results []conformance.Result) pageSection {
	s := pageSection{Heading: heading}
	column := func(res conformance.Result) string {
		if res.Over == "" {
			return anyMedium
		}
		return res.Over
	}
	for _, res := range results {
		if !slices.Contains(s.Media, column(res)) {
			s.Media = append(s.Media, column(res))
		}
	}
	slices.Sort(s.Media)
	at := map[string]int{}
	for _, res := range results {
		i, ok := at[res.Name()]
		if !ok {
			i = len(s.Scripts)
			at[res.Name()] = i
			s.Scripts = append(s.Scripts, pageScript{Row: res.Row, Title: res.Title, Cells: make([]conformance.Status, len(s.Media))})
		}
		line := &s.Scripts[i]
		line.Cells[slices.Index(s.Media, column(res))] = res.Status
		line.Failed = line.Failed || res.Status == conformance.Failed
		line.Text = text(line.Text, res)
	}
	return s
}

// text is what is shown of a script: its lines once, and every reason.
func text(before string, res conformance.Result) string {
	shown := strings.Join(res.Lines, "\n")
	if before != "" {
		shown = before
	}
	if res.Why != "" {
		shown += fmt.Sprintf("\n\n%s: %s", Title(res), res.Why)
	}
	return shown
}
