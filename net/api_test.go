package net_test

import (
	"flag"
	"fmt"
	"os"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/net"
	"github.com/volt-net/volt/net/sockopt"
)

var updateAPI = flag.Bool("update", false, "write golden files")

// TestAPI holds every promised name to being there, and to the types that
// programs were written against.
func TestAPI(t *testing.T) {
	var got []string
	for _, list := range [][]any{apiFunctions, apiAddresses, apiTCP, apiStreams, apiDatagrams, apiUnix, apiOptions, apiLoops} {
		for _, v := range list {
			got = append(got, describe(v)...)
		}
	}
	for name, err := range apiErrors {
		if err == nil {
			t.Errorf("%s is nil", name)
		}
		got = append(got, "var "+name)
	}
	slices.Sort(got)
	if dup := len(got) - len(slices.Compact(slices.Clone(got))); dup > 0 {
		t.Errorf("%d names are listed twice", dup)
	}
	const golden = "testdata/api.golden"
	if *updateAPI {
		if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var missing []string // what is new is no break of the promise
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); !slices.Contains(got, line) {
			missing = append(missing, line)
		}
	}
	if diff := cmp.Diff([]string(nil), missing); diff != "" {
		t.Errorf("promised, and not there (-want +got):\n%s", diff)
	}
}

// describe is a function's or method's name and type, or a struct's fields.
func describe(v any) []string {
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Func {
		name := path.Base(runtime.FuncForPC(r.Pointer()).Name())
		return []string{"func " + strings.TrimPrefix(name, "net.") + " " + r.Type().String()}
	}
	lines := []string{"type " + r.Type().Name()}
	for i := range r.NumField() {
		if f := r.Type().Field(i); f.IsExported() {
			lines = append(lines, fmt.Sprintf("field %s.%s %v", r.Type().Name(), f.Name, f.Type))
		}
	}
	return lines
}

var apiFunctions = []any{
	net.Listen, net.ListenPort, net.Connect, net.ConnectContext,
	net.Resolve, net.ResolveFirst, net.ConnectHost, net.HostDialer.Connect, net.HostDialer{},
	net.SetOption[bool], net.GetOption[bool], net.Platform,
}

var apiErrors = map[string]error{
	"ErrClosed": net.ErrClosed, "ErrWouldBlock": net.ErrWouldBlock, "ErrReset": net.ErrReset, "ErrRefused": net.ErrRefused,
	"ErrNotConnected": net.ErrNotConnected, "ErrIsConnected": net.ErrIsConnected, "ErrAddrInUse": net.ErrAddrInUse,
	"ErrAddrNotAvailable": net.ErrAddrNotAvailable, "ErrNoInterface": net.ErrNoInterface, "ErrMessageTooLong": net.ErrMessageTooLong,
	"ErrNoBuffers": net.ErrNoBuffers, "ErrTooManyFiles": net.ErrTooManyFiles, "ErrUnreachable": net.ErrUnreachable,
	"ErrWrongType": net.ErrWrongType, "ErrAborted": net.ErrAborted, "ErrInvalidState": net.ErrInvalidState,
	"ErrNotFound": net.ErrNotFound, "ErrPermission": net.ErrPermission, "ErrInvalidAddress": net.ErrInvalidAddress,
	"ErrPathTooLong": net.ErrPathTooLong, "ErrDescriptorsLost": net.ErrDescriptorsLost, "ErrAlreadyJoined": net.ErrAlreadyJoined,
}

