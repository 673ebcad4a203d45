//go:build !linux

package harness

// usableCPUs is empty: processes are not tied to processors here.
func usableCPUs() []int { return nil }

func onCPUs(_ []int, start func() error) error { return start() }

// openFiles does not matter where there is no load generator.
func openFiles() int { return 0 }
