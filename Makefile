# Mesh. `make` alone prints what there is.

BUILD     := .build
WORKSPACE := $(BUILD)/debug/workspace
SWIFT     := swift
PREFIX    ?= /usr/local
DESTDIR   ?=
# make fuzz: mutated inputs for each decoder, and the seed to start from (a fresh one if empty).
ITERATIONS ?= 1000000
SEED       ?=

.DEFAULT_GOAL := help
.PHONY: help deps deps-test build release demo test check format fuzz test-tsan system-test install clean workspace-tool

help: ## print this
	@awk -F ':.*## ' '/^[a-z<>A-Z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2} /^## /{sub(/^## /, ""); printf "  make %s\n", $$0}' $(MAKEFILE_LIST)

deps: ## install what the build needs, if it is missing
	@Tools/scripts/deps build

deps-test:
	@Tools/scripts/deps test

build: deps ## mesh-node and mesh in .build/debug
	$(SWIFT) build --package-path Apps/Node --scratch-path $(BUILD) --product mesh-node
	$(SWIFT) build --package-path Apps/Terminal --scratch-path $(BUILD) --product mesh

release: deps ## the same, optimized and without need of a Swift runtime, in .build/release
	$(SWIFT) build -c release --static-swift-stdlib --package-path Apps/Node --scratch-path $(BUILD) --product mesh-node
	$(SWIFT) build -c release --static-swift-stdlib --package-path Apps/Terminal --scratch-path $(BUILD) --product mesh

demo: build ## three nodes and two people on this machine; tells what happens
	@Tools/demo/demo

test: deps-test build workspace-tool ## every test of every package, and those across packages
	@$(WORKSPACE) test

## test-<Package>   the tests of one package or app, or one of the test scripts
test-%: deps-test workspace-tool
	@$(WORKSPACE) test $*

check: deps workspace-tool ## the rules of workspace.json, and the format of all sources
	@$(WORKSPACE) check
	@Tools/scripts/sources | xargs -0 $(SWIFT) format lint --strict --parallel
	@echo "format: clean"

format: ## format all sources
	@Tools/scripts/sources | xargs -0 $(SWIFT) format --in-place --parallel

fuzz: deps ## ITERATIONS mutated inputs (a million) for every decoder; SEED=N repeats a run
	$(SWIFT) build -c release --package-path Tools/fuzz --scratch-path $(BUILD) --product mesh-fuzz
	@$(BUILD)/release/mesh-fuzz --iterations $(ITERATIONS) $(if $(SEED),--seed $(SEED))

test-tsan: deps workspace-tool ## every package's tests under the thread sanitizer
	@$(WORKSPACE) --scratch-path $(BUILD)/tsan test --no-scripts -- --sanitize thread

system-test: deps-test build ## mesh-node under a real systemd (needs root)
	@Tests/System/test

install: ## what `make release` built, with unit file and completions, below $(DESTDIR)$(PREFIX)
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' Tools/scripts/install $(BUILD)/release

clean: ## remove everything that was built
	rm -rf $(BUILD)

workspace-tool:
	@$(SWIFT) build --quiet --package-path Tools/workspace --scratch-path $(BUILD) --product workspace
