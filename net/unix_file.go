package net

import (
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/volt-net/volt/platform"
)

// A socketFile is the file that bind has made.
type socketFile struct {
	path string
	info fs.FileInfo
	done atomic.Bool // removed, or not ours to remove
}

// remove removes the file, unless it is another by now. The socket must still
// be open: so the kernel cannot have given the file's inode away.
func (f *socketFile) remove() {
	if f == nil || f.done.Swap(true) {
		return
	}
	if now, err := os.Lstat(f.path); err == nil && os.SameFile(f.info, now) {
		os.Remove(f.path)
	}
}

func (f *socketFile) keep() {
	if f != nil {
		f.done.Store(true)
	}
}

// bindPath binds d and returns the file that this made; nil where the address
// is no path.
func (d *desc) bindPath(addr UnixAddr, replace bool, mode fs.FileMode) (*socketFile, error) {
	sa, err := addr.sockaddr()
	if err != nil {
		return nil, err
	}
	path := addr.Path()
	err = sys.Bind(d.fd, sa)
	if replace && path != "" && sys.Classify(err) == platform.ClassAddrInUse && removeStale(path, sa) {
		err = sys.Bind(d.fd, sa)
	}
	if err != nil || path == "" {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	file := &socketFile{path: path, info: info}
	if mode != 0 {
		if err := os.Chmod(path, mode); err != nil {
			return file, err
		}
	}
	return file, nil
}

// removeStale removes the socket at path if nobody has it open, and reports
// whether it did.
func removeStale(path string, sa platform.Addr) bool {
	before, err := os.Lstat(path)
	if err != nil || before.Mode().Type() != fs.ModeSocket || !isStale(sa) {
		return false
	}
	now, err := os.Lstat(path)
	return err == nil && os.SameFile(before, now) && os.Remove(path) == nil
}

// isStale asks with a datagram: to a listener that is the wrong kind of socket,
// so the question takes no place in its queue, and is answered even if that is
// full or listening has not begun. A connection could be refused for these
// reasons too (G7, G9, G11).
func isStale(sa platform.Addr) bool {
	fd, err := sys.Socket(platform.Unix, platform.Datagram)
	if err != nil {
		return false
	}
	defer sys.Close(fd)
	return sys.Classify(sys.Connect(fd, sa)) == platform.ClassRefused
}
