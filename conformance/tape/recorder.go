package tape

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/volt-net/volt/platform"
)

// Recorder writes down the system calls of one backend and answers them.
// Without a script, calls succeed: writes take everything, reads return 0
// bytes, options read back what was set, new descriptors are the lowest free.
type Recorder struct {
	system *System

	mu      sync.Mutex
	lines   []string
	faults  []string
	steps   int
	open    map[int]bool
	given   []int
	scripts map[string][]Result
	options map[[2]int][]byte
	failAt  int
	failBy  string
}

// Result is the answer to one call. What is zero is answered as without a
// script.
type Result struct {
	Errno string // the call fails
	Count int    // how much was written; by some calls even if they fail

	Data      []byte        // what is read, or an option's value
	From      platform.Addr // the address that is returned
	NoAddress bool          // its length is 0
	Flags     string        // of a received message, such as "MSG_TRUNC"
	Rights    int           // how many descriptors come with it
	Events    []Event       // what is ready
	Receipts  []string      // the error of each change, or ""
}

// Event is one report of a poller: flags of epoll, or a filter of kqueue with
// its flags and error number.
type Event struct {
	FD      int
	Gen     uint32
	Filter  string
	Flags   string
	Errno   string
	Receipt bool // only the error number counts, of the change at this place
}

func newRecorder(s *System) *Recorder {
	return &Recorder{
		system: s, failAt: -1,
		open:    map[int]bool{0: true, 1: true, 2: true},
		scripts: map[string][]Result{}, options: map[[2]int][]byte{},
	}
}

// Script queues answers to calls of a function.
func (r *Recorder) Script(function string, results ...Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.scripts[function] = append(r.scripts[function], results...)
}

// Fail makes the step-th call from now fail, 0 being the next.
func (r *Recorder) Fail(step int, errno string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failAt, r.failBy = r.steps+step, errno
}

// Give opens a descriptor that no recorded call made.
func (r *Recorder) Give() platform.FD {
	r.mu.Lock()
	defer r.mu.Unlock()
	fd := r.opened()
	r.given = append(r.given, fd)
	return platform.FD(fd)
}

// Given lists what Give has opened.
func (r *Recorder) Given() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.given)
}

// Take returns the transcript since the last Take.
func (r *Recorder) Take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := r.lines
	r.lines = nil
	return lines
}

// Steps is the number of calls so far.
func (r *Recorder) Steps() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.steps
}

// Open lists the open descriptors, the usual three left out.
func (r *Recorder) Open() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]int(nil), slices.Sorted(maps.Keys(r.open))[3:]...)
}

// Faults lists what no program should do, such as closing twice.
func (r *Recorder) Faults() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.faults)
}

// opened makes the lowest free number a descriptor.
func (r *Recorder) opened() int {
	fd := 0
	for r.open[fd] {
		fd++
	}
	r.open[fd] = true
	return fd
}

// call writes down a system call and answers it.
func (r *Recorder) call(name string, args []Arg) (int, uintptr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.show(r.system)
	}
	line := name + "(" + strings.Join(texts, ", ") + ")"
	res := r.result(name)
	r.use(name, args, line)
	if res.Errno != "" {
		r.lines = append(r.lines, line+" = "+res.Errno)
		for _, a := range args {
			if sent, ok := a.(Sent); ok {
				sent.failed(&res)
			}
		}
		return -1, r.system.Errno(res.Errno)
	}
	r.lines = append(r.lines, line)
	n := 0
	for _, a := range args {
		n += a.answer(r, &res, args)
	}
	if res.Count != 0 {
		n = res.Count
	}
	if on, ok := r.system.Opens[name]; ok && (on == "" || slices.Contains(texts, on)) {
		n = r.opened()
	}
	return n, 0
}

// result takes the next answer from the script.
func (r *Recorder) result(name string) Result {
	step := r.steps
	r.steps++
	var res Result
	if queue := r.scripts[name]; len(queue) > 0 {
		res, r.scripts[name] = queue[0], queue[1:]
	}
	if step == r.failAt {
		res = Result{Errno: r.failBy}
	}
	return res
}

// use watches over descriptors: all must be open, and close ends one even if
// it fails.
func (r *Recorder) use(name string, args []Arg, line string) {
	for _, a := range args {
		fd, ok := a.(FD)
		if !ok {
			continue
		}
		if !r.open[int(fd)] {
			r.faults = append(r.faults, line+": "+strconv.Itoa(int(fd))+" is not open")
		}
		if name == "close" {
			delete(r.open, int(fd))
		}
	}
}
