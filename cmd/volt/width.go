package main

import (
	"io"
	"os"
	"strconv"
	"strings"
)

// usualWidth is that of a terminal which does not tell, in columns.
const usualWidth = 80

// terminalWidth is how wide w is, if it is a terminal, and otherwise 0. Shells
// may tell by COLUMNS.
func terminalWidth(w io.Writer) uint {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return 0
	}
	n, err := strconv.ParseUint(os.Getenv("COLUMNS"), 10, 16)
	if err != nil || n == 0 {
		return usualWidth
	}
	return uint(n)
}

// wrapped begins with head and breaks words into lines of no more than width
// columns where they can be broken. Lines after the first are indented as far
// as head reaches.
func wrapped(head, words string, width uint) string {
	var b strings.Builder
	b.WriteString(head)
	column := len(head)
	for i, word := range strings.Fields(words) {
		switch {
		case i == 0:
		case uint(column+1+len(word)) > width:
			b.WriteString("\n" + strings.Repeat(" ", len(head)))
			column = len(head)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	b.WriteByte('\n')
	return b.String()
}
