package platform

import (
	"encoding/binary"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The layouts of the three systems, by hand: what the generator emits is held
// against these numbers by the recorder's transcripts.
var (
	layoutLinux   = &SockaddrLayout{Inet4: 2, Inet6: 10, Unix: 1, PathSize: 108, Abstract: true}
	layoutFreeBSD = &SockaddrLayout{Inet4: 2, Inet6: 28, Unix: 1, HasLen: true, PathSize: 104}
	layoutDarwin  = &SockaddrLayout{Inet4: 2, Inet6: 30, Unix: 1, HasLen: true, PathSize: 104}

	layouts = []struct {
		name string
		*SockaddrLayout
	}{{"linux", layoutLinux}, {"freebsd", layoutFreeBSD}, {"darwin", layoutDarwin}}
)

var (
	addrV4 = Addr{Family: Inet4, Port: 8080, IP: [16]byte{192, 0, 2, 1}}
	addrV6 = Addr{Family: Inet6, Port: 443, Scope: 3, IP: [16]byte{0: 0xfe, 1: 0x80, 15: 1}}
)

// native is how a kernel writes a number of its own.
func native(n, size int) string {
	b := make([]byte, size)
	if size == 2 {
		binary.NativeEndian.PutUint16(b, uint16(n))
	} else {
		binary.NativeEndian.PutUint32(b, uint32(n))
	}
	return string(b)
}

// TestSockaddrEncode holds each system's addresses to their bytes (I4).
func TestSockaddrEncode(t *testing.T) {
	v4 := "\x1f\x90\xc0\x00\x02\x01" + strings.Repeat("\x00", 8)
	v6 := "\x01\xbb\x00\x00\x00\x00" + "\xfe\x80" + strings.Repeat("\x00", 13) + "\x01" + native(3, 4)
	long := strings.Repeat("p", 107)
	tests := []struct {
		name   string
		layout *SockaddrLayout
		addr   Addr
		want   string
	}{
		{"linux IPv4", layoutLinux, addrV4, native(2, 2) + v4},
		{"freebsd IPv4", layoutFreeBSD, addrV4, "\x10\x02" + v4},
		{"darwin IPv4", layoutDarwin, addrV4, "\x10\x02" + v4},
		{"linux IPv6", layoutLinux, addrV6, native(10, 2) + v6},
		{"freebsd IPv6", layoutFreeBSD, addrV6, "\x1c\x1c" + v6},
		{"darwin IPv6", layoutDarwin, addrV6, "\x1c\x1e" + v6},
		{"linux path", layoutLinux, Addr{Family: Unix, Path: "/x"}, native(1, 2) + "/x\x00"},
		{"freebsd path", layoutFreeBSD, Addr{Family: Unix, Path: "/x"}, "\x05\x01/x\x00"},
		{"darwin path", layoutDarwin, Addr{Family: Unix, Path: "/x"}, "\x05\x01/x\x00"},
		{"linux longest path", layoutLinux, Addr{Family: Unix, Path: long}, native(1, 2) + long + "\x00"},
		{"darwin longest path", layoutDarwin, Addr{Family: Unix, Path: long[:103]}, "\x6a\x01" + long[:103] + "\x00"},
		{"linux abstract", layoutLinux, Addr{Family: Unix, Path: "\x00a\x00b"}, native(1, 2) + "\x00a\x00b"},
		{"linux longest abstract", layoutLinux, Addr{Family: Unix, Path: "\x00" + long}, native(1, 2) + "\x00" + long},
		{"linux unnamed", layoutLinux, Addr{Family: Unix}, native(1, 2)},
		{"freebsd unnamed", layoutFreeBSD, Addr{Family: Unix}, "\x02\x01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := dirty()
			n, err := tt.layout.Encode(s, tt.addr)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]byte(tt.want), s.Bytes()[:n]); diff != "" {
				t.Errorf("bytes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.addr, tt.layout.Decode(s, n)); diff != "" {
				t.Errorf("and back (-want +got):\n%s", diff)
			}
		})
	}
}

// dirty is memory that was used before.
func dirty() *Sockaddr {
	s := new(Sockaddr)
	for i := range s.b {
		s.b[i] = 0xa5
	}
	return s
}

func TestSockaddrEncodeRefuses(t *testing.T) {
	path := strings.Repeat("p", 108)
	tests := []struct {
		name   string
		layout *SockaddrLayout
		addr   Addr
		want   error
	}{
		{"unknown family", layoutLinux, Addr{Family: 99}, syscall.EAFNOSUPPORT},
		{"linux path too long", layoutLinux, Addr{Family: Unix, Path: path}, syscall.ENAMETOOLONG},
		{"darwin path too long", layoutDarwin, Addr{Family: Unix, Path: path[:104]}, syscall.ENAMETOOLONG},
		{"linux abstract name too long", layoutLinux, Addr{Family: Unix, Path: "\x00" + path}, syscall.EINVAL},
		{"freebsd abstract name", layoutFreeBSD, Addr{Family: Unix, Path: "\x00a"}, syscall.EINVAL},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := tt.layout.Encode(new(Sockaddr), tt.addr)
			if diff := cmp.Diff(tt.want, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if n != 0 {
				t.Errorf("length %d with an error", n)
			}
		})
	}
}

