// Package options holds every socket option, on every kind of socket that this
// system has, to what the specification says of it: its default, the values
// that it takes and refuses, what is read back, on which sockets it is, and
// whether connections that are accepted carry it.
//
//	for _, kind := range options.Kinds() {
//		for _, i := range platform.AllOptions {
//			result := options.Check(kind, i)
//			…
//		}
//	}
package options
