//go:build race

package net

// raceDetector slows the tests down and makes memory of its own.
const raceDetector = true
