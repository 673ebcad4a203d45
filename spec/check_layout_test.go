package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckConstants(t *testing.T) {
	for _, tt := range []struct {
		name string
		is   []Constant
		want []string
	}{
		{"good", []Constant{{"Join", "MCAST_JOIN", nil}, {"Leave", "MCAST_LEAVE", nil}}, nil},
		{"bad name", []Constant{{"join", "MCAST_JOIN", nil}}, []string{`group constant join: "join" is not an exported Go name`}},
		{"twice", []Constant{{"Join", "A", nil}, {"Join", "B", nil}}, []string{"group constant Join: is listed twice"}},
		{"no constant", []Constant{{Field: "Join"}}, []string{"group constant Join: has no Const"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, checkConstants("group", tt.is)); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckControl(t *testing.T) {
	there := []Target{{OS: Linux}, {OS: Darwin}}
	good := func() ControlMessage {
		return ControlMessage{Name: Name{"IPPROTO_IP", "IP_HOPS"}, Carries: HopsInt, Received: true, Ref: "ip(7)"}
	}
	for _, tt := range []struct {
		name  string
		spoil func(c *ControlMessage)
		want  []string
	}{
		{"good", func(*ControlMessage) {}, nil},
		{"empty", func(c *ControlMessage) { *c = ControlMessage{} }, []string{
			"IPv4 control message : has no Level or no Const",
			`IPv4 control message : there is no layout ""`,
			"IPv4 control message : is neither received nor sent",
			"IPv4 control message : has no Ref",
		}},
		{"on no system", func(c *ControlMessage) { c.On = []OS{"plan9"} }, []string{`IPv4 control message IP_HOPS: On: "plan9" is no target`}},
		{"on every system", func(c *ControlMessage) { c.On = []OS{Linux, Darwin} }, []string{
			"IPv4 control message IP_HOPS: On lists every system, for which it should be nil"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good()
			tt.spoil(&c)
			if diff := cmp.Diff(tt.want, checkControl("IPv4", []ControlMessage{c}, there)); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
	first, second := good(), good()
	second.Carries, second.On = HopsByte, []OS{Darwin}
	want := []string{"IPv4 control message IP_HOPS: means two things on darwin"}
	if diff := cmp.Diff(want, checkControl("IPv4", []ControlMessage{first, second}, there)); diff != "" {
		t.Errorf("together (-want +got):\n%s", diff)
	}
}

func TestCheckCredentials(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(c *Credentials)
		want  []string
	}{
		{"good", func(*Credentials) {}, nil},
		{"empty", func(c *Credentials) { *c = Credentials{} }, []string{
			"credentials on linux: have no Option",
			"credentials on linux: have no Struct, UID or GID",
			"credentials on linux: lack Why or Ref",
		}},
		{"two ways", func(c *Credentials) { c.PIDIsLast = true }, []string{"credentials on linux: tell the process in 2 ways"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := ucred
			tt.spoil(&c)
			if diff := cmp.Diff(tt.want, c.check("linux")); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckTCPInfo(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(i *TCPInfo)
		want  []string
	}{
		{"good", func(*TCPInfo) {}, nil},
		{"empty", func(i *TCPInfo) { *i = TCPInfo{} }, []string{
			"TCP info on linux: has no Option",
			"TCP info on linux: has no States",
			"TCP info on linux: lacks Why or Ref",
			"TCP info on linux: does not tell the State",
			"TCP info on linux: does not tell SendMSS, which Segments need",
		}},
		{"unknown words", func(i *TCPInfo) {
			i.States, i.Fields[2].Name, i.Fields[2].Unit = []string{"Closed", "Ajar"}, "Mood", "Smiles"
		}, []string{
			`TCP info on linux: state 1: there is no "Ajar"`,
			`TCP info on linux: there is no field "Mood"`,
			`TCP info on linux: Mood: there is no unit "Smiles"`,
		}},
		{"twice", func(i *TCPInfo) { i.Fields[2].Name = "State" }, []string{"TCP info on linux: State is listed twice"}},
		{"in two places", func(i *TCPInfo) { i.Fields[2].Size = 4 }, []string{
			"TCP info on linux: RTT must say where in Mood it is, and nothing more"}},
		{"nowhere", func(i *TCPInfo) {
			i.Struct, i.Fields = "", []TCPField{
				{Name: "State", Size: 1, Unit: Itself}, {Name: "SendMSS", At: 4, Unit: Itself}}
		}, []string{
			"TCP info on linux: SendMSS must be 1, 4 or 8 bytes at some place"}},
		{"overlapping", func(i *TCPInfo) {
			i.Struct, i.Fields = "", []TCPField{
				{Name: "State", Size: 4, Unit: Itself}, {Name: "SendMSS", At: 2, Size: 4, Unit: Itself}}
		}, []string{
			"TCP info on linux: State and SendMSS overlap"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := TCPInfo{
				Option: Name{"IPPROTO_TCP", "TCP_MOOD"}, Struct: "Mood", States: []string{"Closed", "", "Listen"},
				Fields: []TCPField{
					{Name: "State", From: "State", Unit: Itself}, {Name: "SendMSS", From: "Mss", Unit: Itself},
					{Name: "RTT", From: "Rtt", Unit: Microseconds},
				},
				Why: "moods differ", Ref: "tcp(7)",
			}
			tt.spoil(&i)
			if diff := cmp.Diff(tt.want, i.check("linux")); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}