var apiAddresses = []any{
	net.ParseAddress, net.AddressFrom, net.AddressOf, net.AnyV4, net.AnyV6, net.LoopbackV4, net.LoopbackV6,
	net.Address.Port, net.Address.IP, net.Address.Family, net.Address.Zone, net.Address.IsLoopback, net.Address.IsMulticast,
	net.Address.IsUnspecified, net.Address.IsValid, net.Address.WithPort, net.Address.AddrPort, net.Address.String,
	net.Address.Network, net.Address.TCPAddr, net.Address.UDPAddr, net.Address.MarshalText, (*net.Address).UnmarshalText,
	net.UnixPath, net.UnixAbstract, net.UnixAddrOf, net.UnixAddr.Path, net.UnixAddr.IsUnnamed, net.UnixAddr.String, net.UnixAddr.Network,
	net.InterfaceByIndex, net.InterfaceByName, net.InterfaceByAddress,
	net.RangeError{}, net.UnsupportedError{}, net.AddressError{}, net.PathTooLongError{},
}

var apiTCP = []any{
	net.NewTCPSocketV4, net.NewTCPSocketV6, net.NewTCPSocketDual,
	(*net.TCPSocket).Bind, (*net.TCPSocket).Connect, (*net.TCPSocket).Listen, (*net.TCPSocket).ListenOn, (*net.TCPSocket).With,
	(*net.TCPSocket).Close, (*net.TCPSocket).LocalAddress, (*net.TCPSocket).SetDeadline, (*net.TCPSocket).TakeError,
	(*net.TCPListener).TryAccept, (*net.TCPListener).AcceptTCP, (*net.TCPListener).AcceptContext, (*net.TCPListener).Accept,
	(*net.TCPListener).LocalAddress, (*net.TCPListener).Addr, (*net.TCPListener).SetDeadline, (*net.TCPListener).Close,
	(*net.TCPListener).File, (*net.TCPListener).SyscallConn,
	net.TCPStreamFromFile, net.TCPStreamFromFD, net.TCPListenerFromFile, net.TCPListenerFromFD,
	(*net.TCPStream).PeerAddress, (*net.TCPStream).LocalAddress,
	(*net.OwnedReadHalf).Reunite, (*net.OwnedReadHalf).ReuniteUnix, (*net.OwnedReadHalf).Close, (*net.OwnedWriteHalf).Close, (*net.OwnedWriteHalf).Forget,
}

// apiStreams is what both kinds of stream have, and their halves.
var apiStreams = slices.Concat(
	[]any{
		(*net.TCPStream).TryRead, (*net.TCPStream).TryWrite, (*net.TCPStream).TryPeek, (*net.TCPStream).TryReadBuffers, (*net.TCPStream).TryWriteBuffers,
		(*net.TCPStream).Read, (*net.TCPStream).ReadFull, (*net.TCPStream).Peek, (*net.TCPStream).Write, (*net.TCPStream).WriteAll,
		(*net.TCPStream).ReadBuffers, (*net.TCPStream).WriteBuffers, (*net.TCPStream).ReadContext, (*net.TCPStream).ReadFullContext,
		(*net.TCPStream).PeekContext, (*net.TCPStream).WriteContext, (*net.TCPStream).WriteAllContext, (*net.TCPStream).ReadBuffersContext,
		(*net.TCPStream).WriteBuffersContext, (*net.TCPStream).Readable, (*net.TCPStream).Writable, (*net.TCPStream).Ready, (*net.TCPStream).TryIO,
		(*net.TCPStream).Shutdown, (*net.TCPStream).CloseRead, (*net.TCPStream).CloseWrite, (*net.TCPStream).CloseGracefully, (*net.TCPStream).Abort,
		(*net.TCPStream).Close, (*net.TCPStream).Split, (*net.TCPStream).IntoSplit, (*net.TCPStream).TakeError, (*net.TCPStream).ReadFrom, (*net.TCPStream).WriteTo,
		(*net.TCPStream).File, (*net.TCPStream).SyscallConn, (*net.TCPStream).LocalAddr, (*net.TCPStream).RemoteAddr,
		(*net.TCPStream).SetDeadline, (*net.TCPStream).SetReadDeadline, (*net.TCPStream).SetWriteDeadline,
	},
	[]any{
		(*net.UnixStream).TryRead, (*net.UnixStream).TryWrite, (*net.UnixStream).TryPeek, (*net.UnixStream).TryReadBuffers, (*net.UnixStream).TryWriteBuffers,
		(*net.UnixStream).Read, (*net.UnixStream).ReadFull, (*net.UnixStream).Peek, (*net.UnixStream).Write, (*net.UnixStream).WriteAll,
		(*net.UnixStream).ReadBuffers, (*net.UnixStream).WriteBuffers, (*net.UnixStream).ReadContext, (*net.UnixStream).WriteContext,
		(*net.UnixStream).Readable, (*net.UnixStream).Writable, (*net.UnixStream).Ready, (*net.UnixStream).TryIO,
		(*net.UnixStream).Shutdown, (*net.UnixStream).CloseGracefully, (*net.UnixStream).Abort, (*net.UnixStream).Split, (*net.UnixStream).IntoSplit,
		(*net.UnixStream).ReadFrom, (*net.UnixStream).WriteTo, (*net.UnixStream).SetDeadline,
	},
	[]any{
		(*net.ReadHalf).Read, (*net.WriteHalf).Write, (*net.OwnedReadHalf).Read, (*net.OwnedReadHalf).TryRead,
		(*net.OwnedWriteHalf).Write, (*net.OwnedWriteHalf).WriteAll, (*net.OwnedWriteHalf).TryWrite,
	},
)

