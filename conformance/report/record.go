package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/volt-net/volt/conformance"
	"github.com/volt-net/volt/net"
)

// Format is the version of the records' form. It changes when a field changes
// its meaning.
const Format = 1

// Record is a run of the suite, with where it ran.
type Record struct {
	Format    int                  `json:"format"`
	System    string               `json:"system"` // as GOOS names it
	Processor string               `json:"processor"`
	Poller    string               `json:"poller"`
	Kernel    string               `json:"kernel,omitempty"` // uname -sr
	Go        string               `json:"go"`
	Started   time.Time            `json:"started"`
	Took      time.Duration        `json:"took"` // nanoseconds
	Results   []conformance.Result `json:"results"`
}

// New returns a record of this machine, without results.
func New() *Record {
	system, poller := net.Platform()
	return &Record{
		Format: Format, System: system, Processor: runtime.GOARCH, Poller: poller,
		Kernel: kernel(), Go: runtime.Version(), Started: time.Now().UTC().Truncate(time.Second),
	}
}

// kernel is what uname(1) says, or nothing: a record is worth keeping without.
func kernel() string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "uname", "-sr").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// Where names the machine in a line.
func (r *Record) Where() string {
	name := r.Kernel
	if name == "" {
		name = r.System
	}
	return fmt.Sprintf("%s, %s, %s, %s", name, r.Processor, r.Poller, r.Go)
}

// Count returns how many results have a status.
func (r *Record) Count(s conformance.Status) int {
	n := 0
	for _, res := range r.Results {
		if res.Status == s {
			n++
		}
	}
	return n
}

// Failed reports whether any script failed.
func (r *Record) Failed() bool { return r.Count(conformance.Failed) > 0 }

// Summary is the counts in a line.
func (r *Record) Summary() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped, %d known to differ, in %v",
		r.Count(conformance.Passed), r.Count(conformance.Failed),
		r.Count(conformance.Skipped), r.Count(conformance.Allowed), r.Took.Round(time.Millisecond))
}

// WriteJSON writes the record for machines.
func (r *Record) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(r)
}

// Read reads what WriteJSON wrote.
func Read(from io.Reader) (*Record, error) {
	r := new(Record)
	if err := json.NewDecoder(from).Decode(r); err != nil {
		return nil, fmt.Errorf("not a record: %w", err)
	}
	if r.Format != Format {
		return nil, fmt.Errorf("a record of format %d, where this program knows %d", r.Format, Format)
	}
	return r, nil
}
