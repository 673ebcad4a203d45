//go:build !race

package behaviour

// raced says that the race detector is on.
const raced = false
