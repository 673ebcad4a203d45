package platform

import (
	"encoding/binary"
	"strconv"
	"time"
)

// TCPInfo describes a connection. A field that the system does not tell is
// zero, and Has reports false of it.
type TCPInfo struct {
	State TCPState

	RTO    time.Duration // how long the next segment may go unacknowledged
	RTT    time.Duration // round trip, smoothed
	RTTVar time.Duration // how much round trips vary
	MinRTT time.Duration // the shortest round trip of late

	SendMSS int // largest segment to send, in bytes
	RecvMSS int // largest segment that the peer seems to send, in bytes

	SendWindow         int64 // bytes that the peer has room for
	RecvWindow         int64 // bytes that there is room for here
	CongestionWindow   int64 // bytes that may be under way
	SlowStartThreshold int64 // bytes under way at which growth slows down

	Retransmits        uint64 // segments that were sent again
	BytesSent          uint64 // bytes of data, those sent again included
	BytesReceived      uint64 // bytes of data
	BytesRetransmitted uint64 // bytes of data that were sent again

	Told uint32 // the fields that the system told, for Has: a bit for each TCPField
}

// Has reports whether the system told the field.
func (i TCPInfo) Has(f TCPField) bool { return i.Told>>f&1 != 0 }

// TCPField names a field of TCPInfo: FieldRTT is RTT.
type TCPField uint8

const (
	FieldState TCPField = iota
	FieldRTO
	FieldRTT
	FieldRTTVar
	FieldMinRTT
	FieldSendMSS
	FieldRecvMSS
	FieldSendWindow
	FieldRecvWindow
	FieldCongestionWindow
	FieldSlowStartThreshold
	FieldRetransmits
	FieldBytesSent
	FieldBytesReceived
	FieldBytesRetransmitted

	tcpFields
)

// TCPState is where a connection is between its beginning and its end, as RFC
// 9293 3.3.2 has it.
type TCPState uint8

const (
	StateUnknown TCPState = iota
	StateClosed
	StateListen
	StateSynSent
	StateSynReceived
	StateEstablished
	StateCloseWait
	StateFinWait1
	StateClosing
	StateLastAck
	StateFinWait2
	StateTimeWait
)

var stateNames = [...]string{"unknown", "closed", "listen", "syn-sent", "syn-received", "established", "close-wait",
	"fin-wait-1", "closing", "last-ack", "fin-wait-2", "time-wait"}

// String returns the state's name as tools print it: "fin-wait-1".
func (s TCPState) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "state " + strconv.Itoa(int(s))
}

// TCPUnit is what a number in a system's struct counts.
type TCPUnit uint8

const (
	Itself TCPUnit = iota // what TCPInfo counts
	Microseconds
	Milliseconds
	Segments // of SendMSS bytes
)

// TCPInfoLayout is how one system describes a connection.
type TCPInfoLayout struct {
	Level, Name int // the option
	States      []TCPState
	Fields      []TCPInfoField
}

// TCPInfoField is where a field stands in the system's struct.
type TCPInfoField struct {
	Field    TCPField
	At, Size uintptr
	Unit     TCPUnit
	None     int64 // the number that stands for no value; 0 is no rule
}

// MaxTCPInfo is enough for every system's struct.
const MaxTCPInfo = 512

// Decode reads what the kernel returned, which may be less than the layout
// knows: fields beyond its end are not told.
func (l *TCPInfoLayout) Decode(b []byte) TCPInfo {
	var is [tcpFields]int64
	var info TCPInfo
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.At+f.Size > uintptr(len(b)) {
			continue
		}
		n := number(b[f.At : f.At+f.Size])
		if f.None != 0 && n == f.None {
			continue
		}
		is[f.Field] = n
		info.Told |= 1 << f.Field
	}
	l.convert(&is)
	if s := is[FieldState]; info.Has(FieldState) && s < int64(len(l.States)) {
		info.State = l.States[s]
	}
	info.RTO, info.RTT = time.Duration(is[FieldRTO]), time.Duration(is[FieldRTT])
	info.RTTVar, info.MinRTT = time.Duration(is[FieldRTTVar]), time.Duration(is[FieldMinRTT])
	info.SendMSS, info.RecvMSS = int(is[FieldSendMSS]), int(is[FieldRecvMSS])
	info.SendWindow, info.RecvWindow = is[FieldSendWindow], is[FieldRecvWindow]
	info.CongestionWindow, info.SlowStartThreshold = is[FieldCongestionWindow], is[FieldSlowStartThreshold]
	info.Retransmits, info.BytesSent = uint64(is[FieldRetransmits]), uint64(is[FieldBytesSent])
	info.BytesReceived, info.BytesRetransmitted = uint64(is[FieldBytesReceived]), uint64(is[FieldBytesRetransmitted])
	return info
}

// convert brings numbers to the units of TCPInfo.
func (l *TCPInfoLayout) convert(is *[tcpFields]int64) {
	for i := range l.Fields {
		switch f := &l.Fields[i]; f.Unit {
		case Microseconds:
			is[f.Field] *= int64(time.Microsecond)
		case Milliseconds:
			is[f.Field] *= int64(time.Millisecond)
		case Segments:
			is[f.Field] *= is[FieldSendMSS]
		}
	}
}

// number reads an unsigned number of 1, 4 or 8 bytes.
func number(b []byte) int64 {
	switch len(b) {
	case 1:
		return int64(b[0])
	case 4:
		return int64(binary.NativeEndian.Uint32(b))
	}
	return int64(binary.NativeEndian.Uint64(b))
}
