package spec

// A Mechanism is how a system tells readiness. The list is closed: each has an
// emitter in gen.
type Mechanism interface{ mechanism() }

// Ready is a flag of platform.Ready.
type Ready string

const (
	Readable    Ready = "Readable"
	Writable    Ready = "Writable"
	ReadClosed  Ready = "ReadClosed"
	WriteClosed Ready = "WriteClosed"
	Failed      Ready = "Error"
	Urgent      Ready = "Urgent"
)

// Epoll is Linux's poller.
type Epoll struct {
	Batch    int      // events per call
	Open     []string // flags of epoll_create1
	Mark     Marking  // of the epoll
	Interest []string // events asked for, once, in both directions
	Ready    []EpollReady
	Wake     Eventfd

	Replace Outcome // Add of what is there already
	Absent  Outcome // Remove of what is not there
}

// EpollReady says which events mean a flag of platform.Ready.
type EpollReady struct {
	Means    Ready
	Any      []string
	Why, Ref string
}

// Eventfd wakes an epoll through a counter.
type Eventfd struct {
	Open     []string // flags of eventfd2
	Interest []string
	Full     Outcome // the counter can hold no more
}

// Kqueue is the BSDs' poller.
type Kqueue struct {
	Batch   int // events per call
	Mark    Marking
	MarkRef string
	Read    string // the filters, added together and once
	Write   string
	Add     []string // flags of both
	Delete  []string
	Error   string // the flag that marks a receipt or a failed watch
	Ready   []KqueueReady
	Wake    UserEvent

	Dead   Outcome   // Add of a descriptor whose peer is gone
	Absent Outcome   // Remove of what is not there
	Early  []Outcome // a wait that ended without events
}

// KqueueReady says which event means what. Empty conditions always hold.
type KqueueReady struct {
	Filter   string
	Flag     string
	Fflags   bool // an error number is given
	Means    []Ready
	Why, Ref string
}

// UserEvent wakes a kqueue through a filter of its own.
type UserEvent struct {
	Filter  string
	Add     []string // flags
	Trigger string   // fflags
}

func (Epoll) mechanism()  {}
func (Kqueue) mechanism() {}

var epoll = Epoll{
	Batch: 128,
	Open:  []string{"EPOLL_CLOEXEC"},
	Mark: Marking{
		Name: "nonBlocking", Doc: "lets Go's poller take fd, which refuses blocking descriptors",
		Steps: []Step{Fcntl{Cmd: "F_SETFL", Arg: "O_NONBLOCK"}},
	},
	Interest: []string{"EPOLLIN", "EPOLLOUT", "EPOLLRDHUP", "EPOLLPRI", "EPOLLET"},
	Ready: []EpollReady{
		{Readable, []string{"EPOLLIN", "EPOLLRDHUP", "EPOLLHUP", "EPOLLERR"},
			"an error on a datagram socket comes without EPOLLIN", "DIFFERENCES H15"},
		{Writable, []string{"EPOLLOUT", "EPOLLHUP", "EPOLLERR"},
			"a dead socket takes no write, but says so at once", "DIFFERENCES H12, H13"},
		{ReadClosed, []string{"EPOLLRDHUP", "EPOLLHUP"}, "", "DIFFERENCES H7, H11"},
		{WriteClosed, []string{"EPOLLHUP"}, "both directions are closed", "DIFFERENCES H12"},
		{Failed, []string{"EPOLLERR"}, "", "DIFFERENCES H13"},
		{Urgent, []string{"EPOLLPRI"}, "", "DIFFERENCES C47"},
	},
	Wake: Eventfd{
		Open:     []string{"EFD_CLOEXEC", "EFD_NONBLOCK"},
		Interest: []string{"EPOLLIN", "EPOLLET"},
		Full:     Outcome{"EAGAIN", Done, "the counter is full, so a wake is pending", "eventfd(2)"},
	},
	Replace: Outcome{"EEXIST", Done, "it is watched already: only the generation changes", "DIFFERENCES H29"},
	Absent:  Outcome{"ENOENT", Done, "it is not watched", "DIFFERENCES H29"},
}

var kqueue = Kqueue{
	Batch: 128,
	Mark:  closeOnExec, MarkRef: "DIFFERENCES A7",
	Read:   "EVFILT_READ",
	Write:  "EVFILT_WRITE",
	Add:    []string{"EV_ADD", "EV_CLEAR", "EV_RECEIPT"},
	Delete: []string{"EV_DELETE", "EV_RECEIPT"},
	Error:  "EV_ERROR",
	Ready: []KqueueReady{
		{Filter: "EVFILT_READ", Means: []Ready{Readable}},
		{Filter: "EVFILT_READ", Flag: "EV_EOF", Means: []Ready{ReadClosed},
			Why: "data may still be there", Ref: "DIFFERENCES H7, H8"},
		{Filter: "EVFILT_WRITE", Means: []Ready{Writable}},
		{Filter: "EVFILT_WRITE", Flag: "EV_EOF", Means: []Ready{WriteClosed}, Ref: "DIFFERENCES H10, H12"},
		{Flag: "EV_EOF", Fflags: true, Means: []Ready{Failed, Readable, Writable},
			Why: "the other filter may come a batch later", Ref: "DIFFERENCES H13, H14, H22"},
		{Flag: "EV_ERROR", Means: []Ready{Failed, Readable, Writable},
			Why: "the watch itself failed", Ref: "kevent(2)"},
	},
	Wake: UserEvent{
		Filter: "EVFILT_USER", Add: []string{"EV_ADD", "EV_CLEAR"}, Trigger: "NOTE_TRIGGER",
	},
	Dead:   Outcome{"EPIPE", Done, "the peer is gone, and events will say so", "DIFFERENCES H28"},
	Absent: Outcome{"ENOENT", Done, "it is not watched", "DIFFERENCES H29"},
	Early: []Outcome{
		{"EINTR", Done, "a signal came", "DIFFERENCES C50"},
		{"ETIMEDOUT", Done, "some kernels say so of a timeout", "DIFFERENCES H32; go.dev/issue/59679"},
	},
}
