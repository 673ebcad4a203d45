package tape

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"unsafe"

	"github.com/volt-net/volt/platform"
)

// AddrIn is a socket address.
type AddrIn In

// AddrOut is where an address and its length go; nil is nowhere.
type AddrOut struct{ P, N unsafe.Pointer }

func (a AddrIn) show(*System) string {
	if a.P == nil {
		return "NULL, " + strconv.Itoa(a.N)
	}
	return sockaddr(bytesAt(a.P, a.N)) + ", " + strconv.Itoa(a.N)
}

func (AddrIn) answer(*Recorder, *Result, []Arg) int { return 0 }

func (a AddrOut) show(*System) string {
	if a.P == nil {
		return "NULL, NULL"
	}
	return "sa, [" + strconv.Itoa(int(*(*uint32)(a.N))) + "]"
}

func (a AddrOut) answer(r *Recorder, res *Result, _ []Arg) int {
	if a.P != nil {
		n := (*uint32)(a.N)
		*n = uint32(r.putAddr(bytesAt(a.P, int(*n)), res))
	}
	return 0
}

// putAddr stores the address of a result and returns its length. A call that
// has none stores an unnamed Unix address.
func (r *Recorder) putAddr(to []byte, res *Result) int {
	if res.NoAddress {
		return 0
	}
	from := res.From
	if from.Family == platform.FamilyNone {
		from.Family = platform.Unix
	}
	var sa platform.Sockaddr
	n, err := r.system.Backend.Traits().Sockaddr.Encode(&sa, from)
	if err != nil {
		panic("tape: " + err.Error())
	}
	copy(to, sa.Bytes()[:n])
	return n
}

// sockaddr shows an address without the layouts that made it: two bytes as
// they stand, the rest by the length.
func sockaddr(b []byte) string {
	if len(b) < 2 {
		return hex.EncodeToString(b)
	}
	head := hex.EncodeToString(b[:1]) + " " + hex.EncodeToString(b[1:2])
	switch len(b) {
	case 16:
		ip := netip.AddrFrom4([4]byte(b[4:8]))
		return "{" + head + " " + netip.AddrPortFrom(ip, binary.BigEndian.Uint16(b[2:])).String() + "}"
	case 28:
		ip := netip.AddrFrom16([16]byte(b[8:24]))
		return "{" + head + " " + netip.AddrPortFrom(ip, binary.BigEndian.Uint16(b[2:])).String() +
			" flow " + hex.EncodeToString(b[4:8]) + " scope " + word(b[24:]) + "}"
	}
	return "{" + head + " " + strconv.Quote(string(b[2:])) + "}"
}
