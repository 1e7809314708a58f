# The commands of this project. `make help` lists them; each does its whole job on a fresh Debian with rustup.

.PHONY: help demo test windows test-windows test-ffi install-c soak bench fuzz doc

help: ## lists the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | \
		awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

demo: ## the virtual workstation: a healthy diagnosis, then a tour of faults
	@scripts/install base
	@scripts/demo

test: ## every gate and every test, Windows included
	@scripts/test

windows: ## tomcheck.exe and the C library for Windows, in target/windows/build
	@scripts/install windows
	@scripts/windows-cargo build --release --locked -p tomcheck-cli -p tomcheck-ffi
	@echo "target/windows/build/x86_64-pc-windows-gnu/release/tomcheck.exe"

test-windows: ## tomcheck.exe and the layers' tests under Wine
	@scripts/install windows tools
	@scripts/test windows program

test-ffi: ## the C library: two compilers, sanitizers, valgrind, 200 cards in and out, half an hour
	@scripts/install base tools ffi cargo-c
	@scripts/test c_library

install-c: ## the C library, its headers and its worker into PREFIX (/usr/local), under DESTDIR
	@scripts/install cargo-c
	@scripts/install-c "$${PREFIX:-/usr/local}"

soak: ## 2,000 faults of cards and card service under the monitor's eyes, some ten minutes
	@scripts/install base
	@TOMCHECK_SOAK=2000 cargo test --locked -p tomcheck-reader --test soak -- --nocapture

bench: ## handshakes and certificates beside OpenSSL's, watching readers beside pcsc_scan, each in one run
	@scripts/install base bench
	@cargo build --release --locked -p tomcheck-cli -p tomcheck-benches
	@"$${CARGO_TARGET_DIR:-target}/release/handshakes"
	@"$${CARGO_TARGET_DIR:-target}/release/clients"
	@"$${CARGO_TARGET_DIR:-target}/release/readers"
	@"$${CARGO_TARGET_DIR:-target}/release/module"
	@"$${CARGO_TARGET_DIR:-target}/release/certificates"
	@"$${CARGO_TARGET_DIR:-target}/release/pac"
	@"$${CARGO_TARGET_DIR:-target}/release/connect"
	@"$${CARGO_TARGET_DIR:-target}/release/testsite"
	@"$${CARGO_TARGET_DIR:-target}/release/traces" --rounds 5
	@"$${CARGO_TARGET_DIR:-target}/release/waits"

fuzz: ## each parser of foreign bytes, a minute each
	@scripts/install fuzz
	@scripts/fuzz 60

doc: ## the API documentation, in target/doc
	@cargo doc --workspace --exclude tomcheck-cli --no-deps --locked
