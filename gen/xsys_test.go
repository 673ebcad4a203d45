package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/spec"
)

func TestLoadXSys(t *testing.T) {
	type has map[string]bool
	tests := []struct {
		goos, goarch string
		want         has
	}{
		{string(spec.Linux), "amd64", has{"TCP_KEEPIDLE": true, "TCP_KEEPALIVE": false, "SO_NOSIGPIPE": false, "Accept4": true, "EpollEvent": true, "SYS_ACCEPT": true, "Syscall6": true, "Kevent_t": false}},
		{string(spec.Linux), "s390x", has{"TCP_KEEPIDLE": true, "SYS_ACCEPT": false, "SYS_ACCEPT4": true}},
		{string(spec.Linux), "arm", has{"SYS_EPOLL_PWAIT": true, "Stdin": true}},
		{string(spec.Darwin), "amd64", has{"TCP_KEEPIDLE": false, "TCP_KEEPALIVE": true, "SO_LINGER_SEC": true, "Accept4": false, "Kevent_t": true, "EAGAIN": true}},
		{string(spec.Darwin), "arm64", has{"SO_LINGER_SEC": true, "SO_REUSEPORT_LB": false}},
		{string(spec.FreeBSD), "amd64", has{"SO_REUSEPORT_LB": true, "SO_LINGER_SEC": false, "Readv": false, "SYS_KEVENT": true, "RawSockaddrUnix": true}},
		{string(spec.FreeBSD), "386", has{"SO_REUSEPORT_LB": true, "SO_NOSIGPIPE": true}},
	}
	for _, tt := range tests {
		t.Run(tt.goos+"/"+tt.goarch, func(t *testing.T) {
			names, err := loadXSys(tt.goos, tt.goarch)
			if err != nil {
				t.Fatal(err)
			}
			got := has{}
			for name := range tt.want {
				got[name] = names[name]
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := loadXSys("plan9000", "amd64"); err == nil {
		t.Error("a system that does not exist has names")
	}
}

func TestXSysConstants(t *testing.T) {
	tests := []struct {
		goos, goarch string
		want         map[string]int64
	}{
		{string(spec.Linux), "amd64", map[string]int64{"AF_INET6": 10, "EAGAIN": 11, "SOL_SOCKET": 1, "O_NONBLOCK": 0x800, "AF_UNIX": 1, "SIGBUS": 7, "EPOLLET": 0x80000000, "EWOULDBLOCK": 11}},
		{string(spec.Darwin), "arm64", map[string]int64{"AF_INET6": 30, "EAGAIN": 35, "SOL_SOCKET": 0xffff, "SO_LINGER_SEC": 0x1080, "EVFILT_USER": -10, "SO_NOSIGPIPE": 0x1022}},
		{string(spec.FreeBSD), "amd64", map[string]int64{"AF_INET6": 28, "EAGAIN": 35, "EVFILT_USER": -11, "SOCK_CLOEXEC": 0x10000000, "SO_REUSEPORT_LB": 0x10000, "TCP_KEEPIDLE": 0x100}},
	}
	for _, tt := range tests {
		t.Run(tt.goos+"/"+tt.goarch, func(t *testing.T) {
			all, err := xsysConstants(tt.goos, tt.goarch)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int64{}
			for name := range tt.want {
				if n, ok := all[name]; ok {
					got[name] = n
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("constants (-want +got):\n%s", diff)
			}
		})
	}
}
