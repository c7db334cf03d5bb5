# Mesh. `make` alone prints what there is.

BUILD     := .build
WORKSPACE := $(BUILD)/debug/workspace
SWIFT     := swift
# All packages build into one directory. Without the first option the package manager would take the plan of the package
# built last for the next one's; without the variable it passes swift-protobuf's traits to the compiler in an order that
# changes from run to run, and builds that library anew.
SWIFT_BUILD := SWIFT_DETERMINISTIC_HASHING=1 $(SWIFT) build --disable-build-manifest-caching --scratch-path $(BUILD)
SWIFT_TEST := SWIFT_DETERMINISTIC_HASHING=1 $(SWIFT) test --disable-build-manifest-caching --scratch-path $(BUILD)
# One set of options for all that is optimized: other ones would compile everything anew. That no memory is accessed from
# two places at once is checked at run time in debug builds, with which the tests run; optimized ones leave out the check.
RELEASE_OPTIONS := -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked
SWIFT_RELEASE := $(SWIFT_BUILD) $(RELEASE_OPTIONS)
PREFIX    ?= /usr/local
DESTDIR   ?=
# make fuzz: mutated inputs for each decoder, and the seed to start from (a fresh one if empty).
ITERATIONS ?= 1000000
SEED       ?=
# Measurements: numbers of nodes ("100 1000"), how many draws, and the seed of the first; if empty, the tool's own.
NODES      ?=
SEEDS      ?=
FIRST_SEED ?=
REPORTS    := $(BUILD)/reports

.DEFAULT_GOAL := help
.PHONY: help deps deps-test build release demo test check format fuzz chaos bench bench-peers bench-copies test-tsan lying-node system-test test-Membership install clean workspace-tool

help: ## print this
	@awk -F ':.*## ' '/^[a-z<>A-Z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2} /^## /{sub(/^## /, ""); printf "  make %s\n", $$0}' $(MAKEFILE_LIST)

deps: ## install what the build needs, if it is missing
	@Tools/scripts/deps build

deps-test:
	@Tools/scripts/deps test

build: deps ## mesh-node and mesh in .build/debug
	$(SWIFT_BUILD) --package-path Apps/Node --product mesh-node
	$(SWIFT_BUILD) --package-path Apps/Terminal --product mesh

release: deps ## the same and mesh-bench, optimized and without need of a Swift runtime, in .build/release
	$(SWIFT_RELEASE) --package-path Apps/Node --product mesh-node
	$(SWIFT_RELEASE) --package-path Apps/Terminal --product mesh
	$(SWIFT_RELEASE) --package-path Tools/bench --product mesh-bench

demo: build ## three nodes and two people on this machine; tells what happens
	@Tools/demo/demo

test: deps-test build workspace-tool ## every test of every package, and those across packages
	@$(WORKSPACE) test

## test-<Package>   the tests of one package or app, or one of the test scripts
test-%: deps-test workspace-tool
	@$(WORKSPACE) test $*

test-Membership: deps-test build ## nine nodes, twenty clients: kill, stop, leave, move; prints a table (some 4 minutes)
	MESH_MEMBERSHIP=full $(SWIFT_TEST) --package-path Tests/EndToEnd --filter MembershipTests

# These run the programs.
test-EndToEnd test-System test-Faults test-Unit test-Bench: build
test test-EndToEnd: lying-node

lying-node: deps
	$(SWIFT_BUILD) --package-path Tests/Liars --product lying-node

check: deps workspace-tool ## the rules of workspace.json, and the format of all sources
	@$(WORKSPACE) check
	@Tools/scripts/sources | xargs -0 $(SWIFT) format lint --strict --parallel
	@echo "format: clean"

format: ## format all sources
	@Tools/scripts/sources | xargs -0 $(SWIFT) format --in-place --parallel

fuzz: deps ## ITERATIONS mutated inputs (a million) for every decoder; SEED=N repeats a run
	$(SWIFT_RELEASE) --package-path Tools/fuzz --product mesh-fuzz
	@$(BUILD)/release/mesh-fuzz --iterations $(ITERATIONS) $(if $(SEED),--seed $(SEED))

test-tsan: deps workspace-tool ## every package's tests under the thread sanitizer
	@$(WORKSPACE) --scratch-path $(BUILD)/tsan test --no-scripts -- --sanitize thread

system-test: deps-test build ## mesh-node under a real systemd (needs root)
	@Tests/System/test

chaos: deps ## real nodes killed, stopped, drained, wiped while people write (SEED, MESSAGES, CLIENTS)
	$(SWIFT_RELEASE) --package-path Apps/Node --product mesh-node
	$(SWIFT_RELEASE) --package-path Tests/Chaos --product mesh-chaos
	@$(BUILD)/release/mesh-chaos $(if $(SEED),--seed $(SEED)) $(if $(MESSAGES),--messages $(MESSAGES)) $(if $(CLIENTS),--clients $(CLIENTS))

