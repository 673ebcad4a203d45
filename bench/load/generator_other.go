//go:build !linux

package load

import "errors"

// Generator exists on Linux only.
type Generator struct{}

var errSystem = errors.New("the load generator is written for Linux")

// Available reports why there is no load generator.
func Available() error { return errSystem }

// Dial fails.
func Dial(Job) (*Generator, error) { return nil, errSystem }

// Run is never reached.
func (*Generator) Run() (Result, error) { return Result{}, errSystem }

// Close is never reached.
func (*Generator) Close() error { return errSystem }
