package server

// system has the servers that are written for one system.
var system = []Server{
	{Name: "netpoll", Doc: "cloudwego/netpoll", Networks: streams, Serve: serveNetpoll},
	{Name: "go-epoll", Doc: "raw epoll loop in Go", Networks: []string{"tcp", "unix", "udp"}, Serve: serveEpoll},
}
