package net

import (
	stdnet "net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// maxZoneAge is how long names of interfaces are believed: they change rarely,
// and asking for them takes several system calls.
const maxZoneAge = 60 * time.Second

var zones = zoneCache{interfaces: stdnet.Interfaces, now: time.Now}

// zoneCache translates between the names and the indexes of interfaces. A
// name or index that it does not know makes it ask the system again, so an
// interface is found as soon as it exists; one that was renamed or removed may
// be remembered for maxZoneAge.
type zoneCache struct {
	interfaces func() ([]stdnet.Interface, error)
	now        func() time.Time

	refreshing sync.Mutex
	current    atomic.Pointer[zoneTable]
}

// zoneTable is never changed once it can be seen.
type zoneTable struct {
	at      time.Time
	indexes map[string]uint32
	names   map[uint32]string
}

// index returns the scope of a zone, which may be a number (F6). The empty
// zone is 0.
func (c *zoneCache) index(zone string) (uint32, bool) {
	if zone == "" {
		return 0, true
	}
	// Without the test, ParseUint allocates an error for every name.
	if zone[0] <= '9' {
		if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
			return uint32(n), true
		}
	}
	t, fresh := c.table()
	index, ok := t.indexes[zone]
	if !ok && !fresh {
		index, ok = c.refresh(t).indexes[zone]
	}
	return index, ok
}

// name returns the zone of a scope: the interface's name or, where there is
// none, the number.
func (c *zoneCache) name(index uint32) string {
	t, fresh := c.table()
	name, ok := t.names[index]
	if !ok && !fresh {
		name, ok = c.refresh(t).names[index]
	}
	if !ok {
		return strconv.FormatUint(uint64(index), 10)
	}
	return name
}

// table returns names that are young enough, and whether they were asked for
// just now.
func (c *zoneCache) table() (t *zoneTable, fresh bool) {
	t = c.current.Load()
	if t == nil || c.now().Sub(t.at) >= maxZoneAge {
		return c.refresh(t), true
	}
	return t, false
}

// refresh replaces old, unless another goroutine has done so meanwhile.
func (c *zoneCache) refresh(old *zoneTable) *zoneTable {
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	if t := c.current.Load(); t != old {
		return t
	}
	t := &zoneTable{at: c.now(), indexes: map[string]uint32{}, names: map[uint32]string{}}
	list, err := c.interfaces()
	if err != nil && old != nil {
		// Old names are better than none.
		t.indexes, t.names = old.indexes, old.names
	}
	for _, i := range list {
		t.indexes[i.Name], t.names[uint32(i.Index)] = uint32(i.Index), i.Name
	}
	c.current.Store(t)
	return t
}
