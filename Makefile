# Two commands do everything: make run, make test. Works with GNU and BSD make.

GO       ?= go
FUZZTIME ?= 30s

# The packages that have tests; the others would each print that they have none.
TESTED = $$($(GO) list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...)

# How long the model runs in make soak, in all, and how often the storms.
SOAKTIME  ?= 10m
SOAKCOUNT ?= 20

# How many systems of the matrix to build at once.
CROSS_JOBS ?= 2

.NOTPARALLEL:
.PHONY: help run test generate fmt vet stale unit swap unraced portable shapes quirks cross elsewhere arches interop fuzz soak bench microbench benchtest

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: generate ## regenerate, then serve HTTP and echo to the standard library's clients
	@$(GO) run ./examples/serve

test: fmt vet stale unit swap unraced portable shapes quirks cross elsewhere ## everything that must pass, each step also a target of its own
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
	@$(GO) test -tags swap -run Model ./net

portable:
	@echo "== tests that wait by public means only"
	@$(GO) test -shuffle=on -tags portable $(TESTED)

quirks:
	@echo "== tests over the quirks of other systems"
	@for os in $$(sed -n 's/.*OS: *"\(.*\)",/\1/p' conformance/quirk/zquirk.go); do \
		test "$$os" = "$$($(GO) env GOOS)" && continue; \
		echo "-- $$os"; VOLT_QUIRKS=$$os $(GO) test -count=1 -shuffle=on -tags swap ./net ./conformance || exit 1; \
	done

shapes:
	@echo "== tests with the recipes of other systems"
	@for tag in $$($(GO) run ./gen -matrix | awk -v os=$$($(GO) env GOOS) '$$1 == os && /shape_/ {print $$3}'); do \
		echo "-- $$tag"; $(GO) test -shuffle=on -tags $$tag ./net ./conformance || exit 1; \
	done

cross:
	@echo "== vet and test binaries for every system, processor and shape of the spec"
	@matrix=$$($(GO) run ./gen -matrix) && echo "$$matrix" | xargs -P $(CROSS_JOBS) -n 3 sh .ci/cross

elsewhere:
	@echo "== systems without a backend build"
	@CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build ./...
	@CGO_ENABLED=0 GOOS=js GOARCH=wasm $(GO) build ./...

arches: ## run the tests as other processors, in qemu-user where it is there; ARCHES="arm64 s390x" chooses
	@sh .ci/arches $(ARCHES)

interop: ## run quic-go, miekg/dns, grpc-go and HTTP/2 over Volt (a module of its own)
	@cd interop && $(GO) vet ./... && $(GO) test $$(sh ../.ci/race) -shuffle=on ./...

fuzz: ## run every fuzz target for FUZZTIME (30s)
	@for pkg in $$($(GO) list ./...); do \
		for name in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "== $$pkg $$name"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

soak: ## model, races and storms for SOAKTIME (10m), beginning with another seed each time
	@seed=$$(date +%s); echo "== go test -tags swap -run Model ./net -model.seed $$seed"; \
		$(GO) test -tags swap -timeout 0 -run Model ./net -model.seed $$seed -model.time $(SOAKTIME)
	@$(GO) test -timeout 0 -run 'Storm|LostWakeup|DupKeeps' -count $(SOAKCOUNT) ./net

bench: ## compare servers for 10 minutes (BENCH=-quick: 1) and write docs/benchmarks.md
	@cd bench && $(GO) run . -docs ../docs -json results/latest.json $(BENCH)

microbench: ## echo and datagrams against the standard library, ten runs in one process
	@$(GO) test -run '^$$' -bench 'Echo|UDP' -count 10 ./net

benchtest: ## the benchmarks' own tests
	@cd bench && $(GO) vet ./... && $(GO) test ./...
