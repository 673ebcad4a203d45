package net

import "github.com/volt-net/volt/platform"

type (
	// TCPInfo describes a connection as its system sees it: its State, round
	// trips, windows and counts, listed by go doc for platform.TCPInfo. What a
	// system does not tell is zero, and the method Has reports false of it.
	TCPInfo = platform.TCPInfo

	// TCPState is where a connection is between its beginning and its end.
	TCPState = platform.TCPState
)

// Fields of TCPInfo that not every system tells.
const (
	FieldMinRTT             = platform.FieldMinRTT
	FieldRecvMSS            = platform.FieldRecvMSS
	FieldSendWindow         = platform.FieldSendWindow
	FieldRecvWindow         = platform.FieldRecvWindow
	FieldSlowStartThreshold = platform.FieldSlowStartThreshold
	FieldBytesSent          = platform.FieldBytesSent
	FieldBytesReceived      = platform.FieldBytesReceived
	FieldBytesRetransmitted = platform.FieldBytesRetransmitted
)

// States of a connection.
const (
	StateUnknown     = platform.StateUnknown
	StateClosed      = platform.StateClosed
	StateListen      = platform.StateListen
	StateSynSent     = platform.StateSynSent
	StateSynReceived = platform.StateSynReceived
	StateEstablished = platform.StateEstablished
	StateCloseWait   = platform.StateCloseWait
	StateFinWait1    = platform.StateFinWait1
	StateClosing     = platform.StateClosing
	StateLastAck     = platform.StateLastAck
	StateFinWait2    = platform.StateFinWait2
	StateTimeWait    = platform.StateTimeWait
)

// Info describes the connection at this moment, from TCP_INFO or
// TCP_CONNECTION_INFO. Sizes are in bytes on every system.
func (s *TCPStream) Info() (TCPInfo, error) {
	d := s.d
	if err := d.acquire(); err != nil {
		return TCPInfo{}, d.fail("get", err)
	}
	defer d.release()
	layout := sys.Traits().TCPInfo
	var buf [platform.MaxTCPInfo]byte
	n, err := sys.GetOption(d.fd, layout.Level, layout.Name, buf[:])
	if err != nil {
		return TCPInfo{}, d.fail("get", &optionError{"Info", classify(err)})
	}
	return layout.Decode(buf[:n]), nil
}
