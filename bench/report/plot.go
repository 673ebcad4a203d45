package report

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"

	"github.com/volt-net/volt/bench/workload"
)

// plotted is the servers that get a bar, with their colours; the standard
// library is the line at 1.
var plotted = []struct{ server, colour string }{
	{"volt-loop", "#1f9d76"},
	{"volt-func", "#8fbf3f"},
	{"volt-park", "#2f81d8"},
	{"volt-park-readable", "#7fb2e8"},
	{"volt-batch", "#0f766e"},
	{"std-batch", "#c0a16b"},
	{"netpoll", "#d9822b"},
	{"go-epoll", "#8a6fc8"},
	{"c-epoll", "#8b949e"},
}

const (
	plotWidth  = 900
	labelWidth = 250
	barHeight  = 9
	barGap     = 2
	groupGap   = 14
	headHeight = 78
	mostRatio  = 1.6 // longer bars are cut, and say so
	scale      = (plotWidth - labelWidth - 60) / mostRatio
)

// The panel has a ground of its own, so that it can be read wherever the page
// is light and the reader's system dark, or the other way round.
const style = `<style>
.ground{fill:#fff;stroke:#d0d7de}.text{fill:#1f2328}.faint{fill:#59636e}.grid{stroke:#d8dee4}.base{stroke:#1f2328}.small{stroke:#fff}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117;stroke:#30363d}.text{fill:#e6edf3}.faint{fill:#9198a1}.grid{stroke:#30363d}.base{stroke:#e6edf3}.small{stroke:#0d1117}}
text{font:12px -apple-system,"Segoe UI",Helvetica,Arial,sans-serif}.small{font-size:9px;stroke-width:3px;paint-order:stroke}.head{font-size:15px;font-weight:600}
</style>
`

// bar is one server's in a group.
type bar struct {
	server, colour string
	ratio          float64
}

// Plot is an SVG of the ratios to the standard library: processor time per
// message, or, for idle connections, memory.
func Plot(r Record) []byte {
	var body bytes.Buffer
	var seen []string
	y := headHeight
	for _, s := range r.Sections() {
		bars := s.bars()
		if len(bars) == 0 {
			continue
		}
		y += groupGap
		middle := y + len(bars)*(barHeight+barGap)/2 + 4
		text(&body, labelWidth-10, middle, "text", "end", label(s))
		for _, b := range bars {
			if !slices.Contains(seen, b.server) {
				seen = append(seen, b.server)
			}
			b.draw(&body, y)
			y += barHeight + barGap
		}
	}
	y += groupGap
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img" aria-label="Server processor time per message as a ratio to the standard library">`+"\n", plotWidth, y+10)
	out.WriteString(style)
	fmt.Fprintf(&out, `<rect class="ground" x=".5" y=".5" width="%d" height="%d" rx="6"/>`+"\n", plotWidth-1, y+9)
	text(&out, 20, 26, "text head", "start", "Server processor time per message; Go's package net is 1, less is better")
	legend(&out, seen)
	axis(&out, y)
	out.Write(body.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

func label(s Section) string {
	if s.Kind == workload.Idle {
		return s.Title + " (memory)"
	}
	return s.Title
}

func (s Section) bars() []bar {
	var bars []bar
	for _, p := range plotted {
		for _, row := range s.Rows {
			v := row.Ratio
			if s.Kind == workload.Idle {
				v = row.PerConnRatio
			}
			if row.Server == p.server && !math.IsNaN(v) {
				bars = append(bars, bar{p.server, p.colour, max(v, 0)})
			}
		}
	}
	return bars
}

func (b bar) draw(out *bytes.Buffer, y int) {
	width := min(b.ratio, mostRatio) * scale
	more := ""
	if b.ratio > mostRatio {
		more = " →"
	}
	fmt.Fprintf(out, `<rect x="%d" y="%d" width="%.1f" height="%d" rx="1.5" fill="%s"><title>%s %.2f</title></rect>`+"\n",
		labelWidth, y, width, barHeight, b.colour, html.EscapeString(b.server), b.ratio)
	text(out, labelWidth+int(width)+4, y+barHeight-1, "faint small", "start", fmt.Sprintf("%.2f%s", b.ratio, more))
}

func legend(out *bytes.Buffer, seen []string) {
	x := 20
	for _, p := range plotted {
		if !slices.Contains(seen, p.server) {
			continue
		}
		fmt.Fprintf(out, `<rect x="%d" y="40" width="10" height="10" rx="2" fill="%s"/>`+"\n", x, p.colour)
		text(out, x+14, 49, "text", "start", p.server)
		x += 32 + 6*len(p.server)
	}
}

func axis(out *bytes.Buffer, bottom int) {
	for tenths := 0; tenths <= int(mostRatio*10); tenths += 2 {
		x := labelWidth + int(float64(tenths)/10*scale)
		class := "grid"
		if tenths == 10 {
			class = "base"
		}
		fmt.Fprintf(out, `<line class="%s" x1="%d" x2="%[2]d" y1="%d" y2="%d"/>`+"\n", class, x, headHeight, bottom)
		text(out, x, headHeight-6, "faint", "middle", fmt.Sprintf("%.1f", float64(tenths)/10))
	}
}

func text(out *bytes.Buffer, x, y int, class, anchor, s string) {
	fmt.Fprintf(out, `<text class="%s" x="%d" y="%d" text-anchor="%s">%s</text>`+"\n", class, x, y, anchor, html.EscapeString(s))
}
