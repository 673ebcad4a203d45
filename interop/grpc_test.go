package interop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	volt "github.com/volt-net/volt/net"
)

// echoService is described by hand, over a message type that protobuf itself
// brings, so that nothing has to be generated.
var echoService = grpc.ServiceDesc{
	ServiceName: "volt.Echo",
	HandlerType: (*any)(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Once", Handler: once}},
	Streams:     []grpc.StreamDesc{{StreamName: "Many", Handler: manyTimes, ServerStreams: true, ClientStreams: true}},
}

func once(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	message := new(wrapperspb.BytesValue)
	if err := decode(message); err != nil {
		return nil, err
	}
	return message, nil
}

func manyTimes(_ any, stream grpc.ServerStream) error {
	for {
		message := new(wrapperspb.BytesValue)
		err := stream.RecvMsg(message)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = stream.SendMsg(message)
		}
		if err != nil {
			return err
		}
	}
}

// TestGRPC calls a service of grpc-go over both kinds of listener.
func TestGRPC(t *testing.T) {
	tcp, err := volt.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	path, err := volt.UnixPath(filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	unix, err := volt.ListenUnix(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		listen net.Listener
		dial   func(context.Context) (net.Conn, error)
	}{
		{"TCP", tcp, func(ctx context.Context) (net.Conn, error) {
			s, err := volt.ConnectContext(ctx, tcp.LocalAddress().String())
			if err != nil {
				return nil, err
			}
			return s, nil
		}},
		{"Unix", unix, func(ctx context.Context) (net.Conn, error) {
			s, err := volt.ConnectUnixContext(ctx, path)
			if err != nil {
				return nil, err
			}
			return s, nil
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			server := grpc.NewServer()
			server.RegisterService(&echoService, nil)
			served := make(chan error, 1)
			go func() { served <- server.Serve(tt.listen) }()
			client, err := grpc.NewClient("passthrough:volt",
				grpc.WithTransportCredentials(insecure.NewCredentials()),
				grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return tt.dial(ctx) }))
			if err != nil {
				t.Fatal(err)
			}
			if err := callOnce(ctx, client); err != nil {
				t.Error("unary:", err)
			}
			if err := callMany(ctx, client); err != nil {
				t.Error("streaming:", err)
			}
			gone := client.Invoke(ctx, "/volt.Echo/None", new(wrapperspb.BytesValue), new(wrapperspb.BytesValue))
			if diff := cmp.Diff(codes.Unimplemented, status.Code(gone)); diff != "" {
				t.Error("unknown method (-want +got):", diff)
			}
			if err := client.Close(); err != nil {
				t.Error(err)
			}
			server.GracefulStop()
			if err := <-served; err != nil {
				t.Error(err)
			}
		})
	}
}

func callOnce(ctx context.Context, client *grpc.ClientConn) error {
	sent := wrapperspb.Bytes(bytes.Repeat([]byte("volt"), 64<<10))
	got := new(wrapperspb.BytesValue)
	if err := client.Invoke(ctx, "/volt.Echo/Once", sent, got); err != nil {
		return err
	}
	if !bytes.Equal(got.GetValue(), sent.GetValue()) {
		return errors.New("the message came back changed")
	}
	return nil
}

// callMany has many messages under way at once.
func callMany(ctx context.Context, client *grpc.ClientConn) error {
	const messages = 200
	stream, err := client.NewStream(ctx, &echoService.Streams[0], "/volt.Echo/Many")
	if err != nil {
		return err
	}
	message := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, 100*i) }
	sent := make(chan error, 1)
	go func() {
		for i := range messages {
			if err := stream.SendMsg(wrapperspb.Bytes(message(i))); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend()
	}()
	for i := range messages {
		got := new(wrapperspb.BytesValue)
		if err := stream.RecvMsg(got); err != nil {
			return err
		}
		if !bytes.Equal(got.GetValue(), message(i)) {
			return errors.New("a message came back changed")
		}
	}
	if err := stream.RecvMsg(new(wrapperspb.BytesValue)); err != io.EOF {
		return errors.New("the stream goes on")
	}
	return <-sent
}