var apiDatagrams = []any{
	net.BindUDP, net.UnboundUDP, net.UnboundUDPv6, net.UnboundUDPDual, (*net.UDPSocket).Bind,
	(*net.UDPSocket).TrySendTo, (*net.UDPSocket).TryRecvFrom, (*net.UDPSocket).TrySend, (*net.UDPSocket).TryRecv, (*net.UDPSocket).TryPeek, (*net.UDPSocket).TryPeekFrom,
	(*net.UDPSocket).SendTo, (*net.UDPSocket).RecvFrom, (*net.UDPSocket).Send, (*net.UDPSocket).Recv, (*net.UDPSocket).Peek, (*net.UDPSocket).PeekFrom,
	(*net.UDPSocket).SendToContext, (*net.UDPSocket).RecvFromContext, (*net.UDPSocket).SendContext, (*net.UDPSocket).RecvContext, (*net.UDPSocket).PeekContext,
	(*net.UDPSocket).Connect, (*net.UDPSocket).Disconnect, (*net.UDPSocket).ReadFrom, (*net.UDPSocket).WriteTo, (*net.UDPSocket).Read, (*net.UDPSocket).Write,
	(*net.UDPSocket).JoinGroup, (*net.UDPSocket).LeaveGroup, (*net.UDPSocket).JoinSource, (*net.UDPSocket).LeaveSource, (*net.UDPSocket).SetMulticastInterface,
	(*net.UDPSocket).RecvMessage, (*net.UDPSocket).SendMessage, (*net.UDPSocket).TryRecvMessage, (*net.UDPSocket).TrySendMessage,
	(*net.UDPSocket).RecvBatch, (*net.UDPSocket).SendBatch, (*net.UDPSocket).TryRecvBatch, (*net.UDPSocket).TrySendBatch,
	(*net.UDPSocket).ReadMsgUDP, (*net.UDPSocket).WriteMsgUDP, (*net.UDPSocket).SetReadBuffer, (*net.UDPSocket).SetWriteBuffer,
	(*net.UDPSocket).LocalAddress, (*net.UDPSocket).PeerAddress, (*net.UDPSocket).Close,
	net.Meta{}, net.Datagram{},
}

