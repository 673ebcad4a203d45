// Package tape runs the generated backends of all systems on any machine.
//
// Below it stands each backend once more, generated against a stand-in for
// package unix that carries that system's numbers. Its system calls arrive
// here: a [Recorder] writes down what the kernel would be asked, and answers
// as a kernel does, or as a script says. So a transcript shows on Linux what
// Darwin's backend does, and a test can make any step of it fail.
package tape
