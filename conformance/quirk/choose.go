package quirk

import (
	"fmt"
	"os"

	"github.com/volt-net/volt/platform"
)

// Env is the variable that names the system whose quirks tests are to see.
const Env = "VOLT_QUIRKS"

// Choose returns real with the quirks of the system that [Env] names, or real
// itself. A name without a set is an error in how the tests were started.
func Choose(real platform.Backend) platform.Backend {
	name := os.Getenv(Env)
	if name == "" {
		return real
	}
	for _, s := range Sets {
		if s.OS == name {
			return New(real, s)
		}
	}
	panic(fmt.Sprintf("%s: no set for %q", Env, name))
}
