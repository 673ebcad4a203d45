package sockopt

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/volt-net/volt/platform"
)

// TestInfo looks at what is the same on every system that has a backend.
func TestInfo(t *testing.T) {
	tests := []struct {
		name string
		got  Info
		want Info
	}{
		{"bool", NoDelay.Info(), Info{Name: "NoDelay", Kernel: "TCP_NODELAY", Supported: true}},
		{"number", KeepAliveCount.Info(), Info{Name: "KeepAliveCount", Kernel: "TCP_KEEPCNT", Unit: "probes", Min: "1", Max: "127", Supported: true}},
		{"seconds", KeepAliveInterval.Info(), Info{Name: "KeepAliveInterval", Kernel: "TCP_KEEPINTVL", Unit: "seconds", Min: "1s", Max: "9h6m7s", Supported: true}},
		{"by family", MulticastTTL.Info(), Info{Name: "MulticastTTL", Kernel: "IP_MULTICAST_TTL", Kernel6: "IPV6_MULTICAST_HOPS", Unit: "hops", Min: "0", Max: "255", Supported: true}},
		{"by family", HopLimit.Info(), Info{Name: "HopLimit", Kernel: "IPV6_UNICAST_HOPS", Unit: "hops", Min: "0", Max: "255", Family: "IPv6", Supported: true}},
		{"read only", Error.Info(), Info{Name: "Error", Kernel: "SO_ERROR", Supported: true, ReadOnly: true}},
	}
	prose := cmpopts.IgnoreFields(Info{}, "Doc", "Quirk", "Evidence")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if sys.Traits().Poller == "none" {
				t.Skip("no backend for this system")
			}
			if diff := cmp.Diff(tt.want, tt.got, prose); diff != "" {
				t.Errorf("info (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoOption: the zero Option is none, and no system has it.
func TestNoOption(t *testing.T) {
	var none Option[int]
	if none.Supported() {
		t.Error("supported")
	}
	if diff := cmp.Diff(Info{}, none.Info()); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("", none.String()); diff != "" {
		t.Errorf("name (-want +got):\n%s", diff)
	}
}

// TestAll holds the whole capability table to what readers of it rest on.
func TestAll(t *testing.T) {
	all := All()
	if diff := cmp.Diff(len(platform.AllOptions), len(all)); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	for _, i := range all {
		t.Run(i.Name, func(t *testing.T) {
			switch {
			case i.Doc == "":
				t.Error("no Doc")
			case i.Supported && (i.Kernel == "" || i.Reason != ""):
				t.Errorf("supported, but %+v", i)
			case !i.Supported && (i.Kernel != "" || i.Reason == "" || i.Evidence == "" && sys.Traits().Poller != "none"):
				t.Errorf("not supported, but %+v", i)
			case i.Quirk+i.Needs != "" && i.Evidence == "":
				t.Errorf("a quirk without evidence: %s", i.Quirk)
			}
		})
	}
}

func TestInfoString(t *testing.T) {
	tests := []struct {
		info Info
		want string
	}{
		{Info{Name: "NoDelay", Supported: true, Kernel: "TCP_NODELAY"}, "NoDelay (TCP_NODELAY)"},
		{Info{Name: "TTL", Supported: true, Kernel: "IP_TTL", Kernel6: "IPV6_UNICAST_HOPS", Unit: "hops", Min: "1", Max: "255", Quirk: "odd"},
			`TTL (IP_TTL, IPv6 IPV6_UNICAST_HOPS, hops, 1 to 255, "odd")`},
		{Info{Name: "MinTTL", Supported: true, Kernel: "IP_MINTTL", Family: "IPv4", Needs: "root"}, "MinTTL (IP_MINTTL, IPv4 only, needs root)"},
		{Info{Name: "QuickAck", Reason: "nobody asked"}, "QuickAck (not supported: nobody asked)"},
	}
	for _, tt := range tests {
		t.Run(tt.info.Name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.info.String()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTo(t *testing.T) {
	want := platform.Setting{Info: platform.Linger.Info(), Value: platform.Value{Int: int64(5 * time.Second)}}
	if got := Linger.To(5 * time.Second); got != want {
		t.Errorf("setting %+v, want %+v", got, want)
	}
	if !(Option[bool]{platform.NoDelay} == NoDelay) {
		t.Error("options do not compare equal")
	}
}

func TestCustom(t *testing.T) {
	busyPoll := Custom[int]("SO_BUSY_POLL", 1, 46, platform.CInt, platform.Range{Max: 1000})
	if !busyPoll.Supported() {
		t.Error("a caller's own option is not supported")
	}
	want := Info{Name: "SO_BUSY_POLL", Kernel: "SO_BUSY_POLL", Min: "0", Max: "1000", Supported: true}
	if diff := cmp.Diff(want, busyPoll.Info()); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
}
