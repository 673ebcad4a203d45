package net_test

import (
	"fmt"
	"log"
	"time"

	"github.com/volt-net/volt/net"
)

// What a controller asks of its worker, and what the worker answers.
const (
	ping      = 0x01
	getStatus = 0x02
	shutdown  = 0xFF

	pong     = 0x01
	statusOK = 0x02
	unknown  = 0x7F
	ack      = 0xFF
)

// worker answers commands until it is told to shut down. Each datagram is one
// command, so nothing has to be put together; but that the controller is gone
// shows only when it is answered, so a controller must say that it goes.
func worker(s *net.UnixDatagram) error {
	defer s.Close()
	buf := make([]byte, 16)
	for {
		n, err := s.Recv(buf)
		if err != nil {
			return err
		}
		reply := byte(unknown)
		if n == 1 {
			switch buf[0] {
			case ping:
				reply = pong
			case getStatus:
				reply = statusOK
			case shutdown:
				reply = ack
			}
		}
		if _, err := s.Send([]byte{reply}); err != nil {
			return err
		}
		if reply == ack {
			return nil
		}
	}
}

// ask sends a command and waits for the answer to it.
func ask(s *net.UnixDatagram, command byte) (reply byte, err error) {
	if err := s.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return 0, err
	}
	if _, err := s.Send([]byte{command}); err != nil {
		return 0, err
	}
	buf := make([]byte, 16)
	n, err := s.Recv(buf)
	if err == nil && n != 1 {
		err = fmt.Errorf("an answer of %d bytes", n)
	}
	return buf[0], err
}

// A pair connects a controller and its worker: two goroutines as here, or two
// processes, of which one inherits File of its end.
func ExampleUnixDatagramPair() {
	controller, end, err := net.UnixDatagramPair()
	if err != nil {
		log.Fatal(err)
	}
	defer controller.Close()
	done := make(chan error, 1)
	go func() { done <- worker(end) }()

	for _, command := range []byte{ping, getStatus, 0x33, shutdown} {
		reply, err := ask(controller, command)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%#02x: %#02x\n", command, reply)
	}
	fmt.Println("worker:", <-done)
	// Output:
	// 0x01: 0x01
	// 0x02: 0x02
	// 0x33: 0x7f
	// 0xff: 0xff
	// worker: <nil>
}
