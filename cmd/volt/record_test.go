package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// volt runs a command line and returns what a user would see of it.
func volt(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func record(t *testing.T, name, line string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	text := `{"format": 1, "system": "x", "results": [{"row": "A1", "title": "flags", "status": "passed", "lines": ["` + line + `"]}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDiff(t *testing.T) {
	one, same, other := record(t, "one", "on"), record(t, "same", "on"), record(t, "other", "off")
	for _, tt := range []struct {
		name string
		b    string
		code int
		end  string
	}{
		{"same", same, ok, "the same behaviour\n"},
		{"different", other, failed, "A1 flags\n- on\n+ off\n\n1 script differs\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, _ := volt("diff", one, tt.b)
			if code != tt.code || !strings.HasSuffix(stdout, tt.end) {
				t.Errorf("exit code %d and\n%s\nwant %d and %q at the end", code, stdout, tt.code, tt.end)
			}
		})
	}
}

// A file that cannot be written is told before the suite runs.
func TestConformanceCannotWrite(t *testing.T) {
	for _, flag := range []string{"-json", "-html"} {
		t.Run(flag, func(t *testing.T) {
			code, stdout, stderr := volt("conformance", flag, filepath.Join(t.TempDir(), "no", "file"))
			if code != misuse || stdout != "" || !strings.Contains(stderr, "no such file or directory") {
				t.Errorf("exit code %d, %d bytes of output, and %q", code, len(stdout), stderr)
			}
		})
	}
}

// What was left out because the run was ended is said, and why.
func TestConformanceEnded(t *testing.T) {
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name string
		ctx  context.Context
		args []string
		want string
	}{
		{"limit", t.Context(), []string{"-limit", "1ns"}, "volt conformance: ended by -limit 1ns: what had not run yet counts as failed\n"},
		{"interrupt", interrupted, nil, "volt conformance: interrupted: what had not run yet counts as failed\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(tt.ctx, append([]string{"conformance"}, tt.args...), &out, &errs)
			if code != failed || errs.String() != tt.want {
				t.Errorf("exit code %d and %q, want %d and %q", code, errs.String(), failed, tt.want)
			}
		})
	}
}

// The suite writes down what it finds.
func TestConformance(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the whole suite")
	}
	dir := t.TempDir()
	json, page := filepath.Join(dir, "r.json"), filepath.Join(dir, "r.html")
	code, stdout, stderr := volt("conformance", "-json", json, "-html", page)
	if code == misuse || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for _, want := range []string{"rows  scripts  passed", "C TCP"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	if code, _, stderr := volt("diff", json, json); code != ok {
		t.Errorf("diff of the record with itself: exit code %d: %s", code, stderr)
	}
	if text, err := os.ReadFile(page); err != nil || !bytes.Contains(text, []byte("</html>")) {
		t.Errorf("page: %v", err)
	}
}
