package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	volt "github.com/volt-net/volt/net"
)

func main() {
	group := flag.String("group", "239.1.2.3:5000", "`address` and port of the group")
	on := flag.String("interface", "", "`name` of the network interface; the system's choice if empty")
	message := flag.String("publish", "", "`message` to publish; without one, print what others do")
	every := flag.Duration("every", time.Second, "how often to publish it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *group, *on, *message, *every); err != nil {
		fmt.Fprintln(os.Stderr, "multicast:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, group, name, message string, every time.Duration) error {
	to, err := volt.ParseAddress(group)
	if err != nil {
		return err
	}
	if every <= 0 {
		return fmt.Errorf("-every %v is not a time to wait", every)
	}
	var on volt.Interface
	if name != "" {
		on = volt.InterfaceByName(name)
	}
	if message != "" {
		return publish(ctx, to, on, message, every)
	}
	s, err := subscribe(to, on)
	if err != nil {
		return err
	}
	defer s.Close()
	return receive(ctx, s, os.Stdout)
}
