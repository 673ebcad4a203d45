package harness

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// process is a child that is spoken to in lines.
type process struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	log  bytes.Buffer
}

// begin starts a program, on some of the processors only, if any are named. It
// is killed when ctx ends.
func begin(ctx context.Context, cpus []int, name string, command ...string) (*process, error) {
	p := &process{name: name, cmd: exec.CommandContext(ctx, command[0], command[1:]...)}
	p.cmd.WaitDelay = 5 * time.Second
	p.cmd.Stderr = &p.log
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewScanner(out)
	if err := onCPUs(cpus, p.cmd.Start); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// say writes a line.
func (p *process) say(line string) error {
	_, err := fmt.Fprintln(p.in, line)
	return err
}

// hear reads a line and returns what follows the word that it begins with.
func (p *process) hear(word string) (string, error) {
	if !p.out.Scan() {
		return "", fmt.Errorf("%s has ended before it was %s: %s", p.name, word, p.lastWords())
	}
	got, rest, _ := strings.Cut(p.out.Text(), " ")
	if got != word {
		return "", fmt.Errorf("%s says %q, not %s", p.name, p.out.Text(), word)
	}
	return rest, nil
}

// end lets the child end by itself, or kills it a little later, and waits.
func (p *process) end() {
	p.in.Close()
	kill := time.AfterFunc(5*time.Second, func() { p.cmd.Process.Kill() })
	defer kill.Stop()
	_ = p.cmd.Wait() // what went wrong shows in what it said, or did not
}

// lastWords is the end of what the child wrote to its standard error.
func (p *process) lastWords() string {
	p.end()
	text := strings.TrimSpace(p.log.String())
	if text == "" {
		return p.cmd.ProcessState.String()
	}
	line, _, _ := strings.Cut(text, "\n")
	return line
}
