package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net/sockopt"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestRun holds command lines to what they print and exit with.
func TestRun(t *testing.T) {
	for _, tt := range []struct {
		golden string
		args   string
		code   int
	}{
		{"usage", "", misuse},
		{"help", "help", ok},
		{"help", "-h", ok},
		{"help", "--help", ok},
		{"help_options", "help options", ok},
		{"help_options", "options -h", ok},
		{"help_version", "help version", ok},
		{"help_two", "help options version", misuse},
		{"help_unknown", "help optoins", misuse},
		{"unknown", "optoins", misuse},
		{"options", "options", ok},
		{"options_linux", "options -os linux", ok},
		{"options_darwin", "options -os Darwin", ok},
		{"options_freebsd", "options --os=FreeBSD", ok},
		{"options_list", "options -width 80", ok},
		{"options_list_darwin", "options -os darwin -width 60", ok},
		{"options_linux", "options -os linux -width 0", ok},
		{"options_width", "options -width -1", misuse},
		{"options_unknown", "options -os plan9", misuse},
		{"options_flag", "options -x", misuse},
		{"options_argument", "options linux", misuse},
		{"version_argument", "version 2", misuse},
		{"version_argument", "--version 2", misuse},
		{"help_conformance", "conformance -h", ok},
		{"conformance_limit", "conformance -limit 0", misuse},
		{"conformance_limit_negative", "conformance -limit -1s", misuse},
		{"conformance_time", "conformance -limit x", misuse},
		{"help_diff", "help diff", ok},
		{"diff_few", "diff a.json", misuse},
		{"diff_missing", "diff testdata/no.json testdata/no.json", misuse},
	} {
		t.Run(tt.args, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(t.Context(), strings.Fields(tt.args), &out, &errs)
			if diff := cmp.Diff(tt.code, code); diff != "" {
				t.Errorf("exit code (-want +got):\n%s", diff)
			}
			if (code == ok) != (errs.Len() == 0) || (code == ok) != (out.Len() > 0) {
				t.Errorf("exit code %d with %d bytes of output and %d of errors", code, out.Len(), errs.Len())
			}
			golden(t, filepath.Join("testdata", tt.golden+".golden"), out.String()+errs.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestTable holds what was generated for the running system to what the
// library says there.
func TestTable(t *testing.T) {
	want := sockopt.All()
	for i := range want {
		want[i].Doc = "" // which the table leaves out
	}
	s, known := findSystem(running(t))
	if !known {
		t.Skip("there is no table for this system")
	}
	if diff := cmp.Diff(want, s.options); diff != "" {
		t.Errorf("options on %s (-library +table):\n%s", s.name, diff)
	}
}

// running is the system that this test was built for.
func running(t *testing.T) string {
	t.Helper()
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "GOOS" {
			return s.Value
		}
	}
	t.Fatal("the build does not tell its system")
	return ""
}

func TestVersion(t *testing.T) {
	for _, arg := range []string{"version", "-version", "--version"} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{arg}, &out, &errs); code != ok || !strings.HasPrefix(out.String(), "volt ") {
			t.Errorf("volt %s: exit code %d, %q, %q", arg, code, out.String(), errs.String())
		}
	}
	info := debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "GOOS", Value: "linux"}, {Key: "GOARCH", Value: "arm64"},
		{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"},
	}}
	want := "volt v1.2.3, commit 0123456789ab and changes, go1.26 for linux/arm64"
	if diff := cmp.Diff(want, versionText(&info)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// full is a file on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestFailed(t *testing.T) {
	var errs bytes.Buffer
	if diff := cmp.Diff(failed, run(t.Context(), []string{"options"}, full{}, &errs)); diff != "" {
		t.Errorf("exit code (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("volt options: no space left\n", errs.String()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}
