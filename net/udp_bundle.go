package net

import (
	"sync"

	"github.com/volt-net/volt/platform"
)

// Datagrams can be sent together if they are no larger than this, which fits
// into a frame of Ethernet over IPv6, and no more than this in number and in
// bytes. Older kernels take no more than 64 (D20).
const (
	maxTogether      = 1452
	maxTogetherCount = platform.MaxBatch
	maxTogetherBytes = 65507
)

// bundle is memory for the messages of one call, which must be of the heap. A
// message may be several datagrams, which have their buffers side by side.
type bundle struct {
	messages [platform.MaxBatch]platform.Message
	buffers  [platform.MaxBatch][]byte
	counts   [platform.MaxBatch]int // how many datagrams a message is
	used     int
	control  [platform.MaxBatch][platform.MaxControl]byte
}

var bundles = sync.Pool{New: func() any { return new(bundle) }}

func newBundle() *bundle { return bundles.Get().(*bundle) }

func (b *bundle) release() {
	clear(b.messages[:b.used])
	clear(b.buffers[:b.used])
	b.used = 0
	bundles.Put(b)
}

// recv makes one call that fills the beginning of list, which is not empty and
// no longer than a bundle.
func (b *bundle) recv(d *desc, list []Datagram) (int, error) {
	b.used = max(b.used, len(list))
	for i := range list {
		m := &b.messages[i]
		b.buffers[i] = list[i].Buffer
		m.Buffers, m.Control = b.buffers[i:i+1], nil
		if list[i].Meta != nil {
			m.Control = b.control[i][:]
		}
	}
	d.slots[reading].clear()
	n, err := sys.RecvMsgs(d.fd, b.messages[:len(list)])
	if n > 0 || err != ErrWouldBlock {
		d.slots[reading].signal(true)
	}
	for i := range list[:n] {
		m, g := &b.messages[i], &list[i]
		g.N, g.Addr = m.N, addressFromSys(m.Addr)
		if g.Meta != nil {
			*g.Meta = d.metaOf(m)
		}
	}
	return n, err
}

// send makes one call that sends the beginning of list, which is not empty,
// and returns how many datagrams went before the error.
func (b *bundle) send(d *desc, list []Datagram) (int, error) {
	k, err := b.pack(d, list, true)
	if k == 0 {
		return 0, err
	}
	sent, err := d.sendMessages(b.messages[:k])
	if sent == 0 && b.counts[0] > 1 && refusesTogether(err) {
		return b.sendApart(d, list[:b.counts[0]], err)
	}
	return b.took(list, sent), err
}

// sendApart sends what was refused together: by a route with small packets, or
// a device that cannot cut them. It asks twice, for an error may be about an
// earlier datagram, and is told once (D1): then the kernel goes on to send, or
// to what else keeps it from that.
func (b *bundle) sendApart(d *desc, list []Datagram, err error) (int, error) {
	if sent, again := d.sendMessages(b.messages[:1]); again == nil || !refusesTogether(again) {
		d.toldSender(err)
		return b.took(list, sent), again
	}
	k, err := b.pack(d, list, false)
	if k == 0 {
		return 0, err
	}
	sent, err := d.sendMessages(b.messages[:k])
	if sent > 0 {
		d.set(flagApart)
	}
	return b.took(list, sent), err
}

// refusesTogether reports whether an error may mean that datagrams have to go
// one by one: a size that does not suit the route, or trouble with the device,
// which has no class.
func refusesTogether(err error) bool {
	switch sys.Classify(err) {
	case platform.ClassMessageTooLong, platform.ClassInvalid:
		return true
	case platform.ClassNone:
		return err != ErrWouldBlock
	}
	return false
}

func (d *desc) sendMessages(list []platform.Message) (int, error) {
	d.slots[writing].clear()
	n, err := sys.SendMsgs(d.fd, list)
	if n > 0 || err != ErrWouldBlock {
		d.slots[writing].signal(true)
	}
	return n, err
}

// took tells the datagrams of so many messages that they are gone, and returns
// how many they are.
func (b *bundle) took(list []Datagram, messages int) int {
	n := 0
	for _, count := range b.counts[:messages] {
		n += count
	}
	for i := range list[:n] {
		list[i].N = len(list[i].Buffer)
	}
	return n
}

// pack makes messages of the beginning of list, and returns how many. An error
// is that of the datagram behind them.
func (b *bundle) pack(d *desc, list []Datagram, merge bool) (n int, err error) {
	list = list[:min(len(list), platform.MaxBatch)]
	b.used = max(b.used, len(list))
	asked := false
	for i := 0; i < len(list); n++ {
		g, m, count := &list[i], &b.messages[n], 1
		if m.Addr, err = d.destination(g.Addr); err != nil {
			return n, err
		}
		if merge {
			count = together(list[i:])
		}
		if count > 1 && !asked {
			asked, merge = true, d.segments()
		}
		if !merge {
			count = 1
		}
		for k := range list[i : i+count] {
			b.buffers[i+k] = list[i+k].Buffer
		}
		m.Buffers, b.counts[n] = b.buffers[i:i+count], count
		if m.Control, err = b.seal(d, n, g, count); err != nil {
			return n, err
		}
		i += count
	}
	return n, nil
}

// seal makes the control messages of the n-th message.
func (b *bundle) seal(d *desc, n int, g *Datagram, count int) ([]byte, error) {
	switch to := b.messages[n].Addr; {
	case count > 1:
		control, _ := sys.Traits().Control.Append(b.control[n][:0], platform.Meta{Segment: len(g.Buffer)}, d.packetFamily(to))
		return control, nil
	case g.Meta != nil:
		return g.Meta.control(d, to, b.control[n][:0])
	}
	return nil, nil
}

// destination is where a datagram of a batch goes, with the check of
// trySendTo.
func (d *desc) destination(a Address) (platform.Addr, error) {
	switch {
	case a == (Address{}):
		return platform.Addr{}, nil
	case d.has(flagConnected):
		return platform.Addr{}, ErrIsConnected
	}
	return d.target(a)
}

// together counts the datagrams at the beginning of list that make one message
// which the kernel cuts into just these: the last may be smaller.
func together(list []Datagram) int {
	first := &list[0]
	size := len(first.Buffer)
	if size == 0 || size > maxTogether || first.Meta != nil {
		return 1
	}
	n, total := 1, size
	for last := size; n < min(len(list), maxTogetherCount) && last == size; n++ {
		g := &list[n]
		last = len(g.Buffer)
		total += last
		if last == 0 || last > size || total > maxTogetherBytes || g.Meta != nil || g.Addr != first.Addr {
			return n
		}
	}
	return n
}

// segments reports whether the kernel cuts what it is told to. If all that the
// socket sends is cut already, as somebody has set, that must stay so.
func (d *desc) segments() bool {
	if d.has(flagApart) || platform.SegmentSize.Info().Row(sys.Traits().Options).Absent != "" {
		return false
	}
	size, err := getOption(d, platform.SegmentSize)
	return err == nil && size == 0
}
