package harness

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/volt-net/volt/bench/report"
)

// compared is the modules whose versions matter.
var compared = []string{"github.com/cloudwego/netpoll", "golang.org/x/net", "golang.org/x/sys"}

// describe notes the machine and the versions of what is compared.
func (h *harness) describe(ctx context.Context) {
	h.record.Machine = report.Machine{
		CPU: processor(), Kernel: said(ctx, "uname", "-sr"), Cores: runtime.NumCPU(),
		ServerCPUs: h.serverCPUs, LoadCPUs: h.loadCPUs,
	}
	versions := []report.Version{{Name: "Go", Version: runtime.Version()}}
	if v := said(ctx, "git", "describe", "--always", "--dirty"); v != "" {
		versions = append(versions, report.Version{Name: "Volt", Version: v})
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if slices.Contains(compared, m.Path) {
				versions = append(versions, report.Version{Name: m.Path, Version: m.Version})
			}
		}
	}
	if v := said(ctx, "cc", "--version"); v != "" {
		versions = append(versions, report.Version{Name: "C compiler", Version: v})
	}
	h.record.Versions = versions
}

// processor is the model's name, or the architecture where the system does not
// say it.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// said is the first line that a command prints, or nothing if it fails.
func said(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}
