package platform

import (
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestE15Request holds the layouts of RFC 3678 to those of the systems'
// headers: the source comes after the group everywhere, but not as far behind.
func TestE15Request(t *testing.T) {
	littleEndian(t)
	group := GroupLayout{
		Level4: 4, Level6: 6, Join: 1, Leave: 2, JoinSource: 3, LeaveSource: 5,
		JoinAny4: 11, LeaveAny4: 12, JoinAny6: 13, LeaveAny6: 14, Align: 8,
	}
	packed := group
	packed.Align = 4
	g4 := Addr{Family: Inet4, IP: [16]byte{239, 1, 2, 3}}
	s4 := Addr{Family: Inet4, IP: [16]byte{127, 0, 0, 1}}
	g6 := Addr{Family: Inet6, IP: [16]byte{0xff, 2, 15: 9}}
	type request struct {
		Level, Name, Size int
		Bytes             string // what is not zero, by offset
	}
	for _, tt := range []struct {
		name   string
		layout GroupLayout
		addrs  *SockaddrLayout
		m      Membership
		want   request
	}{
		{"join", group, layoutLinux, Membership{Group: g4, Index: 7},
			request{4, 1, 136, "0:07 8:02 12:ef010203"}},
		{"join, packed", packed, layoutDarwin, Membership{Group: g4, Index: 7},
			request{4, 1, 132, "0:07 4:1002 8:ef010203"}},
		{"leave", group, layoutFreeBSD, Membership{Group: g4, Index: 7, Leave: true},
			request{4, 2, 136, "0:07 8:1002 12:ef010203"}},
		{"join a source", group, layoutLinux, Membership{Group: g4, Source: s4, Index: 7},
			request{4, 3, 264, "0:07 8:02 12:ef010203 136:02 140:7f 143:01"}},
		{"leave a source, packed", packed, layoutDarwin, Membership{Group: g4, Source: s4, Index: 7, Leave: true},
			request{4, 5, 260, "0:07 4:1002 8:ef010203 132:1002 136:7f 139:01"}},
		{"join anywhere", group, layoutLinux, Membership{Group: g4}, request{4, 11, 8, "0:ef010203"}},
		{"leave anywhere", group, layoutLinux, Membership{Group: g4, Leave: true}, request{4, 12, 8, "0:ef010203"}},
		{"join, IPv6", group, layoutLinux, Membership{Group: g6, Index: 7},
			request{6, 1, 136, "0:07 8:0a 16:ff02 31:09"}},
		{"join anywhere, IPv6", group, layoutLinux, Membership{Group: g6}, request{6, 13, 20, "0:ff02 15:09"}},
		{"leave anywhere, IPv6", group, layoutLinux, Membership{Group: g6, Leave: true}, request{6, 14, 20, "0:ff02 15:09"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b GroupBuffer
			level, name, size, err := tt.layout.Request(&b, tt.m, tt.addrs)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, request{level, name, size, nonZero(b[:])}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// nonZero shows each run of bytes that are not zero as offset:hex.
func nonZero(b []byte) string {
	var runs []string
	for i := 0; i < len(b); i++ {
		end := i
		for end < len(b) && b[end] != 0 {
			end++
		}
		if end > i {
			runs = append(runs, strconv.Itoa(i)+":"+hex.EncodeToString(b[i:end]))
			i = end
		}
	}
	return strings.Join(runs, " ")
}
