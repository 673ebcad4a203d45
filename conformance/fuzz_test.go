package conformance_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/conformance/tape"
	"github.com/volt-net/volt/platform"
)

// What follows holds the layouts of every system to never trusting a length
// that they were given, and to reading back what they have laid out.

// fuzzed picks a system.
func fuzzed(n uint8) *tape.System { return tapes[int(n)%len(tapes)] }

// before returns b with other bytes behind its end, where a slice reaches
// without being told. Who looks there gives itself away.
func before(b []byte, behind byte) []byte {
	return append(bytes.Clone(b), bytes.Repeat([]byte{behind}, 64)...)[:len(b)]
}

func FuzzSystemControl(f *testing.F) {
	for i, s := range tapes {
		control := s.Backend.Traits().Control
		m := platform.Meta{IfIndex: 1, Hops: 64, Class: 8}
		for _, family := range []platform.Family{platform.Inet4, platform.Inet6} {
			b, _ := control.Append(control.PutRights([]int{3, 4}), m, family)
			f.Add(uint8(i), b)
			f.Add(uint8(i), b[:len(b)-1])
		}
	}
	f.Fuzz(func(t *testing.T, system uint8, b []byte) {
		l := fuzzed(system).Backend.Traits().Control
		type result struct {
			Meta   platform.Meta
			Rights []int
		}
		read := func(b []byte) (r result) {
			r.Meta = l.Parse(b)
			l.EachRight(b, func(fd int) error { r.Rights = append(r.Rights, fd); return nil })
			return r
		}
		got := read(before(b, 0))
		if diff := cmp.Diff(got, read(before(b, 0xff))); diff != "" {
			t.Errorf("what stands behind the end was read:\n%s", diff)
		}
		if 4*len(got.Rights) > len(b) {
			t.Errorf("%d descriptors out of %d bytes", len(got.Rights), len(b))
		}
	})
}

// FuzzSystemMeta reads back what goes with a datagram. The messages of IPv6 are
// the same both ways; those of IPv4 are not on all systems, but are as many
// bytes as whole messages have.
func FuzzSystemMeta(f *testing.F) {
	ip := []byte{0x20, 0x01, 0x0d, 0xb8, 15: 1}
	for i := range tapes {
		f.Add(uint8(i), ip, uint32(1), uint8(64), uint8(8))
	}
	f.Fuzz(func(t *testing.T, system uint8, ip []byte, index uint32, hops, class uint8) {
		l := fuzzed(system).Backend.Traits().Control
		m := platform.Meta{IfIndex: index, Hops: int(hops), Class: int(class)}
		m.Local = platform.Addr{Family: platform.Inet6}
		copy(m.Local.IP[:], ip)
		b, missing := l.Append(nil, m, platform.Inet6)
		want := m
		want.Local.Scope = index
		if diff := cmp.Diff(want, l.Parse(b)); diff != "" || missing != "" {
			t.Errorf("missing %q (-want +got):\n%s", missing, diff)
		}
		m.Local.Family = platform.Inet4
		b, _ = l.Append(nil, m, platform.Inet4)
		if len(b)%int(l.Align) != 0 || len(b) > platform.MaxControl {
			t.Errorf("%d bytes of control messages", len(b))
		}
	})
}

