# Two commands do everything: make run, make test. Works with GNU and BSD make.

GO       ?= go
FUZZTIME ?= 30s

# The packages that have tests; the others would each print that they have none.
TESTED = $$($(GO) list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...)

# How many systems of the matrix to build at once.
CROSS_JOBS ?= 2

.NOTPARALLEL:
.PHONY: help run test generate fmt vet stale unit swap unraced portable cross elsewhere fuzz bench

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: generate ## regenerate, then serve HTTP and echo to the standard library's clients
	@$(GO) run ./examples/serve

test: fmt vet stale unit swap unraced portable cross elsewhere ## everything that must pass, each step also a target of its own
	@echo "== all passed"

generate: ## make the generated files from the spec
	@$(GO) generate ./...

fmt:
	@echo "== gofmt"
	@bad=$$("$$($(GO) env GOROOT)/bin/gofmt" -l .) && test -z "$$bad" || { echo "not formatted: $$bad"; exit 1; }

vet:
	@echo "== go vet"
	@$(GO) vet ./...
	@$(GO) vet -tags swap ./...
	@$(GO) vet -tags portable ./...

stale:
	@echo "== generated files are what the spec makes"
	@$(GO) run ./gen -check

unit:
	@echo "== tests and recorder, race detector"
	@$(GO) test $$(sh .ci/race) -shuffle=on $(TESTED)

swap:
	@echo "== tests over the fault-injecting backend, race detector"
	@$(GO) test $$(sh .ci/race) -shuffle=on -tags swap $(TESTED)

unraced:
	@echo "== tests as users build, with the runtime's own parking"
	@$(GO) test -shuffle=on $(TESTED)

portable:
	@echo "== tests that wait by public means only"
	@$(GO) test -shuffle=on -tags portable $(TESTED)

cross:
	@echo "== vet and test binaries for every system and processor of the spec"
	@matrix=$$($(GO) run ./gen -matrix) && echo "$$matrix" | xargs -P $(CROSS_JOBS) -n 2 sh .ci/cross

elsewhere:
	@echo "== systems without a backend build"
	@CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build ./...
	@CGO_ENABLED=0 GOOS=js GOARCH=wasm $(GO) build ./...

fuzz: ## run every fuzz target for FUZZTIME (30s)
	@for pkg in $$($(GO) list ./...); do \
		for name in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "== $$pkg $$name"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

bench: ## echo against the standard library, ten runs in one process
	@$(GO) test -run '^$$' -bench Echo -count 10 ./net
