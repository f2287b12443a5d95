# What a newcomer types. Everything else is called from here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CARGO_BUILD_JOBS ?= 2

GUICHET := target/debug/guichet
REHEARSAL := target/rehearsal

.PHONY: help run test torture check bench screens ui build stop

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

ui/node_modules: ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	@touch $@

ui: ui/node_modules ## Build the user interface
	npm --prefix ui run build

build: ui ## Build the application
	cargo build --locked

run: ## Install what is missing, build, start the rehearsal university, open the window (or hand over from here)
	.ci/install run
	$(MAKE) build
	.ci/rehearse

stop: ## Stop the rehearsal university
	$(GUICHET) rehearsal stop --folder $(REHEARSAL)

test: ## Install what is missing and run every suite
	.ci/install test
	$(MAKE) ui
	npm --prefix ui run check
	npm --prefix ui run lint
	npm --prefix ui run test
	cargo build --workspace --locked
	.ci/session cargo test -p guichet-core --locked
	# Again for its counts: what each seed reached belongs to the claim (docs/reliability.md).
	cargo test -p guichet-core --test sync --locked -- --nocapture no_seed
	# The suites that guard against a defect must fail on it: only the core is built again, with defects to switch on.
	.ci/session cargo test -p guichet-core --features faults --test faults --locked
	# The harnesses, for their counts.
	.ci/session cargo test -p guichet-core --features faults --test torture --locked -- --nocapture
	# One window at a time: each types into its own display, and all share one keyring.
	.ci/session cargo test -p guichet --locked -- --test-threads=1
	git diff --exit-code -- ui/messages

torture: ## The long counts of the harnesses (docs/reliability.md)
	GUICHET_SEEDS=$${GUICHET_SEEDS:-1000000} cargo test -p guichet-core --test sync --locked -- --nocapture no_seed
	GUICHET_LONG=1 .ci/session cargo test -p guichet-core --features faults --test torture --locked -- --nocapture

check: ## Quick loop: format, lints, types, unit tests
	cargo fmt --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	npm --prefix ui run check
	cargo test -p guichet-core --lib --locked

bench: ## Measure the search beside its target
	cargo bench -p guichet-core --bench search --locked

screens: ui ## Photograph the real window, light and dark, into docs/screens
	.ci/session cargo test -p guichet --locked --test e2e -- --ignored photographs
