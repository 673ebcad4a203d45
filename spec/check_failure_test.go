package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckFailures(t *testing.T) {
	there := []Target{{OS: Linux}, {OS: Darwin}}
	of := func(name string) Fails { return Fails{Call: name, Errnos: []string{"EIO"}, Ref: "nap(2)"} }
	for _, tt := range []struct {
		name  string
		spoil func(list []Fails) []Fails
		want  []string
	}{
		{"good", func(l []Fails) []Fails { return l }, nil},
		{"missing", func(l []Fails) []Fails { return l[1:] }, []string{"failures of Nap: are not listed"}},
		{"of the poller missing", func(l []Fails) []Fails { return l[:2] }, []string{"failures of PollerRemove: are not listed"}},
		{"unknown", func(l []Fails) []Fails { return append(l, of("Doze")) }, []string{
			"failures of Doze: there is no such call, or it has a list already"}},
		{"again", func(l []Fails) []Fails { return append(l, of("Nap")) }, []string{
			"failures of Nap: there is no such call, or it has a list already"}},
		{"none", func(l []Fails) []Fails { l[0].Errnos = nil; return l }, []string{"failures of Nap: lists none"}},
		{"no evidence", func(l []Fails) []Fails { l[0].Ref = ""; return l }, []string{"failures of Nap: has no Ref"}},
		{"number twice", func(l []Fails) []Fails { l[0].Errnos = []string{"EIO", "EIO"}; return l }, []string{
			"failures of Nap: lists EIO twice"}},
		{"no target", func(l []Fails) []Fails { l[0].Per = Per[Errnos]{"plan9": {}}; return l }, []string{
			`failures of Nap: "plan9" is no target`}},
		{"override without reason", func(l []Fails) []Fails { l[0].Per = Per[Errnos]{Darwin: {Add: []string{"EPERM"}}}; return l }, []string{
			"failures of Nap: darwin lacks Why or Ref"}},
		{"drops what is not there", func(l []Fails) []Fails {
			l[0].Per = Per[Errnos]{Darwin: {Drop: []string{"EPERM"}, Why: "is odd", Ref: "nap(2)"}}
			return l
		}, []string{"failures of Nap: darwin drops EPERM, which is not listed"}},
		{"adds what is there", func(l []Fails) []Fails {
			l[0].Per = Per[Errnos]{Darwin: {Add: []string{"EIO"}, Why: "is odd", Ref: "nap(2)"}}
			return l
		}, []string{"failures of Nap: darwin adds EIO, which is listed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			calls := []Call{goodCall(), {Name: "Facts", How: FromTraits}}
			list := tt.spoil([]Fails{of("Nap"), of("PollerAdd"), of("PollerRemove")})
			if diff := cmp.Diff(tt.want, checkFailures(calls, list, there)); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}
