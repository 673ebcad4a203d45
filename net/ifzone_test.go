package net

import (
	"errors"
	stdnet "net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// withInterfaces replaces the machine's interfaces by one, for this test.
func withInterfaces(t testing.TB, name string, index int) {
	ask, table := zones.interfaces, zones.current.Load()
	t.Cleanup(func() {
		zones.interfaces = ask
		zones.current.Store(table)
	})
	zones.interfaces = func() ([]stdnet.Interface, error) {
		return []stdnet.Interface{{Index: index, Name: name}}, nil
	}
	zones.current.Store(nil)
}

func TestZoneCache(t *testing.T) {
	now := time.Unix(0, 0)
	var list []stdnet.Interface
	var failure error
	asked := 0
	c := zoneCache{
		now: func() time.Time { return now },
		interfaces: func() ([]stdnet.Interface, error) {
			asked++
			return list, failure
		},
	}
	type result struct {
		Index uint32
		Found bool
		Name  string
		Asked int
	}
	look := func(zone string, index uint32) result {
		i, ok := c.index(zone)
		return result{i, ok, c.name(index), asked}
	}
	for _, step := range []struct {
		name   string
		before func()
		zone   string
		index  uint32
		want   result
	}{
		{"first use asks once", func() { list = []stdnet.Interface{{Index: 1, Name: "lo"}} }, "lo", 1, result{1, true, "lo", 1}},
		{"known", func() {}, "lo", 1, result{1, true, "lo", 1}},
		{"number and empty need no table", func() {}, "3", 1, result{3, true, "lo", 1}},
		{"empty", func() {}, "", 1, result{0, true, "lo", 1}},
		{"a miss asks again", func() { list = append(list, stdnet.Interface{Index: 2, Name: "eth0"}) }, "eth0", 2, result{2, true, "eth0", 2}},
		{"unknown asks each time", func() {}, "nosuch", 9, result{0, false, "9", 4}},
		{"young names are believed", func() { now = now.Add(maxZoneAge - 1); list[1].Name = "wan" }, "eth0", 2, result{2, true, "eth0", 4}},
		{"old names are not", func() { now = now.Add(1) }, "wan", 2, result{2, true, "wan", 5}},
		{"failure keeps old names", func() { now = now.Add(maxZoneAge); list, failure = nil, errors.New("no") }, "wan", 2, result{2, true, "wan", 6}},
	} {
		step.before()
		if diff := cmp.Diff(step.want, look(step.zone, step.index)); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}

func TestZonesOfThisMachine(t *testing.T) {
	list, err := stdnet.Interfaces()
	if err != nil || len(list) == 0 {
		t.Skip("no interfaces to look at:", err)
	}
	for _, i := range list {
		index, ok := zones.index(i.Name)
		if diff := cmp.Diff([]any{uint32(i.Index), true, i.Name}, []any{index, ok, zones.name(uint32(i.Index))}); diff != "" {
			t.Error(diff)
		}
	}
}

func TestZoneCacheAsksOnceForMany(t *testing.T) {
	asked := 0
	c := zoneCache{now: time.Now, interfaces: func() ([]stdnet.Interface, error) {
		asked++
		return []stdnet.Interface{{Index: 1, Name: "lo"}}, nil
	}}
	// Both saw an empty cache; the second waited for the first.
	first, second := c.refresh(nil), c.refresh(nil)
	if asked != 1 || first != second {
		t.Errorf("asked %d times, want once", asked)
	}
}
