module github.com/volt-net/volt/bench

go 1.25.0

require (
	github.com/cloudwego/netpoll v0.7.2
	github.com/google/go-cmp v0.7.0
	github.com/volt-net/volt v0.0.0
	golang.org/x/net v0.55.0
	golang.org/x/sys v0.46.0
)

require (
	github.com/bytedance/gopkg v0.1.1 // indirect
	github.com/cloudwego/gopkg v0.1.4 // indirect
)

replace github.com/volt-net/volt => ../
