#!/bin/sh
# Measures how fast Rollcall is, beside the floor: the same commands on a bare socket, or a bare server. Prints tables
# and writes them to docs/benchmarks.md; takes about 15 minutes on a machine that does nothing else.
#
# usage: bench/run.sh [PART ...]   parts: join burst first load start rest views (default: all)
# ROUNDS=N: rounds of each measurement (default 40); SIZES="10 100 1000": members
# BUILDS="before=DIR after=DIR": `join` measures builds in turn, each by its runtime directory
set -eu
cd "$(dirname "$0")/.."
. scripts/needs.sh
. scripts/runtime.sh
install_missing
build_sidecar
build_runtime sidecar/target/runtime
ulimit -n 20000 2>/dev/null || ulimit -n "$(ulimit -Hn)"
exec node bench/speed.mjs "$@"
