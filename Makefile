# What a newcomer types. Everything else is called from here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CARGO_BUILD_JOBS ?= 2

.PHONY: help test check

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

test: ## Install what is missing and run every suite
	.ci/install test
	.ci/session cargo test --workspace --locked

check: ## Quick loop: format, lints, unit tests
	cargo fmt --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test -p guichet-core --lib --locked
