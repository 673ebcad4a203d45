package net

// Platform names the operating system and the poller that the package runs on.
func Platform() (os, poller string) {
	t := sys.Traits()
	return t.OS, t.Poller
}
