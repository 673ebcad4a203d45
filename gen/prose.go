package main

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// proseWidth is where comments break, "// " not counted.
const proseWidth = 76

// prose makes one comment of the paragraphs, broken into lines. Empty ones are
// left out.
//
//	// SetNoDelay turns off Nagle's algorithm, …
//	//
//	// Kernel name: IPPROTO_TCP TCP_NODELAY.
func prose(paragraphs ...string) *jen.Statement {
	var lines []string
	for _, p := range paragraphs {
		if p == "" {
			continue
		}
		if lines != nil {
			lines = append(lines, "//")
		}
		for _, line := range wrap(p, proseWidth) {
			lines = append(lines, "// "+line)
		}
	}
	return jen.Comment(strings.Join(lines, "\n"))
}

// wrap breaks text between words into lines of at most width letters.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// sentence begins text with a capital and ends it with a full stop.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// spread is a composite literal's body with one item to a line.
func spread(items ...jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, items...)
}

// field is one field of a composite literal.
func field(name string, value jen.Code) jen.Code {
	return jen.Id(name).Op(":").Add(value)
}
