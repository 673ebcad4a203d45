package behaviour

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// childEnv names what a child process is to do.
const childEnv = "VOLT_BEHAVIOUR_CHILD"

// init makes this process do what a script has started it for. Some scripts
// need a process of their own, and start the program again, whatever it is: so
// no program that runs scripts has to know of it.
func init() {
	name := os.Getenv(childEnv)
	if name == "" {
		return
	}
	os.Exit(child(name))
}

// children are the scripts of child processes.
func children() map[string]func(*T) {
	return map[string]func(*T){
		"descriptors":     printDescriptors,
		"dead peer":       writeToTheDead,
		"few descriptors": acceptWithout,
		"huge buffer":     useHugeBuffer,
		"connect":         connectToMeeting,
	}
}

func child(name string) (code int) {
	o := Play(context.Background(), Script{Run: children()[name]}, "")
	out := strings.Join(append(o.Lines, ""), "\n")
	if o.Failure != "" {
		out, code = o.Failure, 1
	}
	if _, err := os.Stdout.WriteString(out); err != nil {
		os.Stderr.WriteString(out) // the child needed the number of standard output
	}
	return code
}

// Child starts the program again to run one of the children, and returns the
// lines that it printed. An emulator may not let a program do that.
func (t *T) Child(name string) []string {
	lines, err := t.tryChild(name)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Skip("no program can start itself here: " + err.Error())
	}
	t.Check(err)
	return lines
}

// notExecutable is what a shell exits with in place of a program that is there
// but cannot run.
const notExecutable = 126

// tryChild puts the command after those of wrap.
func (t *T) tryChild(name string, wrap ...string) ([]string, error) {
	self, err := os.Executable()
	t.Check(err)
	command := append(slices.Clone(wrap), self)
	cmd := exec.CommandContext(t.ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), childEnv+"="+name,
		"GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // or each child takes a second to exit
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.Is(err, syscall.ENOEXEC) || errors.As(err, &exit) && exit.ExitCode() == notExecutable {
		t.Skip("what the program runs in does not start it again")
	}
	if err != nil {
		return nil, fmt.Errorf("child %q: %w: %s", name, err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"), nil
}

// mostDescriptors is how far children look for what they have inherited.
const mostDescriptors = 4096

// printDescriptors lists what the process was born with, besides its three.
// It runs before anything else of the program is open.
func printDescriptors(t *T) {
	for n := 3; n < mostDescriptors; n++ {
		f := os.NewFile(uintptr(n), strconv.Itoa(n))
		if info, err := f.Stat(); err == nil {
			t.Print("%d %v", n, info.Mode().Type())
		}
	}
}

// inherited is what a child sees, less what was there before: whoever started
// this program may have left descriptors open.
func (t *T) inherited(before []string) []string {
	now := t.Child("descriptors")
	return slices.DeleteFunc(now, func(line string) bool { return slices.Contains(before, line) })
}
