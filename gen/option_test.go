package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/spec"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestEmitOptions renders every kind of file from a small spec.
func TestEmitOptions(t *testing.T) {
	outputs := append(emitOptions(sampleTargets, sampleOptions), emitCapabilities(sampleTargets, sampleOptions))
	for _, target := range sampleTargets {
		os := string(target.OS)
		table := goFile("platform/"+os+"/zsockopt.go", os, os)
		emitOptionTable(table.code, xsysPath, optionRows(target.OS, allOptions(sampleOptions)))
		outputs = append(outputs, table)
	}
	for _, o := range outputs {
		t.Run(o.path, func(t *testing.T) {
			text, err := o.render()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", filepath.FromSlash(o.path)+".golden"), text)
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := replace(name, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"fits", "one two", []string{"one two"}},
		{"breaks", "one two three", []string{"one two", "three"}},
		{"long word", "a incomprehensible b", []string{"a", "incomprehensible", "b"}},
		{"line ends", "one\n\ttwo", []string{"one two"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrap(tt.text, 8)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRangeText(t *testing.T) {
	r := spec.Range{Min: 1, Max: 9}
	tests := []struct {
		name string
		o    spec.Option
		want string
	}{
		{"none", spec.Option{Wire: spec.CBool}, ""},
		{"number", spec.Option{Wire: spec.CInt, Range: r}, "1 to 9"},
		{"number with a unit", spec.Option{Wire: spec.CInt, Range: r, Unit: "hops"}, "1 to 9 hops"},
		{"seconds", spec.Option{Wire: spec.CSeconds, Range: r}, "1 to 9 seconds, rounded up"},
		{"milliseconds", spec.Option{Wire: spec.CMillis, Range: r}, "1 to 9 milliseconds, rounded up"},
		{"microseconds", spec.Option{Wire: spec.CMicros, Range: r}, "1 to 9 microseconds, rounded up"},
		{"accept filter", spec.Option{Wire: spec.CFilter, Range: r}, "1 to 9 bytes"},
		{"string", spec.Option{Wire: spec.CString, Range: r}, "1 to 9 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, rangeText(tt.o)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}
