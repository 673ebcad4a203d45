//go:build swap

package conformance_test

import (
	"github.com/volt-net/volt/conformance/quirk"
	"github.com/volt-net/volt/net"
)

// With the build tag swap the suite runs over the quirks of the system that
// the environment names, and the transcript must be the same.
func init() { net.Swap(quirk.Choose(net.Swap(nil))) }
