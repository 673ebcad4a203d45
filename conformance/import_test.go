package conformance_test

import (
	"slices"
	"strings"

	"github.com/volt-net/volt/spec"
)

const (
	xsys     = "golang.org/x/sys/unix"
	jennifer = "github.com/dave/jennifer/jen"
)

// importRule is what the files below a directory may import. The first rule
// that fits a file is the one that counts.
type importRule struct {
	dir string

	// std lists packages of the standard library; nil is any.
	std []string

	// hand is what else may stand in files that people write. Generated files
	// may have these and more.
	hand, generated []string

	// tests is what tests may have besides.
	tests []string
}

// testOnly may stand in tests everywhere.
var testOnly = []string{
	"github.com/google/go-cmp/cmp",
	"github.com/google/go-cmp/cmp/cmpopts",
	"go.uber.org/goleak",
	"golang.org/x/net/dns/dnsmessage",
	"golang.org/x/net/ipv4",
	"golang.org/x/net/nettest",
}

// importRules is the table of docs/design.md.
func importRules() []importRule {
	const (
		platform = module + "/platform"
		net      = module + "/net"
		sockopt  = module + "/net/sockopt"
		scripts  = module + "/conformance/behaviour"
		fault    = module + "/conformance/fault"
		quirk    = module + "/conformance/quirk"
		tape     = module + "/conformance/tape"
	)
	var backends, tapes []string
	var rules []importRule
	for _, t := range spec.Targets {
		os := string(t.OS)
		backends = append(backends, platform+"/"+os)
		tapes = append(tapes, tape+"/"+os, tape+"/"+os+"/unix")
		rules = append(rules,
			importRule{dir: "platform/" + os, generated: []string{platform, xsys}},
			importRule{dir: "conformance/tape/" + os, generated: []string{platform, tape, tape + "/" + os + "/unix"}})
	}
	return append(rules,
		importRule{dir: "spec", std: []string{"time", "errors", "fmt"}},
		importRule{dir: "gen", hand: []string{module + "/spec", jennifer}},
		importRule{dir: "platform"},
		importRule{dir: "net/sockopt", hand: []string{platform}, generated: backends},
		importRule{dir: "net", hand: []string{platform, sockopt}, generated: backends, tests: []string{fault, quirk}},
		importRule{dir: "conformance/fault", hand: []string{platform}},
		importRule{dir: "conformance/behaviour", hand: []string{platform, net, sockopt}},
		importRule{dir: "conformance/quirk", hand: []string{platform}, generated: []string{platform}},
		importRule{dir: "conformance/report", hand: []string{net, module + "/conformance"}},
		importRule{dir: "conformance/tape", hand: []string{platform}, generated: tapes},
		// The suite's tests ask the spec what to expect of which system.
		importRule{dir: "conformance", hand: []string{platform, net, sockopt, tape, scripts, module + "/conformance/options"}, generated: tapes, tests: append(tapes, quirk, module+"/spec")},
		importRule{dir: "cmd", hand: []string{net, sockopt, module + "/conformance", module + "/conformance/report"}},
		importRule{dir: "examples", hand: []string{net, sockopt}},
	)
}

// mayImport reports whether the rules let the file import a package.
func mayImport(s source, name string) bool {
	i := slices.IndexFunc(importRules(), func(r importRule) bool { return s.below(r.dir) })
	if i < 0 {
		return false
	}
	r := importRules()[i]
	first, _, _ := strings.Cut(name, "/")
	switch {
	case !strings.Contains(first, "."):
		return r.std == nil || s.test() || slices.Contains(r.std, name)
	case slices.Contains(r.hand, name), s.generated() && slices.Contains(r.generated, name):
		return true
	case s.test():
		return slices.Contains(testOnly, name) || slices.Contains(r.tests, name) || name == module+"/"+s.dir()
	}
	return false
}
