package conformance_test

import (
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
	"github.com/volt-net/volt/spec"
)

var updateGolden = flag.Bool("update", false, "write golden files")

// TestTapeGolden holds what every backend asks its kernel to transcripts that
// a person has read.
func TestTapeGolden(t *testing.T) {
	if strconv.IntSize != 64 || binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("transcripts are those of a little-endian machine with words of 64 bits")
	}
	for _, s := range tapes {
		t.Run(s.OS, func(t *testing.T) {
			var lines []string
			for _, c := range slices.Concat(tapeCases(), tapeGroups(), optionCases(s)) {
				r := s.Record()
				_, err := c.run(s.Backend, r)
				lines = append(lines, "# "+c.name)
				lines = append(lines, r.Take()...)
				if err != nil {
					lines = append(lines, "fails") // the text is the host's
				}
				if diff := cmp.Diff([]string(nil), r.Faults()); diff != "" {
					t.Errorf("%s: faults (-want +got):\n%s", c.name, diff)
				}
			}
			golden(t, filepath.Join("testdata", "tape_"+s.OS+".golden"), lines)
		})
	}
}

// golden compares lines with a file, or writes it.
func golden(t *testing.T, name string, got []string) {
	t.Helper()
	if *updateGolden {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// optionCases sets and reads every option that the system has, with the
// sample value of the spec, by each of its names.
func optionCases(s *tape.System) []tapeCase {
	var cases []tapeCase
	for _, o := range platform.AllOptions {
		row := o.Row(s.Backend.Traits().Options)
		if row.Absent != "" {
			continue
		}
		run := func(level, name int) func(b platform.Backend, fd platform.FD) error {
			return func(b platform.Backend, fd platform.FD) error { return setAndGet(b, fd, o, row, level, name) }
		}
		name := "option " + o.Name
		if o.Restored && row.Reapply {
			name += ", set again on accepted sockets"
		}
		cases = append(cases, onFD(name, run(row.Level, row.Name)))
		if row.Const6 != "" {
			cases = append(cases, onFD("option "+o.Name+" on IPv6", run(row.Level6, row.Name6)))
		}
	}
	return cases
}

// setAndGet puts a value through the encoders to the kernel and back.
func setAndGet(b platform.Backend, fd platform.FD, o *platform.OptionInfo, row *platform.OptionRow, level, name int) error {
	var value platform.OptionBuffer
	want := o.SampleIn(row)
	if !o.ReadOnly {
		n := row.Encode(&value, want)
		if err := b.SetOption(fd, level, name, value[:n]); err != nil {
			return err
		}
	}
	if o.WriteOnly {
		return nil
	}
	n, err := b.GetOption(fd, level, name, value[:row.Wire.Size()])
	if err != nil {
		return err
	}
	got, err := row.Decode(value[:n])
	if err == nil && !o.ReadOnly && got != want {
		err = fmt.Errorf("%s: read %v, set %v", o.Name, got, want)
	}
	return err
}

// TestTapeLeaks fails every step of every call in turn, in every way that the
// spec knows. Afterwards nothing may be open that the call made and did not
// return.
func TestTapeLeaks(t *testing.T) {
	for _, s := range tapes {
		for _, c := range slices.Concat(tapeCases(), tapeGroups(), optionCases(s)) {
			r := s.Record()
			if _, err := c.run(s.Backend, r); err != nil && r.Steps() > 0 {
				t.Errorf("%s: %s: %v", s.OS, c.name, err)
			}
			for step := range r.Steps() {
				for _, errno := range errnosOf(s, c) {
					t.Run(fmt.Sprintf("%s/%s/%s at %d", s.OS, c.name, errno, step), func(t *testing.T) {
						failStep(t, s, c, step, errno)
					})
				}
			}
		}
	}
}

// errnosOf lists what a case's call may fail with: those of the call that its
// name begins with, and of the steps that come after in some recipes.
func errnosOf(s *tape.System, c tapeCase) []string {
	errnos := []string{"EIO", "EINVAL", "EMFILE"}
	call, _, _ := strings.Cut(c.name, " ")
	call = strings.ReplaceAll(call, ".", "") // Poller.Add is PollerAdd
	switch call {
	case "option", "group":
		call = "SetOption"
	}
	for _, f := range spec.Failures {
		if per := f.Per[spec.OS(s.OS)]; f.Call == call {
			errnos = append(errnos, slices.DeleteFunc(slices.Clone(f.Errnos), func(e string) bool { return slices.Contains(per.Drop, e) })...)
			errnos = append(errnos, per.Add...)
		}
	}
	slices.Sort(errnos)
	return slices.Compact(errnos)
}

// TestTapeCoversCalls holds the cases to naming every call that can fail.
func TestTapeCoversCalls(t *testing.T) {
	named := map[string]bool{"SetOption": true, "GetOption": true} // the cases of options
	for _, c := range tapeCases() {
		call, _, _ := strings.Cut(c.name, " ")
		named[strings.ReplaceAll(call, ".", "")] = true
	}
	var missing []string
	for _, f := range spec.Failures {
		if !named[f.Call] {
			missing = append(missing, f.Call)
		}
	}
	if diff := cmp.Diff([]string(nil), missing); diff != "" {
		t.Errorf("calls without a case (-want +got):\n%s", diff)
	}
}

// failStep runs c with one failing step. What the test opened itself stays
// open; what c returned is closed as a caller would.
func failStep(t *testing.T, s *tape.System, c tapeCase, step int, errno string) {
	r := s.Record()
	r.Fail(step, errno)
	fds, err := c.run(s.Backend, r)
	lines := r.Take()
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasSuffix(l, " = "+errno) }) {
		t.Fatalf("step %d did not fail:\n%s", step, strings.Join(lines, "\n"))
	}
	if err != nil {
		fds = nil
	}
	for _, fd := range fds {
		if err := s.Backend.Close(fd); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff(r.Given(), r.Open()); diff != "" {
		t.Errorf("descriptors left open (-want +got):\n%s\nafter %v:\n%s", diff, err, strings.Join(lines, "\n"))
	}
	if diff := cmp.Diff([]string(nil), r.Faults()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
