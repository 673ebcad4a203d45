// Package sockopt is the socket options as values.
//
// An option is set and read on any socket by the functions SetOption and
// GetOption of package net, and listed among others, with its value, for the
// method With:
//
//	net.SetOption(stream, sockopt.Linger, 5*time.Second)
//	socket.With(sockopt.NoDelay.To(true), sockopt.RecvBuffer.To(1<<20))
//
// [Option.Supported] and [Option.Info] tell what the running system makes of
// an option, and [All] does so for every one. [Custom] makes an option that
// is not in the list.
package sockopt
