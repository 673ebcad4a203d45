package main

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/spec"
)

// sampleOptions is a small spec with one of everything that emitters tell
// apart.
var sampleOptions = []spec.Group{{Title: "Samples", Options: []spec.Option{
	{
		Name: "Linger", Doc: "sets how long Close waits", Get: "how long Close waits",
		Level: "SOL_SOCKET", Const: "SO_LINGER", Wire: spec.CLinger, Range: spec.Range{Min: 0, Max: 327},
		On: []spec.Type{spec.TCPSocket, spec.TCPListener}, SetOn: []spec.Type{spec.TCPSocket}, Inherited: true,
		Per: spec.Per[spec.Variant]{
			spec.Darwin:  {Const: "SO_LINGER_SEC", Reapply: true, Why: "SO_LINGER counts ticks", Ref: "DIFFERENCES B5"},
			spec.FreeBSD: {Absent: "nobody asked", Ref: "tcp(4)"},
		},
		Test: spec.Test{Set: 5 * time.Second, Default: time.Duration(-1)},
		Ref:  "socket(7)",
	},
	{
		Name: "Error", Ident: "PendingError", Doc: "returns the pending error", Unit: "errors",
		Level: "SOL_SOCKET", Const: "SO_ERROR", Wire: spec.CInt,
		V6: spec.Name{Level: "IPPROTO_IPV6", Const: "IPV6_ERROR"}, Reads: spec.NoECN,
		On: []spec.Type{spec.TCPSocket}, ReadOnly: true, Effective: true,
		Per: spec.Per[spec.Variant]{
			spec.Linux: {Both: true, Clamps: true, Unset: 64, Why: "it is odd", Ref: "tcp(7)"},
		},
		Ref: "socket(2)",
	},
	{
		Name: "Fragment", Doc: "sends in pieces", Get: "whether packets are sent in pieces",
		Level: "IPPROTO_IP", Const: "IP_FRAG", Wire: spec.CBool,
		V6: spec.Name{Level: "IPPROTO_IPV6", Const: "IPV6_FRAG"},
		On: []spec.Type{spec.UDPSocket}, WriteOnly: true, Names: true,
		Per: spec.Per[spec.Variant]{
			spec.Linux:   {Off: "FRAG_OFF", On: "FRAG_ON", Set: false, Why: "there are more ways", Needs: "root", Ref: "ip(7)"},
			spec.FreeBSD: {Family: spec.Inet4, Needs: "a module", Ref: "ip(4)"},
		},
		Test: spec.Test{Set: true, Default: false},
		Ref:  "ip(7)",
	},
}}}

var sampleTargets = []spec.Target{
	{OS: spec.Linux, Name: "Linux"}, {OS: spec.Darwin, Name: "Darwin"}, {OS: spec.FreeBSD, Name: "FreeBSD"},
}

func TestOptionRows(t *testing.T) {
	got := optionRows(spec.Darwin, allOptions(sampleOptions))
	want := []optionRow{
		{
			ID: 0, Option: "Linger", Kernel: spec.Name{Level: "SOL_SOCKET", Const: "SO_LINGER_SEC"}, Wire: spec.CLinger,
			Reapply: true, Why: "SO_LINGER counts ticks", Ref: "DIFFERENCES B5",
		},
		{
			ID: 1, Option: "Error", Kernel: spec.Name{Level: "SOL_SOCKET", Const: "SO_ERROR"},
			V6: spec.Name{Level: "IPPROTO_IPV6", Const: "IPV6_ERROR"}, Wire: spec.CInt, Reads: spec.NoECN,
		},
		{
			ID: 2, Option: "Fragment", Kernel: spec.Name{Level: "IPPROTO_IP", Const: "IP_FRAG"},
			V6: spec.Name{Level: "IPPROTO_IPV6", Const: "IPV6_FRAG"}, Wire: spec.CBool,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestOptionNameMistakes(t *testing.T) {
	defined := map[string]bool{"SOL_SOCKET": true, "SO_LINGER": true, "IPPROTO_IPV6": true, "IPV6_UNICAST_HOPS": true}
	row := optionRow{Option: "Linger", Kernel: spec.Name{Level: "SOL_SOCKET", Const: "SO_LINGER"}}
	tests := []struct {
		name  string
		spoil func(*optionRow)
		want  []string
	}{
		{"good", func(r *optionRow) {}, nil},
		{"no such constant", func(r *optionRow) { r.Kernel.Const = "SO_TARRY" }, []string{"option Linger, plan9/mips: x/sys/unix has no SO_TARRY"}},
		{"no such level", func(r *optionRow) { r.Kernel.Level = "SOL_SOCKS" }, []string{"option Linger, plan9/mips: x/sys/unix has no SOL_SOCKS"}},
		{"good name on IPv6", func(r *optionRow) { r.V6 = spec.Name{Level: "IPPROTO_IPV6", Const: "IPV6_UNICAST_HOPS"} }, nil},
		{"no such names on IPv6", func(r *optionRow) { r.V6 = spec.Name{Level: "SOL_IPV6", Const: "IPV6_LINGER"} }, []string{
			"option Linger, plan9/mips: x/sys/unix has no SOL_IPV6",
			"option Linger, plan9/mips: x/sys/unix has no IPV6_LINGER",
		}},
		{"absent, but there", func(r *optionRow) { r.Absent = "nobody asked" }, []string{
			"option Linger, plan9/mips: Absent, but x/sys/unix has SO_LINGER; Exists must say why",
		}},
		{"absent, there, explained", func(r *optionRow) { r.Absent, r.Exists = "nobody asked", "a stub" }, nil},
		{"absent", func(r *optionRow) { r.Absent, r.Kernel.Const = "nobody asked", "SO_TARRY" }, nil},
		{"explained, but not there", func(r *optionRow) {
			r.Absent, r.Exists, r.Kernel.Const = "nobody asked", "a stub", "SO_TARRY"
		}, []string{"option Linger, plan9/mips: Exists explains SO_TARRY, but x/sys/unix has no such name"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := row
			tt.spoil(&r)
			got := optionNameMistakes("plan9", "mips", []optionRow{r}, defined)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCheckOptionNames spoils the real spec against the real x/sys.
func TestCheckOptionNames(t *testing.T) {
	darwin := []spec.Target{{OS: spec.Darwin, Name: "Darwin", Arches: []string{"amd64", "arm64"}}}
	tests := []struct {
		name   string
		option string
		per    spec.Per[spec.Variant]
		want   string
	}{
		{"good", "", nil, ""},
		{"override dropped", "KeepAliveIdle", nil, "option KeepAliveIdle, darwin/amd64: x/sys/unix has no TCP_KEEPIDLE\n" +
			"option KeepAliveIdle, darwin/arm64: x/sys/unix has no TCP_KEEPIDLE"},
		{"absence claimed", "NoDelay", spec.Per[spec.Variant]{spec.Darwin: {Absent: "no"}},
			"option NoDelay, darwin/amd64: Absent, but x/sys/unix has TCP_NODELAY; Exists must say why\n" +
				"option NoDelay, darwin/arm64: Absent, but x/sys/unix has TCP_NODELAY; Exists must say why"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			options := allOptions(spec.Options)
			for i := range options {
				if options[i].Name == tt.option {
					options[i].Per = maps.Clone(tt.per)
				}
			}
			got := ""
			if err := checkOptionNames(darwin, options); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}