.PHONY: chaos-rolling
chaos-rolling: deps ## every node restarted in turn while people write: nothing lost, no send over 5 s (some 2 minutes)
	$(SWIFT_RELEASE) --package-path Apps/Node --product mesh-node
	$(SWIFT_RELEASE) --package-path Tests/Chaos --product mesh-chaos
	@$(BUILD)/release/mesh-chaos --rolling --nodes 5 --clients 20 --messages 100000 --pace 500 --folder $(BUILD)/rolling \
	    --report $(REPORTS)/rolling.json $(if $(SEED),--seed $(SEED))

bench: deps ## how fast a node is (ten minutes); figures in .build/reports/bench.json
	$(SWIFT_RELEASE) --package-path Apps/Node --product mesh-node
	$(SWIFT_RELEASE) --package-path Tools/bench --product mesh-bench
	@mkdir -p $(REPORTS)
	@$(BUILD)/release/mesh-bench store drain relay1 relay64 pair idle login forward replicated3 restart day \
	    --output $(REPORTS)/bench.json $(if $(REPEAT),--repeat $(REPEAT))

.PHONY: bench-ring sim-capture
bench-ring: deps ## placement: balance, what a change moves, diversity, lookups (NODES, SEEDS, FIRST_SEED)
	@$(call ring-bench,bench,bench-ring)

sim-capture: deps ## what somebody with many addresses gets of a given user (NODES, SEEDS, FIRST_SEED)
	@$(call ring-bench,capture,sim-capture)

define ring-bench
$(SWIFT_RELEASE) --quiet --package-path Packages/MeshRing --product ring-bench
mkdir -p $(REPORTS)
$(BUILD)/release/ring-bench $(1) --nodes '$(NODES)' --seeds '$(SEEDS)' --first-seed '$(FIRST_SEED)' \
	--report $(REPORTS)/$(2).json
endef

# Runs at once.
JOBS       ?= $(shell nproc)
LOSS       ?=
LIE        ?=
REPLICAS   ?=
SCENARIOS  ?=
# A simulation takes and gives back hundreds of thousands of small blocks: libc keeps them at hand (an eighth faster), in
# pages of 2 MiB where the system has them (a tenth).
SIM_MEMORY := glibc.malloc.tcache_count=60000:glibc.malloc.hugetlb=1
.PHONY: sim sim-membership
sim: deps ## messages through crashes, cuts, joins, drains on a virtual network (SEEDS, FIRST_SEED, NODES, LIE, REPLICAS)
	$(SWIFT_RELEASE) --quiet --package-path Tests/Simulation --product mesh-sim-delivery
	@mkdir -p $(REPORTS)
	@$(BUILD)/release/mesh-sim-delivery --report $(REPORTS)/sim.json --jobs $(JOBS) \
	    $(if $(NODES),--nodes $(NODES)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(FIRST_SEED),--first-seed $(FIRST_SEED)) \
	    $(if $(LIE),--lie $(LIE)) $(if $(REPLICAS),--replicas $(REPLICAS))

sim-membership: deps ## thousands of membership cores on a virtual network; hours, and goes on where it was stopped
	$(SWIFT_RELEASE) --quiet --package-path Tests/Simulation --product mesh-sim
	@GLIBC_TUNABLES=$(SIM_MEMORY) $(BUILD)/release/mesh-sim membership --report $(REPORTS)/sim-membership.json --jobs $(JOBS) \
	    $(if $(NODES),--nodes '$(NODES)') $(if $(LOSS),--loss $(LOSS)) $(if $(SEEDS),--seeds $(SEEDS)) \
	    $(if $(FIRST_SEED),--first-seed $(FIRST_SEED)) $(if $(SCENARIOS),--scenarios '$(SCENARIOS)')

## bench-peers      the same beside mosquitto, Redis and RabbitMQ from Debian (installs them); prints ratios
bench-peers: deps
	@Tools/scripts/deps peers
	$(SWIFT_RELEASE) --package-path Apps/Node --product mesh-node
	$(SWIFT_RELEASE) --package-path Tools/bench --product mesh-bench
	@mkdir -p $(REPORTS)
	@$(BUILD)/release/mesh-bench store drain relay1 relay64 pair idle --output $(REPORTS)/bench-peers.json \
	    --against mosquitto --against redis --against rabbitmq $(if $(REPEAT),--repeat $(REPEAT))

## bench-copies     what one, three and five copies of a message cost: messages a second, bytes on the wire, CPU by role
bench-copies: deps
	$(SWIFT_RELEASE) --package-path Apps/Node --product mesh-node
	$(SWIFT_RELEASE) --package-path Tools/bench --product mesh-bench
	@mkdir -p $(REPORTS)
	@$(BUILD)/release/mesh-bench copies1 copies3 copies5 --output $(REPORTS)/bench-copies.json \
	    $(if $(REPEAT),--repeat $(REPEAT))

install: ## what `make release` built, with unit file and completions, below $(DESTDIR)$(PREFIX)
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' Tools/scripts/install $(BUILD)/release

clean: ## remove everything that was built
	rm -rf $(BUILD)

workspace-tool:
	@$(SWIFT_BUILD) --quiet --package-path Tools/workspace --product workspace
