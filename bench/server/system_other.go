//go:build !linux

package server

// system is empty: the raw loops are written for epoll.
var system []Server
