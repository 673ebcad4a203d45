package options

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// TestOptions shows B1 to B5, B7 to B18 and B26 to B34 of the machine at hand,
// and that what other systems alone have says so.
func TestOptions(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			for _, i := range platform.AllOptions {
				t.Run(i.Name, func(t *testing.T) {
					result := Check(k, i)
					if diff := cmp.Diff([]string(nil), result.Problems); diff != "" {
						t.Errorf("problems (-want +got):\n%s", diff)
					}
					if result.Skipped != "" {
						t.Skip(result.Skipped)
					}
				})
			}
		})
	}
}
