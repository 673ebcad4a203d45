package behaviour

const absent = "some systems lack the option, so it shows nothing that all share; options have tests of their own"

// NotShown says of the rows without a script why they have none.
var NotShown = map[string]string{
	"A6": "no promise: sockets are non-blocking, so that no call has to ask for it",

	"B4":  "no promise: the option is not offered",
	"B19": "the sizes of option values are the generator's; the recorder's tests show them",
	"B23": "no promise: the option is not offered, deadlines are the package's own",
	"B28": absent,
	"B30": absent,
	"B31": absent,
	"B32": absent,
	"B33": absent,
	"B37": "no promise: such an option comes too late on some systems",

	"C2":  "the package connects a socket once; its tests over the double show it",
	"C4":  "the package connects a socket once; its tests over the double show it",
	"C8":  "a listener cannot connect",
	"C12": "it depends on who runs the script",
	"C20": "a listener cannot listen again",
	"C21": "a UDP socket cannot listen",
	"C27": "no promise: who comes when the backlog is full may wait or be refused",
	"C47": "no call of the package sends urgent data",
	"C51": "it takes all ports of the machine; the tests over the double show the retry",

	"D7":  "no loopback is so busy that it has no buffers; the tests over the double show it",
	"D13": "no datagram socket can be shut down",

	"E7":  "only datagram sockets can join groups",
	"E11": "it takes a second interface, and what is sent by it leaves the machine",

	"F9": "a machine without IPv6 shows it by what is skipped",

	"G10": "the package binds a socket before it listens",
	"G27": "no promise: such sockets are not offered",

	"H4":  "a listener cannot be shut down",
	"H14": "a socket that could not connect is closed at once",
	"H16": "of a descriptor from elsewhere the package cannot know whether connecting has begun",
	"H19": "no promise: the next call tells, as the scripts of G18 and G19 show",
	"H21": "no call of the package sends urgent data",
	"H27": "only sockets can be registered; B25 shows that files and pipes become none",
	"H33": "no promise: each poller has its own sockets",
	"H35": "no promise: the option is not offered",
	"H36": "the layout is the generator's; the tests of layouts show it",
	"H37": "the layout is the generator's; the tests of layouts show it",

	"I4": "the layout is the generator's; the tests of layouts show it",
	"I5": "no promise: scripts use 127.0.0.1 only",
	"I6": "the layout is the generator's; the tests of layouts show it",
	"I7": "it is a rule for generated code; the recorder's tests hold to it",
	"I8": "only a telephone puts programs to sleep and takes their sockets",
	"I9": "no promise but that a child inherits no poller, which A7 shows",
}