// FuzzSystemSockaddr decodes what a kernel may have written, and lays out again
// what it has read.
func FuzzSystemSockaddr(f *testing.F) {
	for i, s := range tapes {
		l := s.Backend.Traits().Sockaddr
		for _, a := range []platform.Addr{
			{Family: platform.Inet4, Port: 80, IP: [16]byte{127, 0, 0, 1}},
			{Family: platform.Inet6, Port: 80, IP: [16]byte{0xfe, 0x80, 15: 1}, Scope: 3},
			{Family: platform.Unix, Path: "/run/s"},
			{Family: platform.Unix},
		} {
			var sa platform.Sockaddr
			n, err := l.Encode(&sa, a)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(i), sa.Bytes()[:n])
			f.Add(uint8(i), sa.Bytes()[:n-1])
		}
	}
	f.Fuzz(func(t *testing.T, system uint8, b []byte) {
		l := fuzzed(system).Backend.Traits().Sockaddr
		decode := func(behind byte) platform.Addr {
			var sa platform.Sockaddr
			copy(sa.Bytes(), bytes.Repeat([]byte{behind}, platform.MaxSockaddr))
			copy(sa.Bytes(), b)
			return l.Decode(&sa, len(b))
		}
		a := decode(0)
		if diff := cmp.Diff(a, decode(0xff)); diff != "" {
			t.Errorf("what stands behind the end was read:\n%s", diff)
		}
		var sa platform.Sockaddr
		n, err := l.Encode(&sa, a)
		if err != nil {
			// A kernel's path may fill all of sun_path, without the NUL.
			if a.Family != platform.Unix || len(a.Path) <= l.MaxPath() {
				t.Fatal(a, err)
			}
			return
		}
		if diff := cmp.Diff(a, l.Decode(&sa, n)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// FuzzSystemOption holds that a value which has passed the check is laid out in
// as many bytes as are offered when it is read, and reads as what lays out the
// same.
func FuzzSystemOption(f *testing.F) {
	for i := range tapes {
		for _, o := range platform.AllOptions {
			f.Add(uint8(i), uint16(o.ID), o.Sample.Int, o.Sample.Str)
			f.Add(uint8(i), uint16(o.ID), o.Range.Min, "")
			f.Add(uint8(i), uint16(o.ID), o.Range.Max, "")
		}
	}
	f.Fuzz(func(t *testing.T, system uint8, id uint16, n int64, s string) {
		o := platform.AllOptions[int(id)%len(platform.AllOptions)]
		row := o.Row(fuzzed(system).Backend.Traits().Options)
		v := platform.Value{Int: n, Str: s}
		if o.Wire == platform.CBool {
			v.Int &= 1
		}
		if row.Absent != "" || o.Check(v) != nil {
			return
		}
		if o.ReadOnly {
			row.Wire.Decode(before([]byte(s), 0xff)) // an error or not, but no panic
			return
		}
		var first, second platform.OptionBuffer
		size := row.Wire.Encode(&first, v)
		if size > row.Wire.Size() {
			t.Fatalf("%s: %d bytes, but %d are offered", o.Name, size, row.Wire.Size())
		}
		got, err := row.Wire.Decode(first[:size])
		if err != nil {
			t.Fatal(o.Name, err)
		}
		size = row.Wire.Encode(&second, got)
		if diff := cmp.Diff(first[:], second[:]); diff != "" {
			t.Errorf("%s: %v reads as %v (-want +got):\n%s", o.Name, v, got, diff)
		}
		for short := range size {
			row.Wire.Decode(before(first[:short], 0xff)) // an error or not, but no panic
		}
	})
}

// FuzzSystemValue reads what a kernel says of an option.
func FuzzSystemValue(f *testing.F) {
	for i := range tapes {
		for _, o := range platform.AllOptions {
			f.Add(uint8(i), uint16(o.ID), make([]byte, 4))
			f.Add(uint8(i), uint16(o.ID), make([]byte, 28))
		}
	}
	f.Fuzz(func(t *testing.T, system uint8, id uint16, b []byte) {
		o := platform.AllOptions[int(id)%len(platform.AllOptions)]
		row := o.Row(fuzzed(system).Backend.Traits().Options)
		if row.Absent != "" {
			return
		}
		v, err := row.Decode(before(b, 0))
		again, _ := row.Decode(before(b, 0xff))
		if diff := cmp.Diff(v, again); diff != "" {
			t.Errorf("%s: what stands behind the end was read:\n%s", o.Name, diff)
		}
		if err == nil && v.Str == "" && len(b) < 4 && row.Wire != platform.CString && row.Wire != platform.CFilter {
			t.Errorf("%s: %d bytes read as %v", o.Name, len(b), v)
		}
	})
}

// FuzzSystemTCPInfo reads what a kernel tells of a connection.
func FuzzSystemTCPInfo(f *testing.F) {
	for i := range tapes {
		f.Add(uint8(i), make([]byte, 112))
		f.Add(uint8(i), make([]byte, 280))
	}
	f.Fuzz(func(t *testing.T, system uint8, b []byte) {
		l := fuzzed(system).Backend.Traits().TCPInfo
		info := l.Decode(before(b, 0))
		if diff := cmp.Diff(info, l.Decode(before(b, 0xff))); diff != "" {
			t.Errorf("what stands behind the end was read:\n%s", diff)
		}
		if len(b) == 0 && info != (platform.TCPInfo{}) {
			t.Errorf("nothing reads as %+v", info)
		}
	})
}

// FuzzSystemCredentials reads what a kernel tells of a peer.
func FuzzSystemCredentials(f *testing.F) {
	for i, s := range tapes {
		size := int(s.Backend.Traits().Credentials.Size)
		f.Add(uint8(i), make([]byte, size))
		f.Add(uint8(i), make([]byte, size-1))
	}
	f.Fuzz(func(t *testing.T, system uint8, b []byte) {
		l := fuzzed(system).Backend.Traits().Credentials
		c, err := l.Decode(before(b, 0))
		again, _ := l.Decode(before(b, 0xff))
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("what stands behind the end was read:\n%s", diff)
		}
		if short := len(b) < int(l.Size); short != (err != nil) {
			t.Errorf("%d bytes of %d: %v", len(b), l.Size, err)
		}
	})
}

// FuzzSystemGroup finds the group and the source of a request where the
// system's header has them (E13, E15).
func FuzzSystemGroup(f *testing.F) {
	for i := range tapes {
		f.Add(uint8(i), []byte{239, 1, 2, 3}, []byte{127, 0, 0, 1}, uint32(1), false, false)
		f.Add(uint8(i), []byte{0xff, 2, 15: 1}, []byte{15: 1}, uint32(1), true, true)
	}
	f.Fuzz(func(t *testing.T, system uint8, group, source []byte, index uint32, six, leave bool) {
		traits := fuzzed(system).Backend.Traits()
		m := platform.Membership{Index: index, Leave: leave}
		m.Group.Family, m.Source.Family = platform.Inet4, platform.Inet4
		length := 4
		if six {
			m.Group.Family, m.Source.Family, length = platform.Inet6, platform.Inet6, 16
		}
		copy(m.Group.IP[:length], group)
		copy(m.Source.IP[:length], source)
		var b platform.GroupBuffer
		_, _, size, err := traits.Groups.Request(&b, m, traits.Sockaddr)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []platform.Addr{m.Group, m.Source} {
			var sa platform.Sockaddr
			at := int(traits.Groups.Align) + i*platform.MaxSockaddr
			n := copy(sa.Bytes(), b[at:size])
			if diff := cmp.Diff(want, traits.Sockaddr.Decode(&sa, n)); diff != "" {
				t.Errorf("address %d at %d (-want +got):\n%s", i, at, diff)
			}
		}
	})
}
