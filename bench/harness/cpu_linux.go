package harness

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// usableCPUs lists the processors that this process may run on.
func usableCPUs() []int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil
	}
	var list []int
	for i := 0; len(list) < set.Count(); i++ {
		if set.IsSet(i) {
			list = append(list, i)
		}
	}
	return list
}

// onCPUs runs start on some of the processors only. What it starts stays there.
func onCPUs(cpus []int, start func() error) error {
	if len(cpus) == 0 {
		return start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, during unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	for _, i := range cpus {
		during.Set(i)
	}
	if err := unix.SchedSetaffinity(0, &during); err != nil {
		return err
	}
	err := start()
	if restored := unix.SchedSetaffinity(0, &before); restored != nil {
		return restored
	}
	return err
}

// openFiles is how many descriptors a process may be allowed.
func openFiles() int {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return 0
	}
	return int(min(l.Max, 1<<30))
}
