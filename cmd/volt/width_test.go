package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrapped(t *testing.T) {
	for _, tt := range []struct {
		name, words string
		want        string
	}{
		{"nothing", "", "ab: \n"},
		{"one line", "cd ef", "ab: cd ef\n"},
		{"just fits", "cd efgh", "ab: cd efgh\n"},
		{"two lines", "cd efghi jk", "ab: cd\n    efghi\n    jk\n"},
		{"a long word", "cdefghijklmn op", "ab: cdefghijklmn\n    op\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrapped("ab: ", tt.words, 11)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestTerminalWidth: what a program reads is never cut to a terminal's width.
// The null device is one of characters, as terminals are.
func TestTerminalWidth(t *testing.T) {
	open := func(name string) io.Writer {
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	device, file := open(os.DevNull), open(filepath.Join(t.TempDir(), "file"))
	for _, tt := range []struct {
		name, columns string
		w             io.Writer
		want          uint
	}{
		{"terminal", "", device, usualWidth},
		{"terminal of a shell that tells", "132", device, 132},
		{"nonsense", "wide", device, usualWidth},
		{"nothing", "0", device, usualWidth},
		{"file", "132", file, 0},
		{"memory", "132", new(bytes.Buffer), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("COLUMNS", tt.columns)
			if diff := cmp.Diff(tt.want, terminalWidth(tt.w)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOptionsFit: no line of the list is longer than asked for, but for single
// words, of which none is that long.
func TestOptionsFit(t *testing.T) {
	const width = 64
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"options", "-width", "64"}, &out, &errs); code != ok {
		t.Fatal(errs.String())
	}
	for line := range strings.Lines(out.String()) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > width {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}
