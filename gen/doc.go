// Gen turns package spec into everything that is generated: the contract, a
// backend per system, the options, the recorder's stand-ins and the tables of
// the documentation. It imports nothing of what it writes, so that it runs
// when that is broken.
//
// Usage:
//
//	go run ./gen            # write what changed, remove orphans
//	go run ./gen -check     # compare only; list differences and fail
//	go run ./gen -dump      # print the resolved plan as JSON
//	go run ./gen -matrix    # print what to build: system, processor and tag, a line each
//	go run ./gen -out DIR   # write below DIR instead of the module
package main

//go:generate go run github.com/volt-net/volt/gen