var apiUnix = []any{
	net.ListenUnix, net.UnixListenConfig.Listen, net.ConnectUnix, net.ConnectUnixContext, net.UnixStreamPair, net.UnixDatagramPair,
	(*net.UnixListener).TryAccept, (*net.UnixListener).AcceptUnix, (*net.UnixListener).AcceptContext, (*net.UnixListener).Accept,
	(*net.UnixListener).KeepFile, (*net.UnixListener).Close, (*net.UnixListener).LocalAddress,
	(*net.UnixStream).SendFDs, (*net.UnixStream).RecvFDs, (*net.UnixStream).TrySendFDs, (*net.UnixStream).TryRecvFDs,
	(*net.UnixStream).SendFDsContext, (*net.UnixStream).RecvFDsContext, (*net.UnixStream).RecvFDsFull,
	(*net.UnixStream).PeerCredentials, (*net.UnixStream).PeerAddress, (*net.UnixStream).LocalAddress,
	net.BindUnixDatagram, net.UnboundUnixDatagram, net.UnixDatagramConfig.Bind, (*net.UnixDatagram).Bind,
	(*net.UnixDatagram).TrySendTo, (*net.UnixDatagram).TryRecvFrom, (*net.UnixDatagram).TrySend, (*net.UnixDatagram).TryRecv,
	(*net.UnixDatagram).SendTo, (*net.UnixDatagram).RecvFrom, (*net.UnixDatagram).Send, (*net.UnixDatagram).Recv, (*net.UnixDatagram).Peek,
	(*net.UnixDatagram).Connect, (*net.UnixDatagram).Disconnect, (*net.UnixDatagram).ReadFrom, (*net.UnixDatagram).WriteTo,
	(*net.UnixDatagram).SendFDs, (*net.UnixDatagram).RecvFDs, (*net.UnixDatagram).SendFDsTo, (*net.UnixDatagram).RecvFDsFrom,
	(*net.UnixDatagram).TrySendFDs, (*net.UnixDatagram).TryRecvFDs, (*net.UnixDatagram).TrySendFDsTo, (*net.UnixDatagram).TryRecvFDsFrom,
	(*net.UnixDatagram).LocalAddress, (*net.UnixDatagram).PeerAddress, (*net.UnixDatagram).Close,
	net.UnixStreamFromFD, net.UnixStreamFromFile, net.UnixListenerFromFD, net.UnixListenerFromFile, net.UnixDatagramFromFD, net.UnixDatagramFromFile,
	net.UnixListenConfig{}, net.UnixDatagramConfig{}, net.Credentials{},
}

var apiLoops = []any{
	net.NewPoller, (*net.Poller).Register, (*net.Poller).Modify, (*net.Poller).Deregister, (*net.Poller).Wait, (*net.Poller).Wake, (*net.Poller).Close,
	net.NewLoop, (*net.Loop).Serve, (*net.Loop).Attach, (*net.Loop).Shutdown, (*net.Loop).Close,
	net.Handler.Opened, net.Handler.Data, net.Handler.Writable, net.Handler.Closed,
	(*net.Session).Write, (*net.Session).WriteAll, (*net.Session).Buffered, (*net.Session).Keep, (*net.Session).CloseAfterFlush, (*net.Session).Close,
	(*net.Session).Post, (*net.Session).SetIdleTimeout, (*net.Session).AfterFunc, (*net.Session).PeerAddress, (*net.Session).LocalAddress,
}

