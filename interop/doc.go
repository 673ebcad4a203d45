// Package interop runs other people's network libraries over package net, as
// their users would: quic-go, miekg/dns, grpc-go and HTTP/2. It is a module of
// its own, so that what it needs is no dependency of Volt. It has only tests:
//
//	make interop
package interop