// TestSockaddrDecode reads what kernels return and nobody encodes.
func TestSockaddrDecode(t *testing.T) {
	tests := []struct {
		name   string
		layout *SockaddrLayout
		raw    string
		want   Addr
	}{
		{"nothing", layoutLinux, "", Addr{}},
		{"one byte", layoutLinux, "\x01", Addr{}},
		{"short IPv4", layoutLinux, native(2, 2) + "\x1f\x90", Addr{}},
		{"short IPv6", layoutDarwin, "\x1c\x1e" + strings.Repeat("\x00", 25), Addr{}},
		{"foreign family", layoutFreeBSD, "\x10\x1e" + strings.Repeat("\x00", 26), Addr{}},
		{"linux family with a high byte", layoutLinux, native(0x0102, 2) + strings.Repeat("\x00", 14), Addr{}},
		{"freebsd unnamed peer, G4", layoutFreeBSD, "\x10\x01" + strings.Repeat("\x00", 14), Addr{Family: Unix}},
		{"linux unnamed peer, G4", layoutLinux, native(1, 2), Addr{Family: Unix}},
		{"linux path and NUL, G5", layoutLinux, native(1, 2) + "/x\x00", Addr{Family: Unix, Path: "/x"}},
		{"darwin padded path, G5", layoutDarwin, "\x6a\x01/x" + strings.Repeat("\x00", 102), Addr{Family: Unix, Path: "/x"}},
		{"freebsd path without NUL, G5", layoutFreeBSD, "\x04\x01/x", Addr{Family: Unix, Path: "/x"}},
		{"linux abstract with NULs, G2", layoutLinux, native(1, 2) + "\x00a\x00", Addr{Family: Unix, Path: "\x00a\x00"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := dirty()
			copy(s.b[:], tt.raw)
			if diff := cmp.Diff(tt.want, tt.layout.Decode(s, len(tt.raw))); diff != "" {
				t.Errorf("address (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("longer than the memory", func(t *testing.T) {
		if diff := cmp.Diff(Addr{}, layoutLinux.Decode(dirty(), MaxSockaddr+1)); diff != "" {
			t.Errorf("address (-want +got):\n%s", diff)
		}
	})
}

// TestF7Flowinfo: the flow is always 0, whatever the memory held before, and
// every other byte is the address's.
func TestF7Flowinfo(t *testing.T) {
	for _, l := range layouts {
		s := dirty()
		if _, err := l.Encode(s, Addr{Family: Inet6, Port: 0x0102, IP: [16]byte{0xfe, 0x80, 15: 1}}); err != nil {
			t.Fatal(err)
		}
		want := []byte{2: 1, 3: 2, 8: 0xfe, 9: 0x80, 23: 1, 27: 0}
		if diff := cmp.Diff(want[2:], s.b[2:28]); diff != "" {
			t.Errorf("%s: after the family (-want +got):\n%s", l.name, diff)
		}
	}
}

func FuzzSockaddr(f *testing.F) {
	f.Add(uint8(Inet4), uint16(80), uint32(0), []byte{127, 0, 0, 1}, "")
	f.Add(uint8(Inet6), uint16(80), uint32(2), []byte{0xfe, 0x80}, "")
	f.Add(uint8(Unix), uint16(0), uint32(0), []byte(nil), "/tmp/socket")
	f.Add(uint8(Unix), uint16(0), uint32(0), []byte(nil), "\x00name\x00")
	f.Fuzz(func(t *testing.T, family uint8, port uint16, scope uint32, ip []byte, path string) {
		a := Addr{Family: Family(family)}
		switch a.Family {
		case Inet4:
			a.Port = port
			copy(a.IP[:4], ip)
		case Inet6:
			a.Port, a.Scope = port, scope
			copy(a.IP[:], ip)
		case Unix:
			a.Path = path
		}
		for _, l := range layouts {
			s := dirty()
			n, err := l.Encode(s, a)
			if err != nil {
				continue
			}
			want := a
			if a.Family == Unix && path != "" && path[0] != 0 {
				want.Path, _, _ = strings.Cut(path, "\x00")
			}
			if path == "\x00" {
				want.Path = "" // the abstract name of no letters is no name
			}
			if diff := cmp.Diff(want, l.Decode(s, n)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", l.name, diff)
			}
		}
	})
}

func FuzzSockaddrDecode(f *testing.F) {
	f.Add([]byte("\x10\x02\x00\x50\x7f\x00\x00\x01"), 16)
	f.Add([]byte("\x01\x00/tmp/socket"), 13)
	f.Fuzz(func(t *testing.T, raw []byte, n int) {
		for _, l := range layouts {
			s := dirty()
			copy(s.b[:], raw)
			a := l.Decode(s, n)
			if a.Family == Unix && len(a.Path) > n {
				t.Errorf("%s: a path of %d bytes out of %d", l.name, len(a.Path), n)
			}
		}
	})
}
