package spec

// A Recipe is how a system carries out a call. The list is closed: each has
// an emitter in gen.
type Recipe interface{ recipe() }

// Trap is one system call, repeated after EINTR.
type Trap struct {
	Do       Syscall
	Once     bool // never repeated: the kernel goes on, or is done, after EINTR
	Quick    bool // this call does not wait, though others of the function may
	Outcomes []Outcome
}

// AtomicFlags is a system call whose flags make the new descriptors
// non-blocking and close-on-exec from birth.
type AtomicFlags struct{ Do Syscall }

// ThenFcntl is a system call that makes descriptors, each of which is marked
// afterwards and closed if that fails.
type ThenFcntl struct {
	Do       Syscall
	ForkLock Lock // whether a process may be forked in between
	Mark     Marking

	// NoAddress is the error to report where the call succeeds without an
	// address; the descriptor is closed.
	NoAddress Outcome
}

// Lock says when a call holds the lock that keeps processes from being forked,
// which must not be held while waiting.
type Lock uint8

const (
	Unlocked            Lock = iota
	Locked                   // the call cannot wait
	LockedIfNonBlocking      // the call waits only if somebody made the descriptor blocking
)

// Mark marks a descriptor that came from elsewhere.
type Mark struct{ Mark Marking }

// MarkRights is recvmsg followed by marking each descriptor that came with the
// message.
type MarkRights struct {
	Do   Syscall
	Mark Marking
}

// Absent is no system call: there is nothing like it, and the call says so.
type Absent struct{}

// Batch is one system call for many messages, with a struct mmsghdr for each.
type Batch struct {
	Do     Syscall
	ToPeer string // the call for messages without an address, where Do serves others only
}

// Each is another call of the contract, for one message after another.
type Each struct{ Call string }

// Builtin is made from another table of the spec.
type Builtin string

const (
	FromTraits  Builtin = "traits"
	FromClasses Builtin = "classes"
	FromPoller  Builtin = "poller"
)

func (Trap) recipe()        {}
func (AtomicFlags) recipe() {}
func (ThenFcntl) recipe()   {}
func (Mark) recipe()        {}
func (MarkRights) recipe()  {}
func (Absent) recipe()      {}

func (Batch) recipe()   {}
func (Each) recipe()    {}
func (Builtin) recipe() {}

// Syscall is one call of a kernel function: its name in Kernel, and what goes
// into each of its slots.
type Syscall struct {
	Name string
	Args []Arg
}

// Arg fills one slot: with the parameter or result of the call that Of names,
// and with the constants in Or. The zero Arg is 0 or NULL.
type Arg struct {
	Of string
	Or []string
}

// Outcome gives one error number another meaning than failure.
type Outcome struct {
	Errno    string
	Means    Meaning
	Why, Ref string
}

// Meaning is what an error number comes to.
type Meaning uint8

const (
	Failure    Meaning = iota // an error like any other
	Done                      // success
	InProgress                // platform.ErrInProgress
)

// Marking is a list of steps that every descriptor of one origin goes through.
type Marking struct {
	Name  string // the function's name in the backend
	Doc   string // completes "NAME …"
	Steps []Step
}

// A Step changes one thing about a descriptor.
type Step interface{ step() }

// Fcntl sets a flag word whole.
type Fcntl struct{ Cmd, Arg string }

// FcntlOr adds to a flag word.
type FcntlOr struct{ Get, Set, Or string }

// SetOne sets an int option to 1.
type SetOne struct {
	Level, Const string
	Ignore       string // the error number that is no failure
	Why, Ref     string

	Absent Per[string] // why a system has no such option and leaves the step out
}

func (Fcntl) step()   {}
func (FcntlOr) step() {}
func (SetOne) step()  {}

// Instead is the recipe of one system, and why it is another.
type Instead struct {
	How      Recipe
	Why, Ref string // Why completes "NAME …"
}
