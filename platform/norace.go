//go:build !race

package platform

// RaceRead does nothing without the race detector.
func RaceRead([]byte) {}

// RaceWrite does nothing without the race detector.
func RaceWrite([]byte) {}

// RaceReadV does nothing without the race detector.
func RaceReadV([][]byte) {}

// RaceWriteV does nothing without the race detector.
func RaceWriteV([][]byte, int) {}