var apiOptions = []any{
	(*net.TCPSocket).SetReuseAddr, (*net.TCPSocket).ReuseAddr, (*net.TCPSocket).SetReusePort, (*net.TCPSocket).ReusePort,
	(*net.TCPSocket).SetReusePortLoadBalance, (*net.TCPSocket).ReusePortLoadBalance,
	(*net.TCPSocket).SetSendBuffer, (*net.TCPSocket).SendBuffer, (*net.TCPSocket).SendBufferEffective,
	(*net.TCPSocket).SetRecvBuffer, (*net.TCPSocket).RecvBuffer, (*net.TCPSocket).RecvBufferEffective,
	(*net.TCPSocket).SetNoDelay, (*net.TCPSocket).NoDelay, (*net.TCPSocket).SetKeepAlive, (*net.TCPSocket).KeepAlive, (*net.TCPSocket).SetKeepAliveConfig,
	(*net.TCPSocket).SetKeepAliveIdle, (*net.TCPSocket).SetKeepAliveInterval, (*net.TCPSocket).SetKeepAliveCount,
	(*net.TCPSocket).SetLinger, (*net.TCPSocket).Linger, (*net.TCPSocket).SetTTL, (*net.TCPSocket).SetHopLimit,
	(*net.TCPSocket).SetTOS, (*net.TCPSocket).SetTrafficClass, (*net.TCPSocket).SetV6Only, (*net.TCPSocket).V6Only,
	(*net.TCPListener).SetNoDelay, (*net.TCPListener).SetKeepAliveConfig, (*net.TCPListener).SetLinger,
	(*net.TCPStream).SetNoDelay, (*net.TCPStream).NoDelay, (*net.TCPStream).SetQuickAck, (*net.TCPStream).QuickAck, (*net.TCPStream).With,
	(*net.TCPStream).SetKeepAliveConfig, (*net.TCPStream).SetLinger, (*net.TCPStream).Linger, (*net.TCPStream).SetTTL, (*net.TCPStream).TTL,
	(*net.TCPStream).SetTOS, (*net.TCPStream).TOS, (*net.TCPStream).SetSendBuffer, (*net.TCPStream).SetRecvBuffer,
	(*net.UDPSocket).SetBroadcast, (*net.UDPSocket).Broadcast, (*net.UDPSocket).SetTTL, (*net.UDPSocket).SetTOS,
	(*net.UDPSocket).SetMulticastLoop, (*net.UDPSocket).MulticastLoop, (*net.UDPSocket).SetMulticastTTL, (*net.UDPSocket).SetMulticastHops,
	(*net.UnixStream).SetSendBuffer, (*net.UnixDatagram).SetRecvBuffer,
	(*net.TCPSocket).SetBindInterface, (*net.TCPSocket).SetBindDevice, (*net.TCPSocket).SetMark, (*net.TCPSocket).SetPriority,
	(*net.TCPSocket).SetFreebind, (*net.TCPSocket).SetTransparent, (*net.TCPSocket).SetBindAny, (*net.TCPSocket).SetPortRange,
	(*net.TCPSocket).SetFIB, (*net.TCPSocket).SetUserCookie, (*net.TCPSocket).SetNetServiceType, (*net.TCPSocket).SetMTUDiscovery,
	(*net.TCPSocket).SetConnectTimeout, (*net.TCPSocket).SetFastOpenConnect, (*net.TCPSocket).SetIncomingCPU,
	(*net.TCPListener).SetFastOpen, (*net.TCPListener).SetDeferAccept, (*net.TCPListener).SetAcceptFilter,
	(*net.TCPStream).SetNotSentLowWater, (*net.TCPStream).SetCongestion, (*net.TCPStream).Congestion, (*net.TCPStream).SetMaxPacingRate,
	(*net.TCPStream).SetBusyPoll, (*net.TCPStream).SetThinLinearTimeouts, (*net.TCPStream).SetMinTTL, (*net.TCPStream).SetUserTimeout,
	(*net.TCPStream).SetCork, (*net.TCPStream).SetOOBInline, (*net.TCPStream).SetRecvLowWater, (*net.TCPStream).PathMTU,
	(*net.TCPStream).OriginalDestination, (*net.TCPStream).Cookie, (*net.TCPStream).Info,
	(*net.UDPSocket).SetDontFragment, (*net.UDPSocket).DontFragment, (*net.UDPSocket).PathMTU,
	sockopt.NoDelay.To, sockopt.NoDelay.Supported, sockopt.NoDelay.Info, net.Supports[bool], net.GetSetting,
	net.KeepAlive{}, net.TCPInfo{},
}
