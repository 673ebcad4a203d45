package net

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

// TestReadFromUnreadable: what is wrong with a file is an error of the file,
// and not of the stream that it was to go to.
func TestReadFromUnreadable(t *testing.T) {
	for name, connect := range streamPairs() {
		t.Run(name, func(t *testing.T) {
			a, _ := connect(t)
			f, err := os.OpenFile(fileOf(t, []byte("some")).Name(), os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			n, err := a.ReadFrom(f)
			var of *fs.PathError
			if n != 0 || !errors.As(err, &of) || !errors.Is(err, syscall.EBADF) {
				t.Errorf("%d, %v", n, err)
			}
			if _, err := a.Write([]byte("x")); err != nil {
				t.Errorf("the stream: %v", err)
			}
		})
	}
}
