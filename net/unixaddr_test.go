package net

import (
	"errors"
	stdnet "net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// Systems that the machine at hand is not, by what UnixAddr asks of them.
var (
	withAbstract    = &platform.Traits{OS: "first", Sockaddr: &platform.SockaddrLayout{Unix: 1, PathSize: 108, Abstract: true}}
	withoutAbstract = &platform.Traits{OS: "second", Sockaddr: &platform.SockaddrLayout{Unix: 1, PathSize: 104, HasLen: true}}
	withoutSockets  = &platform.Traits{OS: "third"}
)

func TestUnixAddrLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	tooLong := func(n, limit int) error { return &PathTooLongError{Path: long(n), Len: n, Max: limit} }
	noAbstract := &UnsupportedError{Option: abstractAddress, OS: "second", Why: whyNoAbstract}
	for _, tt := range []struct {
		name   string
		system *platform.Traits
		in     UnixAddr
		err    error
	}{
		{"path", withAbstract, UnixAddr{name: "/run/x"}, nil},
		{"relative path", withoutAbstract, UnixAddr{name: "x"}, nil},
		{"at sign", withAbstract, UnixAddr{name: "@x"}, nil},
		{"path of 107", withAbstract, UnixAddr{name: long(107)}, nil},
		{"path of 108", withAbstract, UnixAddr{name: long(108)}, tooLong(108, 107)},
		{"path of 103", withoutAbstract, UnixAddr{name: long(103)}, nil},
		{"path of 104", withoutAbstract, UnixAddr{name: long(104)}, tooLong(104, 103)},
		{"path of 1 MiB", withoutAbstract, UnixAddr{name: long(1 << 20)}, tooLong(1<<20, 103)},
		{"empty path", withAbstract, UnixAddr{}, &AddressError{Why: whyEmptyPath}},
		{"leading NUL", withAbstract, UnixAddr{name: "\x00x"}, &AddressError{Input: "\x00x", Why: whyNUL}},
		{"trailing NUL", withoutAbstract, UnixAddr{name: "x\x00"}, &AddressError{Input: "x\x00", Why: whyNUL}},
		{"abstract", withAbstract, UnixAddr{name: "x", abstract: true}, nil},
		{"abstract with NUL", withAbstract, UnixAddr{name: "\x00a\x00", abstract: true}, nil},
		{"abstract of 107", withAbstract, UnixAddr{name: long(107), abstract: true}, nil},
		{"abstract of 108", withAbstract, UnixAddr{name: long(108), abstract: true}, tooLong(108, 107)},
		{"empty abstract", withAbstract, UnixAddr{abstract: true}, &AddressError{Why: whyEmptyName}},
		{"abstract elsewhere", withoutAbstract, UnixAddr{name: "x", abstract: true}, noAbstract},
		{"no Unix sockets", withoutSockets, UnixAddr{name: "x"}, &UnsupportedError{Option: "Unix sockets", OS: "third"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.in
			if tt.err != nil {
				want = UnixAddr{}
			}
			got, err := tt.in.check(tt.system)
			if diff := cmp.Diff([]any{want, tt.err}, []any{got, err}, equateAddresses); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnixAddrErrorClasses(t *testing.T) {
	_, tooLong := UnixPath(strings.Repeat("x", 1<<10))
	_, empty := UnixPath("")
	_, abstract := UnixAddr{name: "x", abstract: true}.check(withoutAbstract)
	_, unnamed := UnixAddr{}.sockaddr()
	_, foreign := UnixAddrOf(LoopbackV4(1))
	for _, tt := range []struct {
		name      string
		err, want error
	}{
		{"too long", tooLong, ErrPathTooLong},
		{"empty", empty, ErrInvalidAddress},
		{"abstract", abstract, errors.ErrUnsupported},
		{"unnamed", unnamed, ErrInvalidAddress},
		{"foreign", foreign, ErrInvalidAddress},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v does not match %v", tt.name, tt.err, tt.want)
		}
	}
	want := `unix socket path "xy" has 2 bytes; the limit is 1`
	if diff := cmp.Diff(want, (&PathTooLongError{Path: "xy", Len: 2, Max: 1}).Error()); diff != "" {
		t.Error(diff)
	}
}

func TestUnixAddrForms(t *testing.T) {
	type forms struct {
		Path, Name, String string
		Abstract, Unnamed  bool
		Std                *stdnet.UnixAddr
	}
	for _, tt := range []struct {
		name string
		in   UnixAddr
		want forms
	}{
		{"path", UnixAddr{name: "/x"}, forms{Path: "/x", String: "/x"}},
		{"at sign", UnixAddr{name: "@x"}, forms{Path: "@x", String: "./@x"}},
		{"abstract", UnixAddr{name: "x", abstract: true}, forms{Name: "x", String: "@x", Abstract: true}},
		{"unnamed", UnixAddr{}, forms{Unnamed: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Std = &stdnet.UnixAddr{Name: tt.want.String, Net: "unix"}
			got := forms{tt.in.Path(), tt.in.Name(), tt.in.String(), tt.in.IsAbstract(), tt.in.IsUnnamed(), tt.in.UnixAddr()}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnixAddrFromStd(t *testing.T) {
	for _, tt := range []struct {
		name   string
		system *platform.Traits
		in     string
		want   UnixAddr
	}{
		{"path", withAbstract, "/x", UnixAddr{name: "/x"}},
		{"unnamed", withAbstract, "", UnixAddr{}},
		{"abstract", withAbstract, "@x", UnixAddr{name: "x", abstract: true}},
		{"abstract by NUL", withAbstract, "\x00x", UnixAddr{name: "x", abstract: true}},
		{"at sign is a path here", withoutAbstract, "@x", UnixAddr{name: "@x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := unixFromStd(tt.in, tt.system)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, equateAddresses); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnixAddrOf(t *testing.T) {
	none := &AddressError{Why: whyNone}
	for _, tt := range []struct {
		name string
		in   stdnet.Addr
		want UnixAddr
		err  error
	}{
		{"ours", UnixAddr{name: "/x"}, UnixAddr{name: "/x"}, nil},
		{"std", &stdnet.UnixAddr{Name: "/x", Net: "unixgram"}, UnixAddr{name: "/x"}, nil},
		{"nil", nil, UnixAddr{}, none},
		{"nil std", (*stdnet.UnixAddr)(nil), UnixAddr{}, none},
		{"tcp", &stdnet.TCPAddr{Port: 1}, UnixAddr{}, &AddressError{Input: ":1", Why: whyNotUnix}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := UnixAddrOf(tt.in)
			if diff := cmp.Diff([]any{tt.want, tt.err}, []any{got, err}, equateAddresses); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUnixAddrRoundTrip binds a name of every length that the system takes
// and reads it back: kernels pad and count differently (G5).
func TestUnixAddrRoundTrip(t *testing.T) {
	t.Chdir(t.TempDir())
	limit := sys.Traits().Sockaddr.MaxPath()
	for n := 1; n <= limit; n++ {
		name := strings.Repeat("p", n-1) + "q"
		checkUnixBind(t, UnixAddr{name: name})
		if sys.Traits().Sockaddr.Abstract {
			checkUnixBind(t, UnixAddr{name: t.TempDir()[:min(n, 8)] + strings.Repeat("\x00", n-min(n, 8)), abstract: true})
		}
	}
}

func checkUnixBind(t *testing.T, a UnixAddr) {
	t.Helper()
	to, err := a.sockaddr()
	if err != nil {
		t.Fatal(err)
	}
	fd, err := sys.Socket(platform.Unix, platform.Datagram)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sys.Close(fd) }()
	if err := sys.Bind(fd, to); err != nil {
		t.Fatalf("bind %q: %v", a, err)
	}
	from, err := sys.LocalAddr(fd)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, unixFromSys(from), equateAddresses); diff != "" {
		t.Error(diff)
	}
}
