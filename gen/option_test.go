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
		{"linger", spec.Option{Wire: spec.CLinger, Range: r}, "1 to 9 seconds, rounded up, or negative"},
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

func TestOptionProse(t *testing.T) {
	targets := []spec.Target{{OS: spec.Linux, Name: "Linux"}, {OS: spec.Darwin, Name: "Darwin"}, {OS: spec.FreeBSD, Name: "FreeBSD"}}
	o := spec.Option{Doc: "does it", Level: "SOL_SOCKET", Const: "SO_X", Wire: spec.CInt, Ref: "socket(7)"}
	inherited, named, other := o, o, o
	inherited.Inherited = true
	named.Wire, named.Range = spec.CString, spec.Range{Min: 1, Max: 9}
	again := inherited
	again.Per = spec.Per[spec.Variant]{spec.Darwin: {Why: "accepted sockets start from zero", Reapply: true}}
	other.Per = spec.Per[spec.Variant]{spec.Darwin: {Const: "SO_Y"}, spec.FreeBSD: {Const: "SO_Y"}}
	evidence := "SOL_SOCKET SO_X; see socket(7)."
	for _, tt := range []struct {
		name string
		o    spec.Option
		t    spec.Type
		want []string
	}{
		{"plain", o, spec.TCPStream, []string{"SetX does it.", evidence}},
		{"a listener hands it on", inherited, spec.TCPListener, []string{"SetX does it. Accepted streams have what was set on their listener.", evidence}},
		{"so does a builder", inherited, spec.TCPSocket, []string{"SetX does it. Accepted streams have what was set on their listener.", evidence}},
		{"a stream does not", inherited, spec.TCPStream, []string{"SetX does it.", evidence}},
		{"nor a UDP socket", inherited, spec.UDPSocket, []string{"SetX does it.", evidence}},
		{"the value says so", inherited, "", []string{"SetX does it. Accepted streams have what was set on their listener.", evidence}},
		{"name", named, spec.TCPStream, []string{"SetX does it. The name is 1 to 9 bytes long.", evidence}},
		{"done again", again, spec.TCPStream, []string{
			"SetX does it.", "On Darwin accepted sockets start from zero; this module sets it again on accepted sockets.", evidence,
		}},
		{"one other name", other, spec.TCPStream, []string{"SetX does it.", "SOL_SOCKET SO_X, on Darwin and FreeBSD SO_Y; see socket(7)."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, optionProse("SetX", tt.t, targets, tt.o)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}
